"""Many identifiers of one kind at once: POST /v1/identity/map, and v2's map, which is the same in an envelope.

Source: docs/sources/uid2.md §3.5.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from simulator.apis.uid2 import java, replies, texts
from simulator.apis.uid2.jackson import json_object
from simulator.apis.uid2.person import IDENTIFIERS, Person, identify
from simulator.apis.uid2.world import Uid2World
from simulator.core.errors import Rejection
from simulator.core.model.call import Call, Reply


def map_lists(body: dict[str, object], at: datetime, world: Uid2World) -> Reply:
    """Map the identifiers in the order of the list; say why the others are not mapped.

    The operator never answers a non-empty object that has none of the four keys (docs/sources/uid2.md §1.5); here it is
    answered like ``{}``.
    Raises :class:`Rejection` ``identifier_required`` for such an object, and ``server_error`` for null in the list.
    """
    given = {name: body[name] for name in IDENTIFIERS if body.get(name) is not None}
    if not given:
        raise Rejection("identifier_required")
    lists: dict[str, list[object]] = {}
    for name, values in given.items():
        if not isinstance(values, list):
            return replies.client_error(name + texts.NOT_AN_ARRAY)
        if values:
            lists[name] = values
    if len(lists) > 1:
        raise Rejection("identifier_required")
    opted_out: list[str] = []
    found: list[dict[str, str]] = []
    unmapped: list[dict[str, str]] = []
    for name, values in lists.items():
        for text in _texts(values):
            person = identify(name, text)
            reason = reason_against(person, at, world)
            if person is None or reason:
                if person is not None:
                    opted_out.append(person.subject)
                unmapped.append({"identifier": text, "reason": reason})
            else:
                found.append(mapped(text, person, at, world))
    reply = replies.success({"mapped": found, "unmapped": unmapped} if unmapped else {"mapped": found})
    return replace(reply, opted_out=tuple(opted_out)) if opted_out else reply


def mapped(identifier: str, person: Person, at: datetime, world: Uid2World) -> dict[str, str]:
    """One mapped person: the identifier as it came, the raw UID, the bucket."""
    return replies.mapped(identifier, world.raw_uid(person, at), world.buckets.of(person, at).bucket_id)


def reason_against(person: Person | None, at: datetime, world: Uid2World) -> str:
    """Why the person is not mapped; "" if the person is mapped."""
    if person is None:
        return texts.UNMAPPED_INVALID
    return texts.UNMAPPED_OPTOUT if world.is_opted_out(person, at) else ""


def only_person(body: dict[str, object]) -> Person | None:
    """The only person in the lists; None if there is not exactly one."""
    named = [(name, body[name]) for name in IDENTIFIERS if body.get(name)]
    if len(named) != 1:
        return None
    name, values = named[0]
    if not isinstance(values, list) or len(values) != 1:
        return None
    try:
        return identify(name, _texts(values)[0])
    except Rejection:
        return None


def json_body(call: Call) -> dict[str, object] | None:
    """The JSON object of the body, with any Content-Type except a multipart form; None for anything else.

    Source: docs/sources/uid2.md §1.5.
    """
    if call.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return None
    try:
        return json_object(call.body)
    except ValueError:
        return None


def _texts(values: list[object]) -> list[str]:
    """The text form of each element. Null has none, and the whole batch fails."""
    if None in values:
        raise Rejection("server_error")
    return [java.text_of(value) for value in values]
