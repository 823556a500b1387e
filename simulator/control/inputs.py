"""The bodies and queries that callers may send, as pydantic models. Imports pydantic: import this only to read one.

The models parse the input, report every error with the codes of the scenario language, and are the schemas of the
OpenAPI document. An endpoint names its model; :func:`read_body` and :func:`read_query` return the given fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from pydantic import Field, PlainValidator, WithJsonSchema

from simulator.control.refused import ControlRefused
from simulator.core.duration import PATTERN as DURATION
from simulator.core.duration import parse_duration
from simulator.core.http.foreign_json import NestedTooDeepError, parse_json
from simulator.core.model.call import WIRE_FAULTS
from simulator.core.moment import PATTERN as MOMENT
from simulator.core.moment import parse_moment
from simulator.core.suggestion import quoted
from simulator.report.render import FORMATS
from simulator.scenario.language.formats import problem_json
from simulator.scenario.language.model import Model
from simulator.scenario.language.nodes import Unreadable, from_python
from simulator.scenario.language.problem import Problem
from simulator.scenario.language.validation import model_of
from simulator.scenario.language.values import one_of, wrong

_DETAILED: Final = 5
"""The most errors that ``detail`` contains; ``errors`` lists more."""
_LONGEST_PATH: Final = 200
"""The most characters of a member's name in ``errors``."""
_DIGITS: Final = 18
"""Digits of the largest count."""


def _leaf(parse: Callable[[str], Any], pattern: str, code: str = "E105") -> Any:
    """A value that ``parse`` reads from text; its ValueError is the finding ``code``."""

    def read(value: object) -> Any:
        if not isinstance(value, str):
            raise wrong("type", "expected a string")
        if not value:
            raise wrong("E105", "is empty")
        try:
            return parse(value)
        except ValueError as error:
            raise wrong(code, str(error)) from None

    return (PlainValidator(read), WithJsonSchema({"type": "string", "minLength": 1, **_matching(pattern)}))


def _matching(pattern: str) -> dict[str, str]:
    return {"pattern": f"^({pattern})$"} if pattern else {}


def _signed(text: str) -> timedelta:
    return parse_duration(text, signed=True)


def _moment_or_duration(text: str) -> datetime | timedelta:
    return _signed(text) if text[0] in "+-" else parse_moment(text)


def _digits(text: object) -> int:
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise wrong("E104", f"expected a whole number of at most {_DIGITS} digits")
    return int(text)


def _moment_or_number(text: str) -> datetime | int:
    return _digits(text) if text.isdigit() else parse_moment(text)


def _names(value: object) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise wrong(
            "type",
            'expected a name such as "jquants.auth_refresh", a pattern such as "jquants.*", or a list of them',
        )
    return tuple(names)


_NAME: Final = {"type": "string", "minLength": 1}
Text = Annotated[str, *_leaf(str, "")]
Span = Annotated[timedelta, *_leaf(parse_duration, DURATION, "E106")]
SignedSpan = Annotated[timedelta, *_leaf(_signed, f"[+-]?{DURATION}", "E106")]
Moment = Annotated[datetime, *_leaf(parse_moment, MOMENT)]
MomentOrSpan = Annotated[datetime | timedelta, *_leaf(_moment_or_duration, f"{MOMENT}|[+-]{DURATION}")]
MomentOrNumber = Annotated[datetime | int, *_leaf(_moment_or_number, rf"{MOMENT}|\d{{1,{_DIGITS}}}")]
Names = Annotated[
    tuple[str, ...],
    PlainValidator(_names),
    WithJsonSchema({"anyOf": [_NAME, {"type": "array", "items": _NAME, "minItems": 1}]}),
]
Count = Annotated[int, Field(ge=0, lt=10**_DIGITS)]
QueryCount = Annotated[int, PlainValidator(_digits), WithJsonSchema({"type": "integer", "minimum": 0})]
YesNo = Annotated[str, *one_of(("true", "false"))]


class NoInput(Model):
    """Nothing may be sent."""


class ClockSettings(Model):
    """``PUT clock``."""

    at: MomentOrSpan | None = Field(None, description='An RFC 3339 moment, or a step from now: "+1h", "-1h".')
    frozen: bool | None = Field(None, description="Whether the clock stands still.")
    rate: float | None = Field(
        None, description="Virtual seconds per real second, above 0 and at most 1000000; 1 is real speed."
    )


class ClockStep(Model):
    """``POST clock/advance``."""

    by: SignedSpan | None = Field(None, description='A duration, such as "24h" or "1h30m".')
    to: Text | None = Field(None, description='The next event of this name, such as "id_token_expires".')
    plus: SignedSpan | None = Field(None, description='With "to": this long after the event, such as "1s".')
    backwards: bool | None = Field(None, description="Whether the clock may go back; false unless given.")


class TokenOrder(Model):
    """``POST tokens``."""

    api: Text = Field(description='The API, such as "uid2".')
    kind: Text = Field(description='A kind of token of the API, such as "refresh_token".')
    subject: Text | None = Field(None, description="An account, mail address or phone number of the world.")
    age: Span | None = Field(None, description='How long ago it was issued, such as "8d"; now unless given.')


class CallFilter(Model):
    """``POST verify``."""

    operation: Names | None = Field(None, description='An operation, a pattern such as "jquants.*", or a list.')
    count: Count | None = Field(None, description="Exactly this many calls.")
    at_least: Count | None = Field(None, description="This many calls or more.")
    at_most: Count | None = Field(None, description="This many calls or fewer.")
    rule: Text | None = Field(None, description="Only calls on which this rule fired.")
    status: Count | None = Field(None, description="Only calls answered with this status.")
    method: Text | None = Field(None, description="Only calls with this method.")
    path: Text | None = Field(None, description="Only calls for this path.")
    error: Text | None = Field(None, description="Only calls answered with this named error.")
    token: Text | None = Field(None, description="Only calls with the token of this fingerprint.")
    within: Span | None = Field(None, description="Real time to wait for it, at most a minute; none unless given.")
    since: Moment | None = Field(None, description="Only calls from this moment of the sandbox's clock on.")


class HoldOrder(Model):
    """``PUT holds/NAME``."""

    operation: Text = Field(description='An operation, or a pattern such as "jquants.*".')
    before: bool | None = Field(None, description="Before the operation runs; otherwise its answer waits.")
    limit: Span | None = Field(None, description="Real time after which a call goes on; without it, it does not.")


class HoldWait(Model):
    """``POST holds/NAME/await``."""

    waiting: Count | None = Field(None, description="How many calls; 1 unless given.")
    within: Span | None = Field(None, description="Real time to wait, at most a minute; 5s unless given.")


class HoldRelease(Model):
    """``POST holds/NAME/release``."""

    count: Count | None = Field(None, description="How many calls; all unless given.")
    order: Annotated[str, *one_of(("oldest", "newest"))] | None = Field(
        None, description="Which calls first; the oldest unless given."
    )
    fault: Annotated[str, *one_of(tuple(sorted(WIRE_FAULTS)))] | None = Field(
        None, description="Break the answers with this fault."
    )


class JournalQuery(Model):
    """``GET journal``."""

    operation: Text | None = Field(None, description='An operation, or a pattern such as "jquants.*".')
    rule: Text | None = Field(None, description="Only calls on which this rule fired.")
    since: MomentOrNumber | None = Field(
        None, description="An RFC 3339 moment of the sandbox's clock (included), or an entry's number (not included)."
    )
    limit: QueryCount | None = Field(None, description="At most this many entries, the newest ones.")


class ReportQuery(Model):
    """``GET report``."""

    format: Annotated[str, *one_of(FORMATS)] | None = Field(None, description="The format; json unless given.")
    finished: YesNo | None = Field(None, description="false: calls may still come, so silence proves nothing.")


class ScenarioQuery(Model):
    """``PUT scenario``."""

    strict: YesNo | None = Field(None, description="Whether warnings are refused too.")


def read_body(name: str, body: bytes) -> dict[str, Any]:
    """The given members of a JSON body, as the model ``name`` reads them; an empty body is an empty object.

    Raises :class:`ControlRefused` with every error.
    """
    return _given(name, _object(body) if body.strip() else {})


def read_query(name: str, raw: str) -> dict[str, Any]:
    """The given parameters of a query, as the model ``name`` reads them. Raises :class:`ControlRefused`."""
    return _given(name, _once(parse_qsl(raw, keep_blank_values=True, errors="replace")))


def read_values(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given members of a Python mapping, as the model ``name`` reads them. Raises :class:`ControlRefused`."""
    return _given(name, given)


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a model (draft 2020-12, without references)."""
    schema: dict[str, Any] = model_named(name).model_json_schema(by_alias=True)
    described = {key: _without_null(member) for key, member in schema.get("properties", {}).items()}
    required = schema.get("required", [])
    return {
        "type": "object",
        "properties": described,
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def model_named(name: str) -> type[Model]:
    """The model that an endpoint names; "" accepts no members."""
    found: type[Model] = globals()[name] if name else NoInput
    return found


def _given(name: str, document: Mapping[str, Any]) -> dict[str, Any]:
    try:
        root, problems = from_python(document)
    except Unreadable as unreadable:
        raise _refused([unreadable.problem]) from None
    made, more = model_of(model_named(name), root)
    if made is None or problems:
        raise _refused([*problems, *more])
    return {field: getattr(made, field) for field in made.model_fields_set}


def _refused(problems: Sequence[Problem]) -> ControlRefused:
    lines = [_line(problem) for problem in problems[:_DETAILED]]
    if len(problems) > _DETAILED:
        lines.append(f"{len(problems) - _DETAILED} more; errors lists them.")
    errors = [problem_json(problem) for problem in problems]
    for error in errors:
        error["path"] = error["path"][:_LONGEST_PATH]
    return ControlRefused(400, "Bad request", " ".join(lines), errors=errors)


def _line(problem: Problem) -> str:
    hint = f' (did you mean "{problem.suggestion}"?)' if problem.suggestion else ""
    place = quoted(problem.path)
    message = problem.message if place in problem.message else f"{place}: {problem.message}"
    return f"{message}{hint}."


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = parse_json(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise ControlRefused(400, "Bad request", "The body is not UTF-8.") from None
    except NestedTooDeepError:
        raise ControlRefused(400, "Bad request", "The body is nested too deep.") from None
    except ValueError as error:
        raise ControlRefused(400, "Bad request", f"The body is not JSON: {error}.") from None
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


def _without_null(member: dict[str, Any]) -> dict[str, Any]:
    """A field that may be left out, not null: its default says so to pydantic."""
    kinds = [kind for kind in member.get("anyOf", []) if kind != {"type": "null"}]
    rest = {key: value for key, value in member.items() if key not in {"anyOf", "default", "title"}}
    return {**(kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {}), **rest}
