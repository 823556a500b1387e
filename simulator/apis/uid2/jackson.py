"""JSON as the operator's parser reads it (Jackson, used by Vert.x), which is stricter than Python's.

Source: docs/sources/uid2.md §1.5.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Any, Final

from simulator.apis.uid2 import java
from simulator.core.http.foreign_json import DEPTH_LIMIT, NestedTooDeepError, brackets, decoded, parse_json

_LONGEST_NUMBER: Final = 1000
"""Digits: Jackson 2.15 and later rejects longer numbers."""

_DEEPEST: Final = 1000
"""Levels of nesting: Jackson 2.15 and later rejects more."""

_LONG: Final = range(-(2**63), 2**63)
_DIGITS: Final = re.compile(r"[+-]?[0-9]+")


def json_object(text: str | bytes) -> dict[str, object]:
    """Parse a JSON object. Raises :class:`ValueError` for anything else."""
    text = decoded(text)
    try:
        found = _parse(text, deque())
    except NestedTooDeepError:
        found = _parse_in_parts(text)
    if isinstance(found, dict):
        return found
    raise ValueError("not a JSON object")


def to_long(value: object) -> int:
    """A value of JSON as Jackson maps it onto a Java ``long`` (docs/sources/uid2-current.md §D5).

    null and blank text are 0, text of digits is its number, fractions are truncated.
    Raises :class:`ValueError` for anything else, and for numbers out of range.
    """
    match value:
        case bool() | list() | dict():
            raise ValueError("not a number")
        case None:
            number = 0
        case str():
            text = value.strip(java.BLANKS)
            if text in {"", "null"}:
                return 0
            if _DIGITS.fullmatch(text) is None or len(text) > _LONGEST_NUMBER:
                raise ValueError("text that is not a number")
            number = int(text)
        case int() | float():
            # A JSON number beyond a double is read as inf.
            number = int(value) if abs(value) <= float(_LONG.stop) else _LONG.stop
        case _:
            raise TypeError(f"{type(value).__name__} is not a value of JSON")
    if number not in _LONG:
        raise ValueError("beyond a long")
    return number


def to_text(value: object) -> str | None:
    """A value of JSON as Jackson maps it onto a Java ``String`` (docs/sources/uid2-current.md §D5, §D6).

    null stays null, numbers and booleans become text. Raises :class:`ValueError` for a list and for an object.
    """
    match value:
        case None:
            return None
        case list() | dict():
            raise ValueError("a list or an object instead of text")
        case scalar:
            return java.text_of(scalar)


def to_texts(value: object) -> list[str]:
    """A value of JSON as Jackson maps it onto a ``List<String>`` that takes no null (docs/sources/uid2-current.md §D6).

    null is an empty list. Raises :class:`ValueError` for anything but a list, and for null, a list or an object in it.
    """
    match value:
        case None:
            return []
        case list() as items:
            texts = [text for item in items if (text := to_text(item)) is not None]
            if len(texts) < len(items):
                raise ValueError("null in a list")
            return texts
        case _:
            raise ValueError("not a list")


def _parse_in_parts(text: str) -> Any:
    """Parse deeply nested text in parts of at most :data:`DEPTH_LIMIT` levels.

    Inner parts are parsed first. In the outer text NaN replaces a parsed part, because JSON has no such number; NaN is
    then parsed as that part's value.
    """
    around: list[tuple[list[str], deque[object]]] = []
    before, values, start = list[str](), deque[object](), 0
    for at, depth in brackets(text):
        if not 0 < depth <= _DEEPEST:
            raise ValueError("nested too deep, or an unmatched closing bracket")
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
        raise ValueError("an unclosed bracket")
    return _parse("".join(before) + text[start:], values)


def _parse(text: str, values: deque[object]) -> Any:
    """The value of the text; each NaN is replaced by the next of the values."""

    def constant(name: str) -> object:
        if not values:
            raise ValueError(f"{name} is not JSON")
        return values.popleft()

    return parse_json(text, parse_constant=constant, parse_int=_integer, parse_float=_double)


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number with too many digits")
    return int(text)


def _double(text: str) -> float:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number with too many digits")
    return float(text)
