"""The query string, as the operator's router decodes it (docs/sources/uid2.md §1.5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis.uid2.request import MalformedQuery, is_malformed, read_query
from simulator.core.model.call import Call


def asking(raw: str) -> Call:
    return Call("GET", "/v1/token/refresh", raw, {}, b"", datetime(2024, 1, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2", {"a": "1", "b": "2"}),
        ("a=1&a=2", {"a": "1"}),
        ("A=1&a=2", {"a": "1"}),
        ("EMAIL=X", {"email": "X"}),
        ("a", {"a": ""}),
        ("a=", {"a": ""}),
        ("a=b=c==", {"a": "b=c=="}),
        ("=a=b", {"a": "b"}),
        ("===", {}),
        ("&&a=1&;&", {"a": "1"}),
        ("a=1+2", {"a": "1 2"}),
        ("a=1%2B2%20", {"a": "1+2 "}),
        ("a%5Fb=1", {"a_b": "1"}),
        ("a=/%2F", {"a": "//"}),
        ("a=%e6%97%a5", {"a": "日"}),
        ("a=%ff%e6", {"a": "\ufffd\ufffd"}),
        ("a=%ED%A0%80+%ED%B0x", {"a": "\ufffd \ufffdx"}),
        ("a=%3B%26%3D", {"a": ";&="}),
        ("a=1#&b=2", {"a": "1"}),
        ("a=%00", {"a": "\0"}),
        ("a=\xe9", {"a": "\xe9"}),
        ("to\u212aen=1", {"to\u212aen": "1"}),
    ],
)
def test_a_query_is_read(raw: str, read: dict[str, str]) -> None:
    assert read_query(asking(raw)) == read
    assert not is_malformed(asking(raw))


@pytest.mark.parametrize(
    "raw", ["a=%", "a=%4", "a=%zz", "%=1", "a=1&b=%4&c", "%4=1", "a=%4;1", "a=%%41", "=%", "a=%+1"]
)
def test_half_an_escape_is_malformed(raw: str) -> None:
    assert is_malformed(asking(raw))
    with pytest.raises(MalformedQuery):
        read_query(asking(raw))


def test_what_is_not_read_is_not_malformed() -> None:
    """Behind a fragment mark, and behind the 1024th parameter."""
    many = "&".join(f"p{number}=1" for number in range(1024))
    assert len(read_query(asking(f"{many}&late=%zz"))) == 1024
    assert read_query(asking("a=1#%zz")) == {"a": "1"}


@given(st.text(st.characters(max_codepoint=255), max_size=60))
@settings(max_examples=100)
def test_any_query_is_read_or_malformed(raw: str) -> None:
    try:
        read = read_query(asking(raw))
    except MalformedQuery:
        assert "%" in raw
    else:
        assert all(name for name in read)
