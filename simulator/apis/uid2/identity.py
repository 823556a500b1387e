"""Reads who is calling, and about whom, once per call. No function here raises.

``payload`` contains what the operation needs besides: a :class:`QueryReading`, a :class:`RefreshCheck`, an
:class:`AdvertisingCheck` with its query, or the JSON body.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.apis.uid2.batch import json_body, only_person
from simulator.apis.uid2.person import Identifier, identifier_in
from simulator.apis.uid2.request import Query, query_or_none
from simulator.apis.uid2.tokens.checks import NO_ADVERTISING_TOKEN, AdvertisingCheck, RefreshCheck
from simulator.apis.uid2.tokens.contents import family_id
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.api import UNREAD, Credentials
from simulator.core.model.call import Call

NO_REFRESH_TOKEN = RefreshCheck("unknown")
"""The payload of a refresh whose query is valid and has no token."""


class QueryReading(NamedTuple):
    """query: None when it is malformed. identifier: the one that names a person, None when there is not exactly one.

    advertising: what the advertising token of a validate says.
    """

    query: Query | None
    identifier: Identifier | None = None
    advertising: AdvertisingCheck = NO_ADVERTISING_TOKEN


def generate(call: Call, world: Uid2World) -> Credentials:
    """The person asked for; a generator is authorised. payload: QueryReading."""
    found = _query(call)
    return Credentials(subject=subject(found.identifier), authorised=world.allows(call, "generator"), payload=found)


def refresh(call: Call, world: Uid2World) -> Credentials:
    """The refresh token and its contents; a known caller is authorised.

    payload: RefreshCheck, or None when the query is malformed.
    """
    query = query_or_none(call)
    if query is None:
        return Credentials(authorised=world.is_known(call))
    value = query.get("refresh_token")
    return refresh_token(None if not value and world.profile.empty_is_absent else value, call, world)


def refresh_token(value: str | None, call: Call, world: Uid2World) -> Credentials:
    """The contents of a refresh token; None: there is no token. payload: RefreshCheck."""
    known = world.is_known(call)
    if value is None:
        return Credentials(authorised=known, payload=NO_REFRESH_TOKEN)
    check = world.check_refresh(value, call.at)
    token = check.token
    if token is None:
        return Credentials(value, "refresh_token", check.state, authorised=known, payload=check)
    return Credentials(
        value,
        "refresh_token",
        check.state,
        token.created,
        token.token_id,
        family_id(token.family),
        token.person.subject,
        known,
        payload=check,
    )


def validate(call: Call, world: Uid2World) -> Credentials:
    """The advertising token and the person it is compared with; a known caller is authorised. payload: QueryReading."""
    found = _query(call)
    value = (found.query or {}).get("token")
    check = world.check_advertising(value, call.at)
    credentials = advertising_token(value, check, subject(found.identifier), authorised=world.is_known(call))
    return credentials._replace(payload=found._replace(advertising=check))


def advertising_token(
    value: str | None, check: AdvertisingCheck, person: str | None, *, authorised: bool
) -> Credentials:
    """The contents of an advertising token that is compared with a person; None: there is no token."""
    if value is None:
        return Credentials(subject=person, authorised=authorised)
    token = check.token
    if token is None:
        return Credentials(value, "advertising_token", check.state, subject=person, authorised=authorised)
    return Credentials(
        value,
        "advertising_token",
        check.state,
        token.created,
        token.token_id,
        family_id(token.family),
        person,
        authorised,
    )


def identity_map(call: Call, world: Uid2World) -> Credentials:
    """The person asked for, also in a batch of one; a mapper is authorised.

    payload: QueryReading by GET; by POST the JSON object of the body, or None.
    """
    authorised = world.allows(call, "mapper")
    if call.method == "POST":
        body = json_body(call)
        person = None if body is None else only_person(body)
        return Credentials(subject=None if person is None else person.subject, authorised=authorised, payload=body)
    found = _query(call)
    return Credentials(subject=subject(found.identifier), authorised=authorised, payload=found)


def buckets(call: Call, world: Uid2World) -> Credentials:
    """Names no person; a mapper is authorised. payload: QueryReading."""
    return Credentials(authorised=world.allows(call, "mapper"), payload=QueryReading(query_or_none(call)))


def key_latest(call: Call, world: Uid2World) -> Credentials:
    """Names no person; a key with the role to read keys is authorised."""
    return Credentials(authorised=world.allows(call, "id_reader"))


def nothing(_call: Call, _world: Uid2World) -> Credentials:
    """An operation that asks for no credentials."""
    return UNREAD


def subject(identifier: Identifier | None) -> str | None:
    """The canonical form of the person named, None when none is or the value is invalid."""
    return None if identifier is None or identifier.person is None else identifier.person.subject


def _query(call: Call) -> QueryReading:
    query = query_or_none(call)
    return QueryReading(query, None if query is None else identifier_in(query))
