"""Map and buckets of v2, and the map of v3, which has the same envelopes (docs/sources/uid2.md §6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from simulator.apis.uid2 import java, replies
from simulator.apis.uid2 import texts as v1_texts
from simulator.apis.uid2.batch import map_lists, reason_against
from simulator.apis.uid2.jackson import to_texts
from simulator.apis.uid2.person import identify, person_named
from simulator.apis.uid2.v2 import facts, texts
from simulator.apis.uid2.v2.request import EnvelopeReading, text_in
from simulator.apis.uid2.world import Uid2World
from simulator.core.clock import to_seconds
from simulator.core.errors import Rejection
from simulator.core.model.call import Call, Reply


def identity_map(found: EnvelopeReading, call: Call, world: Uid2World) -> Reply:
    """Like the batch map of v1.

    In:      {"email": [str]} (or one of the other three)
    Out:     200 {"body": {"mapped": [...], "unmapped": [{"identifier", "reason"}]}, "status": "success"}
    Rejects: identifier_required; server_error for an envelope without JSON and for null in the list;
             a link_id that is not one of the key's service, with 401 unauthorized
    Source:  docs/sources/uid2.md §3.5, §6; docs/sources/uid2-current.md §D14
    """
    request = found.request
    if request is None:
        raise Rejection("server_error")
    reply = map_lists(request, call.at, world)
    links = None if found.key is None else found.key.service_links
    link = text_in(request, "link_id")
    if reply.status == 200 and links is not None and link is not None and link not in links:
        return replies.error(401, v1_texts.UNAUTHORIZED, texts.INVALID_LINK)
    return reply


def identity_map_v3(found: EnvelopeReading, call: Call, world: Uid2World) -> Reply:
    """Map lists of all four kinds of identifiers; each list keeps its order.

    In:      {"email": [str], "email_hash": [str], "phone": [str], "phone_hash": [str]}, any of them
    Out:     200 {"body": {<each of the four>: [{"u", "p", "r"} | {"e"}]}, "status": "success"}
             u: the raw UID2; p: the previous one, for 90 days, then null; r: when to map again, seconds;
             e: "optout" or "invalid identifier"
    Rejects: an empty object, any other field, and anything but a list of scalars, with 400 client_error
    Source:  docs/sources/uid2-current.md §D6, §D10
    """
    request = found.request
    if not request:
        return replies.client_error(texts.MIXED_REQUIRED)
    if not request.keys() <= set(facts.MIXED_ORDER):
        return replies.client_error(texts.INCORRECT_FORMAT)
    try:
        lists = {name: to_texts(request.get(name)) for name in facts.MIXED_ORDER}
    except ValueError:
        return replies.client_error(texts.INCORRECT_FORMAT)
    opted_out: list[str] = []
    reply = replies.success(
        {name: [_one_of_v3(name, text, call.at, world, opted_out) for text in values] for name, values in lists.items()}
    )
    return replace(reply, opted_out=tuple(opted_out)) if opted_out else reply


def identity_buckets(found: EnvelopeReading, call: Call, world: Uid2World) -> Reply:
    """Like the buckets of v1.

    In:      {"since_timestamp": <ISO local date-time, UTC>}
    Out:     200 {"body": [{"bucket_id": str, "last_updated": str}], "status": "success"}
    Rejects: a missing or unreadable moment with 400 client_error; server_error for an envelope without JSON
    Source:  docs/sources/uid2.md §3.6, §6
    """
    request = found.request
    if request is None:
        raise Rejection("server_error")
    text = text_in(request, "since_timestamp")
    if text is None:
        return replies.client_error(v1_texts.SINCE_MISSING)
    try:
        since = java.local_date_time(text)
    except ValueError:
        return replies.client_error(v1_texts.SINCE_INVALID)
    return replies.success([replies.bucket(bucket) for bucket in world.buckets.updated_since(since, call.at)])


def optout_status(found: EnvelopeReading, call: Call, world: Uid2World) -> Reply:
    """The raw UIDs that have opted out, and since when, in whole seconds written as milliseconds.

    In:      {"advertising_ids": [str]}, at most 5,000
    Out:     200 {"body": {"opted_out": [{"advertising_id": str, "opted_out_since": int}]}, "status": "success"};
             in the order of the request, without those that have not opted out
    Rejects: no JSON, no ids, too many, with 400 client_error; server_error for anything but a list
    Source:  docs/sources/uid2-current.md §D8
    """
    if found.request is None:
        return replies.client_error(texts.NO_REQUEST)
    ids = found.request.get("advertising_ids")
    if ids is None:
        return replies.client_error(texts.IDS_REQUIRED)
    if not isinstance(ids, list):
        raise Rejection("server_error")
    if len(ids) > facts.OPTOUT_STATUS_LIMIT:
        return replies.client_error(texts.TOO_MANY_IDS)
    since = _opted_out(call.at, world)
    known = [
        {"advertising_id": text, "opted_out_since": to_seconds(since[text]) * 1000}
        for text in map(java.text_of, ids)
        if text in since
    ]
    return replies.success({"opted_out": known})


def _opted_out(at: datetime, world: Uid2World) -> dict[str, datetime]:
    """Since when each raw UID, in base64, has opted out: as of the opt-out; test identities are not among them.

    Source: docs/sources/uid2-current.md §D8.
    """
    since = dict.fromkeys(world.declared_out, world.began)
    for subject, moment in world.status_store.opted_out_subjects().items():
        since.setdefault(person_named(subject), moment)
    return {java.to_base64(world.raw_uid(person, moment)): moment for person, moment in since.items() if moment <= at}


def _one_of_v3(name: str, text: str, at: datetime, world: Uid2World, opted_out: list[str]) -> dict[str, object]:
    """The answer for one identifier; an opted-out person is added to the list."""
    person = identify(name, text)
    reason = reason_against(person, at, world)
    if person is not None and reason:
        opted_out.append(person.subject)
    if person is None or reason:
        return {"e": reason}
    previous = world.previous_raw_uid(person, at)
    return {
        "u": java.to_base64(world.raw_uid(person, at)),
        "p": None if previous is None else java.to_base64(previous),
        "r": to_seconds(world.buckets.of(person, at).refresh_from),
    }
