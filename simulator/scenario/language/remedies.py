"""Corrections for keys in a wrong place and values of a wrong kind. They end a message."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel

from simulator.scenario.language.actions import Action, FaultPart, Respond, TokenAction
from simulator.scenario.language.document import OccursPart, RulePart, When

_HOMES: Final[tuple[tuple[type[BaseModel], str], ...]] = (
    (RulePart, 'it belongs beside "when", "occurs" and "then"'),
    (When, 'it belongs inside "when"'),
    (OccursPart, 'it belongs inside "occurs"'),
    (Action, 'it belongs inside "then"'),
    (Respond, "write then: {respond: {status: 503}}"),
    (TokenAction, "write then: {token: {lifetime: 2s}}"),
    (FaultPart, "write then: {fault: reset}, with the name of this fault"),
)
"""Where a known key belongs, most common place first."""
_ELSEWHERE: Final = {
    "path": 'calls are chosen by "operation", such as jquants.auth_refresh',
    "url": 'calls are chosen by "operation", such as jquants.auth_refresh',
    "endpoint": 'calls are chosen by "operation", such as jquants.auth_refresh',
    "code": "write then: {respond: {status: 503}}",
    "response": "write then: {respond: {status: 503}}",
    "timeout": "write then: {fault: hang}",
    "times": "write occurs: {first: 3}, or a sequence of steps",
    "count": "write occurs: {first: 3}",
}
"""Keys of other tools."""
_FORMS: Final = {
    "rules": 'begin each rule with "- "',
    "when": "write when: {operation: jquants.auth_refresh}",
    "then": "write then: {fault: reset}",
    "occurs": "write occurs: {first: 2}",
    "sequence": 'begin each step with "- "',
    "choose": 'begin each choice with "- "',
    "respond": "write respond: {status: 503}",
    "rate_limit": "write rate_limit: {limit: 10, window: 60s}",
    "token": "write token: {lifetime: 2s}",
    "headers": "write headers: {add: {Name: value}}",
    "clock": "write clock: {from: 10m, to: 20m}",
    "drop": "write drop: [field]",
    "rewrite": "write rewrite: {field: string}",
}
"""Keys whose value is a mapping or a list, in their shortest right form."""
OTHER_NAMES: Final = {
    "timeout": "hang",
    "time_out": "hang",
    "disconnect": "reset",
    "drop": "reset",
    "close": "empty",
    "cut": "truncate",
    "broken_json": "not_json",
    "html": "not_json",
}
"""What other tools call our faults."""


def home_of(key: str, here: frozenset[str]) -> str | None:
    """The correct place of a key that is not allowed among the keys ``here``; None for an unknown key."""
    for model, home in _HOMES:
        names = {field.alias or name for name, field in model.model_fields.items()}
        if key in names and not names <= here:
            return home
    return _ELSEWHERE.get(key)


def form_of(key: str, value: object) -> str:
    """``; write …``: the right form for a key whose value is of a wrong kind, or nothing."""
    if key == "respond" and isinstance(value, int):
        return f"; write respond: {{status: {value}}}"
    if key == "error" and isinstance(value, int):
        return f"; for a status write respond: {{status: {value}}}"
    if key == "occurs" and isinstance(value, int):
        return f"; write occurs: {{first: {value}}}"
    if key == "then" and isinstance(value, str):
        return f"; write then: {{fault: {value}}}" if value in FaultPart.model_fields else f"; {_FORMS[key]}"
    return f"; {_FORMS[key]}" if key in _FORMS else ""
