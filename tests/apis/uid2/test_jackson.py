"""JSON as the operator's parser reads it; Python's own is the oracle for what both read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.apis.uid2 import java
from simulator.apis.uid2.jackson import json_object, to_long, to_text, to_texts

DEEPEST = 1000
"""Open arrays and objects at once, the outermost object among them."""


def nested(depth: int, inner: str = "") -> str:
    """An object with this many levels."""
    return '{"a":' + "[" * (depth - 1) + inner + "]" * (depth - 1) + "}"


@pytest.mark.parametrize("depth", [2, 99, 100, 101, 199, 200, 201, 500, 999, DEEPEST])
def test_what_jackson_reads_is_read_at_every_depth(depth: int) -> None:
    text = java.text_of(json_object(nested(depth, '1,"[",{"b":null}' if depth < DEEPEST else "1"))["a"])
    inner = "1, [, {b=null}" if depth < DEEPEST else "1"
    assert text == "[" * (depth - 1) + inner + "]" * (depth - 1)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(nested(DEEPEST + 1), id="one level more"),
        pytest.param(nested(100_000), id="100,000 levels"),
        pytest.param('{"a":' * 100_000, id="objects without an end"),
        pytest.param(nested(500, "NaN"), id="NaN deep inside"),
        pytest.param('{"a":NaN,"b":' + nested(500) + "}", id="NaN before"),
        pytest.param('{"b":' + nested(500) + ',"a":NaN}', id="NaN behind"),
        pytest.param('{"b":' + nested(500) + ',"a":-Infinity}', id="Infinity behind"),
        pytest.param('{"a":N' + nested(500) + "}", id="a letter before"),
        pytest.param('{"a":-' + nested(500) + "}", id="a sign before"),
        pytest.param('{"a":' + nested(500) + "N}", id="a letter behind"),
        pytest.param(nested(500)[:-1], id="not closed"),
        pytest.param(nested(500) + "]", id="closed once more"),
        pytest.param("]" + nested(500), id="closed before it is open"),
        pytest.param(nested(500).replace("]", "}", 1), id="closed as what it is not"),
        pytest.param(nested(500, "1" * 1001), id="a number too long, deep inside"),
        pytest.param("[" * 500 + "]" * 500, id="an array"),
    ],
)
def test_what_jackson_refuses_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_object(text)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    values=st.lists(_VALUES, min_size=1, max_size=4),
    depth=st.integers(1, 250),
    again=st.integers(0, 150),
    damage=st.none() | st.integers(0, 10_000),
)
def test_a_deep_text_holds_what_python_reads_in_it(
    values: list[Any], depth: int, again: int, damage: int | None
) -> None:
    """Side by side and one in the other; with a character taken out, both refuse it or both read the same."""
    one = "[" * depth + ",".join(json.dumps(value) for value in values) + "]" * depth
    text = '{{"a":[{},{{"b":{}}}],"c":{}}}'.format(one, "[" * again + one + "]" * again, one)
    if damage is not None:
        at = damage % len(text)
        text = text[:at] + text[at + 1 :]
    try:
        wanted = json.loads(text)
    except ValueError:
        wanted = None
    if isinstance(wanted, dict):
        assert json_object(text) == wanted
    else:
        with pytest.raises(ValueError, match=r"."):
            json_object(text)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (-(2**63), -(2**63)),
        (7.9, 7),
        (-7.9, -7),
        ("+7", 7),
        (" 7\x1f", 7),
        ("", 0),
        ("null", 0),
        (None, 0),
    ],
)
def test_what_becomes_a_long(value: object, number: int) -> None:
    """docs/sources/uid2-current.md §D5."""
    assert to_long(value) == number


@pytest.mark.parametrize(
    "value", ["7.0", "٧", "7 7", "0x7", "9" * 2000, float("inf"), 2.0**63, 2**63, -(2**63) - 1, False, [], {}]
)
def test_what_is_no_long(value: object) -> None:
    with pytest.raises(ValueError, match=r"number|long"):
        to_long(value)


@pytest.mark.parametrize(("value", "text"), [("a", "a"), (7, "7"), (1.5, "1.5"), (True, "true"), (None, None)])
def test_what_becomes_text(value: object, text: str | None) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize(("value", "texts"), [(None, []), ([], []), (["a", 7, False], ["a", "7", "false"])])
def test_what_becomes_a_list_of_texts(value: object, texts: list[str]) -> None:
    assert to_texts(value) == texts


@pytest.mark.parametrize("value", ["", 7, {}, [None], [[]], [{}]])
def test_what_is_no_list_of_texts(value: object) -> None:
    with pytest.raises(ValueError, match="list"):
        to_texts(value)
