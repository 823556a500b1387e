"""The leaves of the document model: durations, moments, patterns, names. Each refuses with a code of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Final

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from simulator.core.duration import PATTERN as DURATION
from simulator.core.duration import parse_duration
from simulator.core.moment import PATTERN as MOMENT
from simulator.core.moment import parse_moment
from simulator.scenario.language.problem import shown
from simulator.scenario.language.regex import Pattern, compile_regex
from simulator.scenario.rules.decision import LONGEST

VERSIONS: Final = (1,)
"""Of the language, that this simulator reads."""

_FILE_NAME: Final = "[a-z0-9][a-z0-9._-]*"
_RULE_ID: Final = r"[!-+\--~](?:[ -+\--~]*[!-+\--~])?"
"""Printable ASCII without a comma: ids stand in a header, joined by commas."""
_TIME: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_OFFSET: Final = "[+-](?:0[0-9]|1[0-4]):[0-5][0-9]"
_PERCENT: Final = r"\d+(?:\.\d+)?%"
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def wrong(code: str, message: str) -> PydanticCustomError:
    """A finding of a leaf: ``code`` is one of the language's, or "type" for a value of the wrong kind."""
    renderable = message.encode("utf-8", "backslashreplace").decode()  # pydantic fails on a lone surrogate
    return PydanticCustomError("scenario", "{message}", {"code": code, "message": renderable})


def _said(value: object) -> str:
    return shown(value) if isinstance(value, str) else "a mapping" if isinstance(value, dict) else str(value)


def _leaf(read: Callable[[Any], Any], schema: dict[str, Any]) -> Any:
    return (PlainValidator(read), WithJsonSchema(schema))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise wrong("type", f"expected a string, got {_said(value)}; quote it")
    if not value:
        raise wrong("E105", "expected a text, got an empty one")
    return value


def _text_or_number(value: object) -> str:
    """As the wire has it: numbers in their shortest form, booleans in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return value
    raise wrong("type", f"expected a string, got {_said(value)}; quote it, so that its spelling is kept")


def _body(value: object) -> str:
    if not isinstance(value, str):
        raise wrong("type", f"expected a string, got {_said(value)}; for a JSON value write json: instead of body:")
    return value


def _header(value: object) -> tuple[str, ...]:
    values = tuple(_text_or_number(one) for one in (value if isinstance(value, list) else [value]))
    for one in values:
        if not _HEADER_VALUE.fullmatch(one):
            raise wrong("E105", f"{shown(one)} cannot stand in a header; one line of Latin-1 text can")
    return values


def _duration(value: object) -> timedelta:
    return _span(value, signed=False)


def _signed_duration(value: object) -> timedelta:
    return _span(value, signed=True)


def _span(value: object, *, signed: bool) -> timedelta:
    if isinstance(value, list | dict):
        raise wrong("type", "expected a duration: a number with its unit, such as 1500ms")
    text = value if isinstance(value, str) else str(value)
    if not signed and text.startswith("-") and _is_duration(text):
        raise wrong("E106", f"{shown(text)} is negative; only advance and skew go backwards")
    try:
        span = parse_duration(text, signed=signed)
    except ValueError as error:
        raise wrong("E106", str(error)) from None
    if abs(span) > LONGEST:
        raise wrong("E105", f"{shown(str(value))} is longer than a hundred years")
    return span


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text, signed=True)
    except ValueError:
        return False
    return True


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise wrong("type", f"expected a moment such as 2024-01-04T00:00:00Z, got {_said(value)}")
    try:
        return parse_moment(value)
    except ValueError as error:
        raise wrong("E105", str(error)) from None


def _regex(value: object) -> Pattern:
    if not isinstance(value, str):
        raise wrong("type", f"expected a regular expression, got {_said(value)}; quote it")
    try:
        return compile_regex(value)
    except ValueError as error:
        raise wrong("E108", f"{shown(value)} is not a regular expression: {error}") from None


def _percent(value: object) -> float:
    """A share from 0 to 1."""
    if not isinstance(value, str) or not re.fullmatch(_PERCENT, value, re.ASCII):
        raise wrong("type", f"expected a percentage such as 60%, got {_said(value)}")
    share = float(value[:-1]) / 100
    if share > 1:
        raise wrong("E105", f"{shown(value)} is more than the whole")
    return share


def _probability(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("type", f"expected a number from 0 to 1, got {_said(value)}")
    if not 0 <= value <= 1:
        raise wrong("E105", f"expected a number from 0 to 1, got {value}")
    return float(value)


def _yes(value: object) -> bool:
    if not isinstance(value, bool):
        raise wrong("type", f"expected true, got {_said(value)}")
    if not value:
        raise wrong("E105", "false does nothing; remove the key")
    return value


def _version(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("type", f"expected version: {VERSIONS[-1]}, got {_said(value)}")
    if value not in VERSIONS:
        raise wrong("E112", f"unsupported version {value}; this simulator reads version {VERSIONS[-1]}")
    return value


def _name(form: str, what: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str):
            raise wrong("type", f"expected {what}, got {_said(value)}; quote it")
        if not re.fullmatch(form, value, re.ASCII):
            raise PydanticCustomError("bad_name", "{what}", {"what": what, "form": form})
        return value

    return read


def one_of(names: tuple[str, ...]) -> Any:
    """A name from a list that is made when the program starts."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise wrong("type", f"expected one of {', '.join(names)}, got {_said(value)}")
        if value not in names:
            raise PydanticCustomError("unknown_name", "{known}", {"known": names})
        return value

    return _leaf(read, {"enum": list(names)})


def _time_of_day(value: object) -> time:
    if not isinstance(value, str) or not re.fullmatch(_TIME, value, re.ASCII):
        raise wrong("type", f'{_said(value)} is not a time of day; write one such as "02:00"')
    return time.fromisoformat(value)


def _offset(value: object) -> timedelta:
    if not isinstance(value, str) or not re.fullmatch(_OFFSET, value, re.ASCII):
        raise wrong("type", f'{_said(value)} is not an offset from UTC; write one such as "+09:00"')
    hours, minutes = int(value[1:3]), int(value[4:6])
    return timedelta(hours=hours, minutes=minutes) * (-1 if value[0] == "-" else 1)


TEXT_SCHEMA: Final = {"type": "string", "minLength": 1}
Text = Annotated[str, *_leaf(_text, TEXT_SCHEMA)]
Body = Annotated[str, *_leaf(_body, {"type": "string"})]
TextOrNumber = Annotated[str, *_leaf(_text_or_number, {"type": ["string", "integer", "boolean"]})]
HeaderValue = Annotated[
    tuple[str, ...],
    *_leaf(
        _header,
        {
            "anyOf": [
                {"type": ["string", "integer", "boolean"]},
                {"type": "array", "items": {"type": ["string", "integer", "boolean"]}},
            ]
        },
    ),
]
Duration = Annotated[timedelta, *_leaf(_duration, {"type": "string", "pattern": f"^{DURATION}$"})]
SignedDuration = Annotated[timedelta, *_leaf(_signed_duration, {"type": "string", "pattern": f"^[+-]?{DURATION}$"})]
Moment = Annotated[datetime, *_leaf(_moment, {"type": "string", "pattern": f"^{MOMENT}$"})]
Regex = Annotated[Pattern, *_leaf(_regex, {"type": "string", "format": "regex"})]
Percent = Annotated[float, *_leaf(_percent, {"type": "string", "pattern": f"^{_PERCENT}$"})]
Probability = Annotated[float, *_leaf(_probability, {"type": "number", "minimum": 0, "maximum": 1})]
Yes = Annotated[bool, *_leaf(_yes, {"const": True})]
Version = Annotated[int, *_leaf(_version, {"enum": list(VERSIONS)})]
FileName = Annotated[str, *_leaf(_name(_FILE_NAME, "a name"), {"type": "string", "pattern": f"^{_FILE_NAME}$"})]
RuleId = Annotated[str, *_leaf(_name(_RULE_ID, "an id"), {"type": "string", "pattern": f"^{_RULE_ID}$"})]
TimeOfDay = Annotated[time, *_leaf(_time_of_day, {"type": "string", "pattern": f"^{_TIME}$"})]
Offset = Annotated[timedelta, *_leaf(_offset, {"type": "string", "pattern": f"^{_OFFSET}$"})]
