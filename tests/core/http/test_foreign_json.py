"""JSON of others: what is not read, and that it is the same on every Python."""

from __future__ import annotations

import json
import sys

import pytest

from simulator.core.http.foreign_json import DEPTH_LIMIT, NestedTooDeepError, brackets, parse_json, read_json

EDGE = b"[" * DEPTH_LIMIT + b"]" * DEPTH_LIMIT
OTHERWISE = object()


def test_the_deepest_nesting_that_is_read() -> None:
    assert parse_json(EDGE) == json.loads(EDGE)
    with pytest.raises(NestedTooDeepError):
        parse_json(b"[" + EDGE + b"]")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"[" * 100_000, id="arrays that are never closed"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="arrays"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, id="objects"),
        pytest.param(b'[{"[":' * 50_000 + b"1" + b"}]" * 50_000, id="both"),
        pytest.param(("[" * 100_000).encode("utf-16"), id="UTF-16"),
        pytest.param(b"{", id="broken"),
        pytest.param(b"\xff", id="not Unicode"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_not_json_or_nested_too_deep_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)
    assert read_json(text, OTHERWISE) is OTHERWISE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('["%s"]' % ("[" * 200), id="in a string"),
        pytest.param('["%s"]' % ('\\"[' * 200), id="in a string, after an escaped quote"),
        pytest.param('["\\\\",{}]'.format(",".join(["[]"] * 200)), id="side by side, after an escaped backslash"),
        pytest.param('{"%s":[]}' % ("{" * 200), id="in a name"),
        pytest.param("[{}]".format(",".join(['{"a":[]}'] * 200)), id="side by side"),
    ],
)
def test_only_open_arrays_and_objects_count(text: str) -> None:
    assert parse_json(text) == json.loads(text)


@pytest.mark.parametrize("text", ['["[', '"\\', '["' + '\\"' * 300_000, '["' + "\\" * 600_000, "]" * 300_000])
def test_broken_text_is_looked_through_once(text: str) -> None:
    """A pattern that goes back for every quote would take hours here."""
    assert read_json(text + "[" * (DEPTH_LIMIT + 1), OTHERWISE) is OTHERWISE


def test_a_bracket_has_the_level_that_it_opens_or_closes() -> None:
    assert list(brackets('[{"a[":"]\\"]"},1]]')) == [(0, 1), (1, 2), (13, 2), (16, 1), (17, 0)]


def test_the_recursion_limit_of_the_interpreter_decides_nothing() -> None:
    """What is refused is refused before Python's parser sees it, which could go deeper with this limit."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        assert read_json(b"[" + EDGE + b"]", OTHERWISE) is OTHERWISE
    finally:
        sys.setrecursionlimit(limit)
