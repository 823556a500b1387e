"""JSON as the operator's parser (Jackson, behind Vert.x) reads it: a little stricter than Python's."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from simulator.core.http.foreign_json import DEPTH_LIMIT, NestedTooDeepError, brackets, decoded, parse_json

_LONGEST_NUMBER: Final = 1000
"""Digits: Jackson 2.15 and later refuses a longer number."""

_DEEPEST: Final = 1000
"""Arrays and objects that are open at once: Jackson 2.15 and later refuses more."""


def json_object(text: str | bytes) -> dict[str, object]:
    """The object that the text holds. Raises :class:`ValueError` for anything else and for text that is not JSON."""
    text = decoded(text)
    try:
        found = _parse(text, deque())
    except NestedTooDeepError:
        found = _parse_in_parts(text)
    if not isinstance(found, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - about the text; one kind of refusal for callers
    return found


def _parse_in_parts(text: str) -> Any:
    """What :func:`_parse` cannot read at once: each part of it is :data:`DEPTH_LIMIT` levels at most.

    Inner parts come first. A part that was read stands as NaN in the one around it, since JSON has no such
    number, and NaN is read as that part's value.
    """
    around: list[tuple[list[str], deque[object]]] = []
    before, values, start = list[str](), deque[object](), 0
    for at, depth in brackets(text):
        if not 0 < depth <= _DEEPEST:
            raise ValueError("nested deeper than the parser goes, or a bracket that closes nothing")
        if depth % DEPTH_LIMIT:
            continue
        if text[at] in "[{":
            before.append(text[start:at])
            around.append((before, values))
            before, values, start = [], deque(), at
        else:
            value = _parse("".join(before) + text[start : at + 1], values)
            before, values = around.pop()
            before.append("NaN")
            values.append(value)
            start = at + 1
    if around:
        raise ValueError("a bracket that is never closed")
    return _parse("".join(before) + text[start:], values)


def _parse(text: str, values: deque[object]) -> Any:
    """The value of the text, in which each NaN stands for the next of the values."""

    def constant(name: str) -> object:
        if not values:
            raise ValueError(f"{name} is not JSON")
        return values.popleft()

    return parse_json(text, parse_constant=constant, parse_int=_integer, parse_float=_double)


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number too long to read")
    return int(text)


def _double(text: str) -> float:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number too long to read")
    return float(text)
