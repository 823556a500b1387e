"""Applies a scenario's decision to an answer. The functions on replies are pure.

The order of one call:

1. The decision's answer replaces the operation's (:func:`substitute_reply`), or the operation runs under
   ``decision.issue_overrides``.
2. :func:`apply_effects`, before the API's own ``after`` (which may compress the body).
3. :func:`apply_side_effects`: opt-outs and revocations.
4. The API's own headers are added, then :func:`edit_headers`.
5. The clock moves by ``decision.advance``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final, cast

from simulator.core.http.foreign_json import parse_json, read_json
from simulator.core.model.api import Api, Credentials, StatusStore
from simulator.core.model.call import Call, Headers, Reply
from simulator.core.model.call_steps import Steps
from simulator.scenario.rules.decision import Canned, Conversion, Decision, HeaderEdits, NamedError, SetValue

RULE_HEADER: Final = "X-Simulator-Rule"
"""Header on every answer that a rule touched: the ids of those rules, joined by commas. Faithful answers lack it."""

_LONGEST_NUMBER: Final = 300
"""Characters. Python reads and writes integers of 4,300 digits at most, and ``milliseconds`` adds three."""
_JSON_TYPE: Final = ("Content-Type", "application/json")
_TEXT_TYPE: Final = ("Content-Type", "text/plain; charset=utf-8")


def substitute_reply(
    decision: Decision, credentials: Credentials, call: Call, api: Api[Any], world: Any
) -> Reply | None:
    """The answer that is given instead of the operation's, or None when the operation is to run.

    Raises :class:`KeyError` for a named error that this API does not have; scenarios and overrides were checked for it.
    """
    answer = decision.answer
    if isinstance(answer, NamedError):
        reply = api.errors[answer.name](credentials, call, world)
        return replace(reply, headers=_with(reply.headers, answer.headers)) if answer.headers else reply
    return None if answer is None else _canned(answer, api)


def apply_effects(reply: Reply, decision: Decision, api: Api[Any]) -> Reply:
    """The reply with the decision's effects: fields, body fault, rule header and delivery. FAITHFUL changes nothing."""
    if not decision.marks:
        return reply
    headers, body = reply.headers, reply.body
    if decision.drop or decision.rewrite or decision.rename or decision.add:
        body = _edited(body, decision, api)
    if decision.body_fault is not None and decision.body_fault.kind == "not_json":
        body = decision.body_fault.value.encode()
    elif decision.body_fault is not None:
        headers = _with(headers, (("Content-Type", decision.body_fault.value),))
    return replace(
        reply,
        headers=(*headers, (RULE_HEADER, ", ".join(decision.marks))),
        body=body,
        delivery=replace(
            reply.delivery,
            delay=reply.delivery.delay + decision.delay,
            dribble=decision.dribble or reply.delivery.dribble,
            fault=decision.fault or reply.delivery.fault,
            close=decision.close or reply.delivery.close,
            idle=decision.idle if decision.idle is not None else reply.delivery.idle,
        ),
    )


def edit_headers(reply: Reply, edits: HeaderEdits | None) -> Reply:
    """The reply with headers added and removed: the last step for an answer."""
    if edits is None:
        return reply
    kept = tuple(pair for pair in reply.headers if pair[0].lower() not in edits.remove)
    return replace(reply, headers=_with(kept, edits.add))


def apply_side_effects(
    decision: Decision, credentials: Credentials, statuses: StatusStore, at: datetime
) -> Steps[None]:
    """Opt the person out, revoke the token: once the call has been answered, from its moment on.

    Yields each write. A call that names no person, or carries no token, changes nothing.
    """
    if decision.optout and credentials.subject is not None:
        yield partial(statuses.opt_out, credentials.subject, at)
    token_id = {"family": credentials.family, "token": credentials.token_id}.get(decision.revoke or "")
    if decision.revoke == "all":
        yield partial(statuses.revoke_before, "", at)
    if token_id is not None:
        yield partial(statuses.revoke, token_id)
    elif decision.revoke == "family" and credentials.token is None and credentials.subject is not None:
        yield partial(statuses.revoke_before, credentials.subject, at)


def _canned(answer: Canned, api: Api[Any]) -> Reply:
    if answer.is_json:
        return Reply(answer.status, _default(answer.headers, _JSON_TYPE), api.dumps(answer.json))
    if answer.text is not None:
        typed = _JSON_TYPE if _is_document(answer.text) else _TEXT_TYPE
        return Reply(answer.status, _default(answer.headers, typed), answer.text.encode())
    return Reply(answer.status, answer.headers)


@lru_cache(maxsize=64)
def _is_document(text: str) -> bool:
    """Whether it is a JSON object or list with its exact bytes given, such as a gateway's error without blanks."""
    return isinstance(read_json(text, None), dict | list)


def _default(headers: Headers, header: tuple[str, str]) -> Headers:
    """The headers, with this one added unless the name is present."""
    name = header[0].lower()
    return headers if any(key.lower() == name for key, _ in headers) else (header, *headers)


def _with(headers: Headers, new: Headers) -> Headers:
    """The headers, with these replacing any of the same names."""
    names = {name.lower() for name, _ in new}
    return (*(pair for pair in headers if pair[0].lower() not in names), *new)


def _edited(body: bytes, decision: Decision, api: Api[Any]) -> bytes:
    """The JSON with fields dropped and rewritten, as the API writes it.

    The same bytes when none of the fields is there, and for a body that is not JSON or holds NaN, Infinity or
    a number that JSON writers cannot write.
    """
    try:
        parsed = parse_json(body, parse_constant=_refused, parse_float=_finite, parse_int=_short)
    except ValueError:
        return body
    edited = _walk(parsed, decision)
    for path, value in decision.add.items():
        _add(edited, path.split("."), value)
    return body if edited == parsed and _spelling(edited) == _spelling(parsed) else api.dumps(edited)


def _refused(text: str) -> object:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else cast(float, _refused(text))


def _short(text: str) -> int:
    return int(text) if len(text) <= _LONGEST_NUMBER else cast(int, _refused(text))


def _spelling(value: object) -> str:
    """Tells 1 from 1.0 and true, which are equal to Python."""
    return json.dumps(value)


def _walk(value: object, decision: Decision) -> object:
    if isinstance(value, list):
        return [_walk(item, decision) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        decision.rename.get(name, name): _rewritten(inner, decision.rewrite[name])
        if name in decision.rewrite
        else _walk(inner, decision)
        for name, inner in value.items()
        if name not in decision.drop
    }


def _rewritten(value: object, how: Conversion | SetValue) -> object:
    return how.value if isinstance(how, SetValue) else CONVERSIONS[how](value)


def _add(here: object, path: list[str], value: object) -> None:
    """Add a field at the path, in every object of a list on the path; an existing field is kept."""
    if isinstance(here, list):
        for item in here:
            _add(item, path, value)
    elif isinstance(here, dict) and len(path) == 1:
        here.setdefault(path[0], value)
    elif isinstance(here, dict):
        _add(here.get(path[0]), path[1:], value)


def _number(value: object) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    try:
        return int(value) if isinstance(value, str) and len(value) <= _LONGEST_NUMBER else None
    except ValueError:
        return None


def _seconds(value: object) -> object:
    number = _number(value)
    return value if number is None else int(number // 1000)


def _milliseconds(value: object) -> object:
    number = _number(value)
    return value if number is None else int(number) * 1000 + int(number % 1 * 1000)


def _string(value: object) -> object:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _integer(value: object) -> object:
    number = _number(value)
    return value if number is None else int(number)


def _empty(value: object) -> object:
    return type(value)() if isinstance(value, str | list | dict) else ""


CONVERSIONS: Final[Mapping[Conversion, Callable[[object], object]]] = {
    "seconds": _seconds,  # a number of milliseconds, as seconds, rounded down
    "milliseconds": _milliseconds,  # a number of seconds, as milliseconds
    "string": _string,  # any value, as a text: 3600 as "3600"
    "integer": _integer,  # a number, or a text of digits, as a whole number
    "null": lambda _: None,
    "empty": _empty,  # "", [] or {} for a text, a list or an object; "" for anything else
}
"""What ``rewrite`` can make of a field. A value that a conversion does not fit stays as it is."""
