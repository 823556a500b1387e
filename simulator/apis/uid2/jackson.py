"""JSON as the operator's parser (Jackson, behind Vert.x) reads it: a little stricter than Python's."""

from __future__ import annotations

import json
from typing import Final, NoReturn

_LONGEST_NUMBER: Final = 1000
"""Digits: Jackson 2.15 and later refuses a longer number."""


def json_object(text: str | bytes) -> dict[str, object]:
    """The object that the text holds. Raises :class:`ValueError` for anything else and for text that is no JSON."""
    try:
        found = json.loads(text, parse_constant=_refuse, parse_int=_integer, parse_float=_double)
    except RecursionError:
        raise ValueError("nested deeper than the parser goes") from None
    if not isinstance(found, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - about the text; one kind of refusal for callers
    return found


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number too long to read")
    return int(text)


def _double(text: str) -> float:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number too long to read")
    return float(text)
