"""What a call presents of itself, read without judging it: for matchers, the journal and revocation.

Nothing here raises, whatever the call holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.apis.uid2.batch import only_person
from simulator.apis.uid2.person import IDENTIFIERS, Person, identify
from simulator.apis.uid2.request import MalformedQuery, presented_value, read_query
from simulator.apis.uid2.tokens.contents import family_id
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call
from simulator.sealing import BadToken


def in_generate(call: Call, world: Uid2World) -> Credentials:
    """The person asked for; authorised is a generator."""
    return Credentials(subject=subject(_person(_query(call))), authorised=world.allows(call, "generator"))


def in_refresh(call: Call, world: Uid2World) -> Credentials:
    """The refresh token and what it says; authorised is a known caller."""
    value = presented_value(call)
    return refresh_token(None if not value and world.profile.empty_is_absent else value, call, world)


def refresh_token(value: str | None, call: Call, world: Uid2World) -> Credentials:
    """What a refresh token says, whichever way it came; None: there is none."""
    known = world.is_known(call)
    if value is None:
        return Credentials(authorised=known)
    try:
        token = world.open_refresh(value)
    except BadToken:
        return Credentials(token=value, kind="refresh_token", state="unknown", authorised=known)
    return Credentials(
        token=value,
        kind="refresh_token",
        state=world.state_of_refresh(token, call.at),
        issued_at=token.created,
        token_id=token.token_id,
        family=family_id(token.family),
        subject=token.person.subject,
        authorised=known,
    )


def in_validate(call: Call, world: Uid2World) -> Credentials:
    """The advertising token and the person it is held against; authorised is a known caller."""
    query = _query(call)
    return advertising_token(query.get("token"), subject(_person(query)), call, world, authorised=world.is_known(call))


def advertising_token(
    value: str | None, person: str | None, call: Call, world: Uid2World, *, authorised: bool
) -> Credentials:
    """What an advertising token says, held against a person; None: there is none."""
    if value is None:
        return Credentials(subject=person, authorised=authorised)
    try:
        token = world.open_advertising(value)
    except BadToken:
        return Credentials(value, "advertising_token", "unknown", subject=person, authorised=authorised)
    return Credentials(
        token=value,
        kind="advertising_token",
        state=world.state_of_advertising(token, call.at),
        issued_at=token.created,
        token_id=token.token_id,
        family=family_id(token.family),
        subject=person,
        authorised=authorised,
    )


def in_map(call: Call, world: Uid2World) -> Credentials:
    """The person asked for, also in a batch of one; authorised is a mapper."""
    person = only_person(call) if call.method == "POST" else _person(_query(call))
    return Credentials(subject=subject(person), authorised=world.allows(call, "mapper"))


def in_buckets(call: Call, world: Uid2World) -> Credentials:
    """Nobody is named; authorised is a mapper."""
    return Credentials(authorised=world.allows(call, "mapper"))


def in_key_latest(call: Call, world: Uid2World) -> Credentials:
    """Nobody is named; authorised is who may read keys."""
    return Credentials(authorised=world.allows(call, "id_reader"))


def in_healthcheck(_call: Call, _world: Uid2World) -> Credentials:
    """Nobody and nothing; everybody may ask."""
    return Credentials()


def _query(call: Call) -> Mapping[str, str]:
    try:
        return read_query(call)
    except MalformedQuery:
        return {}


def _person(query: Mapping[str, str]) -> Person | None:
    given = [name for name in IDENTIFIERS if name in query]
    return identify(given[0], query[given[0]]) if len(given) == 1 else None


def subject(person: Person | None) -> str | None:
    """The person's canonical form, None for nobody."""
    return None if person is None else person.subject
