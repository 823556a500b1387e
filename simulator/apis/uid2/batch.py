"""POST /v1/identity/map: many identifiers of one kind at once (uid2.md §3.5)."""

from __future__ import annotations

import json
from typing import Final, NoReturn

from simulator.apis.uid2 import facts, java, wire
from simulator.apis.uid2.identity import IDENTIFIERS, Person, identify
from simulator.apis.uid2.world import Uid2World
from simulator.core.call import Call, Reply
from simulator.core.errors import Rejection

_LONGEST_NUMBER: Final = 1000
"""Digits: the operator's JSON parser (Jackson 2.15 and later) refuses a longer one."""


def map_batch(call: Call, world: Uid2World) -> Reply:
    """Map what can be mapped, in the order of the list, and say why the rest was not.

    The operator never answers a non-empty object without any of the four keys (uid2.md §1.5); here it gets
    the answer of ``{}``. Raises :class:`Rejection` ``identifier_required`` for that, and ``server_error`` for
    a body that is no JSON object and for null in the list.
    """
    body = _json_object(call)
    given = {name: body[name] for name in IDENTIFIERS if body.get(name) is not None}
    if not given:
        raise Rejection("identifier_required")
    lists: dict[str, list[object]] = {}
    for name, values in given.items():
        if not isinstance(values, list):
            return wire.client_error(name + facts.NOT_AN_ARRAY)
        if values:
            lists[name] = values
    if len(lists) > 1:
        raise Rejection("identifier_required")
    mapped: list[dict[str, str]] = []
    unmapped: list[dict[str, str]] = []
    for name, values in lists.items():
        for text in _texts(values):
            person = identify(name, text)
            reason = _reason_against(person, call, world)
            if person is None or reason:
                unmapped.append({"identifier": text, "reason": reason})
            else:
                mapped.append(wire.mapped(text, person))
    return wire.success({"mapped": mapped, "unmapped": unmapped} if unmapped else {"mapped": mapped})


def only_person(call: Call) -> Person | None:
    """The person of a batch of one, None for any other body."""
    try:
        body = _json_object(call)
        named = [(name, body[name]) for name in IDENTIFIERS if body.get(name)]
        if len(named) != 1:
            return None
        name, values = named[0]
        if not isinstance(values, list) or len(values) != 1:
            return None
        return identify(name, _texts(values)[0])
    except Rejection:
        return None


def _reason_against(person: Person | None, call: Call, world: Uid2World) -> str:
    """Why the person is not mapped, "" when nothing speaks against it."""
    if person is None:
        return facts.UNMAPPED_INVALID
    return facts.UNMAPPED_OPTOUT if world.refuses_map(person, call.at) else ""


def _json_object(call: Call) -> dict[str, object]:
    """The body, whatever type it claims to have; only a multipart one is not read as JSON (uid2.md §1.5)."""
    if call.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Rejection("server_error")
    try:
        body = json.loads(call.body, parse_constant=_refuse, parse_int=_integer, parse_float=_double)
    except (ValueError, RecursionError):  # no JSON, no Unicode, or nested deeper than the parser goes
        raise Rejection("server_error") from None
    if not isinstance(body, dict):
        raise Rejection("server_error")
    return body


def _texts(values: list[object]) -> list[str]:
    """Each element in its text form; null has none, and fails the whole batch."""
    if None in values:
        raise Rejection("server_error")
    try:
        return [java.text_of(value) for value in values]
    except RecursionError:
        raise Rejection("server_error") from None


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
