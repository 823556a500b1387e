"""What callers may send, as tables: one row a member of a body or a parameter of a query.

The same rows read what came, name what is wrong with it and describe it in the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from simulator.control.refused import ControlRefused
from simulator.core.duration import PATTERN as DURATION
from simulator.core.duration import parse_duration
from simulator.core.http.foreign_json import NestedTooDeepError, parse_json
from simulator.core.moment import PATTERN as MOMENT
from simulator.core.moment import parse_moment
from simulator.core.suggestion import nearest, quoted


@dataclass(frozen=True, slots=True)
class FieldType:
    """What a value may be. ``read`` raises ValueError or TypeError that says what is wrong with it."""

    schema: Mapping[str, object]
    read: Callable[[Any], Any]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("must be a text")
    if not value:
        raise ValueError("is empty")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("must be true or false")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("must be a number")
    try:
        return float(value)
    except OverflowError:
        raise ValueError("is too large") from None


def _count(value: object) -> int:
    """Of a body a JSON integer, of a query its digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**18:
        raise TypeError("must be a whole number, 0 or more")
    return value


def _span(value: object) -> timedelta:
    return parse_duration(_text(value))


def _signed_span(value: object) -> timedelta:
    return parse_duration(_text(value), signed=True)


def _moment_or_span(value: object) -> datetime | timedelta:
    """``+1h`` and ``-1h`` are spans, everything else is a moment."""
    text = _text(value)
    return parse_duration(text, signed=True) if text[0] in "+-" else parse_moment(text)


def _since(value: object) -> datetime | int:
    text = _text(value)
    return _count(text) if text.isdigit() else parse_moment(text)


TEXT: Final = FieldType({"type": "string", "minLength": 1}, _text)
FLAG: Final = FieldType({"type": "boolean"}, _flag)
NUMBER: Final = FieldType({"type": "number"}, _number)
COUNT: Final = FieldType({"type": "integer", "minimum": 0}, _count)
SPAN: Final = FieldType({"type": "string", "pattern": f"^{DURATION}$"}, _span)
SIGNED_SPAN: Final = FieldType({"type": "string", "pattern": f"^[+-]?{DURATION}$"}, _signed_span)
MOMENT_OR_SPAN: Final = FieldType({"type": "string", "pattern": f"^({MOMENT}|[+-]{DURATION})$"}, _moment_or_span)
SINCE: Final = FieldType({"type": "string", "pattern": rf"^({MOMENT}|\d{{1,18}})$"}, _since)


def one_of(*names: str) -> FieldType:
    """One of these texts."""

    def read(value: object) -> str:
        if value not in names:
            raise ValueError(f"must be one of {', '.join(names)}" + did_you_mean(value, names))
        return str(value)

    return FieldType({"enum": list(names)}, read)


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a JSON body, or a parameter of a query."""

    name: str
    kind: FieldType
    about: str
    required: bool = False


def read_body(body: bytes, members: Sequence[Field]) -> dict[str, Any]:
    """The members that a JSON object holds, each as its kind reads it; an empty body is an empty object.

    Raises :class:`ControlRefused` for what is no JSON object and for unknown, repeated, missing and wrong members.
    """
    return _read(_object(body) if body.strip() else {}, members, "member")


def read_query(raw: str, members: Sequence[Field]) -> dict[str, Any]:
    """The same of a query string."""
    pairs = parse_qsl(raw, keep_blank_values=True, errors="replace")
    return _read(_once(pairs), members, "parameter")


def did_you_mean(given: object, known: Sequence[str]) -> str:
    """`` (did you mean "…"?)``, or nothing."""
    meant = nearest(given, known) if isinstance(given, str) else None
    return f' (did you mean "{meant}"?)' if meant else ""


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = parse_json(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise ControlRefused(400, "Bad request", "The body is not UTF-8.") from None
    except NestedTooDeepError:
        raise ControlRefused(400, "Bad request", "The body is nested too deep.") from None
    except ValueError as wrong:
        raise ControlRefused(400, "Bad request", f"The body is not JSON: {wrong}.") from None
    if not isinstance(document, dict):
        raise ControlRefused(400, "Bad request", 'The body must be a JSON object, such as {"by": "24h"}.')
    return document


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ControlRefused(400, "Bad request", f"{quoted(name)} is there twice.")
        found[name] = value
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number of JSON")


def _read(document: Mapping[str, Any], members: Sequence[Field], word: str) -> dict[str, Any]:
    known = [member.name for member in members]
    for name in document:
        if name not in known:
            there = f"There is {', '.join(known)}." if known else "There is none here."
            raise ControlRefused(
                400, "Bad request", f"{quoted(name)} is no {word}{did_you_mean(name, known)}.", remedy=there
            )
    found = {}
    for member in members:
        if member.name in document:
            try:
                found[member.name] = member.kind.read(document[member.name])
            except (TypeError, ValueError) as wrong:
                raise ControlRefused(400, "Bad request", f'"{member.name}": {wrong}.') from None
        elif member.required:
            raise ControlRefused(400, "Bad request", f'The {word} "{member.name}" is missing: {member.about}')
    return found
