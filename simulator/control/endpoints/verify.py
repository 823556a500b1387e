"""Did the client call as often as it should have?"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from simulator.control.endpoint import TEXT, ControlRequest, Endpoint, Schema, answer, items, shape
from simulator.control.endpoints.holds import LONGEST_WAIT
from simulator.control.endpoints.journal import known_rule, operations_like
from simulator.control.fields import COUNT, SPAN, Field, FieldType
from simulator.control.fields import TEXT as ANY_TEXT
from simulator.control.refused import ControlRefused
from simulator.core.clock import pause, steady
from simulator.core.errors import UsageError
from simulator.core.model.call import Reply
from simulator.core.moment import parse_moment
from simulator.report.verification import read_wanted, verify

_LOOK_EVERY: Final = timedelta(milliseconds=10)


def check(ask: ControlRequest) -> Reply:
    """Count the calls that match; when they are too few or too many, tell what came instead, nearest first."""
    asked = dict(ask.body)
    within = asked.pop("within", timedelta(0))
    if within > LONGEST_WAIT:
        raise UsageError('"within" is longer than a minute.', remedy="Ask again when the minute is over.")
    wanted = read_wanted(asked)
    journal = ask.sandbox.journal
    entries = journal.entries()
    # A name that can never match would make "at_most" pass for ever.
    for name in wanted.filter.operations:
        operations_like(ask.simulation, name)
    if wanted.filter.rule is not None:
        known_rule(ask, wanted.filter.rule, entries)
    until = steady() + within.total_seconds()
    while True:
        verified = verify(entries, wanted, bound=ask.simulation.journal_bound, lost=journal.lost())
        if verified.met or steady() >= until:
            break
        pause(_LOOK_EVERY)
        entries = journal.entries()
    document = verified.as_json()
    if verified.met:
        return answer(document)
    raise ControlRefused(422, "Not as wanted", document.pop("message"), **document)


def _operations(value: object) -> str | list[str]:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise TypeError(
            'must be a name such as "jquants.auth_refresh", a pattern such as "jquants.*", or a list of them'
        )
    return [str(name) for name in names]


def _moment(value: object) -> object:
    if not isinstance(value, str):
        raise TypeError("must be an RFC 3339 moment")
    return parse_moment(value)


_NAMES: Final = FieldType(
    {"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]},
    _operations,
)
_MOMENT: Final = FieldType({"type": "string", "format": "date-time"}, _moment)
_INSTEAD: Schema = items(shape(entry={"type": "object"}, misses=items(TEXT)))

ENDPOINTS = (
    Endpoint(
        "POST",
        "/verify",
        check,
        "Whether as many calls came as wanted; if not, what came instead, nearest first.",
        {
            200: shape(
                met={"const": True},
                count=COUNT.schema,
                matching=items({"type": "integer"}),
                message=TEXT,
                instead=_INSTEAD,
            )
        },
        takes=(
            Field("operation", _NAMES, 'An operation, a pattern such as "jquants.*", or a list; any when not given.'),
            Field("count", COUNT, "Exactly this often."),
            Field("at_least", COUNT, "This often or more."),
            Field("at_most", COUNT, "This often or less."),
            Field("rule", ANY_TEXT, "Only calls on which this rule fired."),
            Field("status", COUNT, "Only calls answered with this status."),
            Field("method", ANY_TEXT, "Only calls by this method."),
            Field("path", ANY_TEXT, "Only calls for this path."),
            Field("error", ANY_TEXT, "Only calls answered with this named error."),
            Field("token", ANY_TEXT, "Only calls with the token of this fingerprint."),
            Field("within", SPAN, "Real time to wait for it, at most a minute; no time when not given."),
            Field("since", _MOMENT, "Only calls from this moment of the sandbox's clock on."),
        ),
        problems={422: "Too few or too many; `count`, `matching` and `instead` tell what came."},
    ),
)
