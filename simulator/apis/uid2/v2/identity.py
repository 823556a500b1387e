"""Reads who is calling v2, and about whom, once per call, decrypting what is encrypted. No function here raises."""

from __future__ import annotations

from collections.abc import Callable

from simulator.apis.uid2 import identity
from simulator.apis.uid2.facts import Role
from simulator.apis.uid2.person import Person
from simulator.apis.uid2.v2 import client_side
from simulator.apis.uid2.v2.request import EnvelopeReading, Request, identifier, read_envelope, text_in
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call

Read = Callable[[Call, Uid2World], Credentials]


def envelope(*roles: Role, person: Callable[[Request], Person | None] = lambda _: None) -> Read:
    """The person whom the JSON names; a key with one of the roles is authorised. payload: EnvelopeReading."""

    def read(call: Call, world: Uid2World) -> Credentials:
        found = read_envelope(call, world)
        named = person(found.request or {})
        return _credentials(found, roles, None if named is None else named.subject)

    return read


def about_one(role: Role) -> Read:
    """The one person named; a key with the role is authorised. payload: EnvelopeReading."""

    def read(call: Call, world: Uid2World) -> Credentials:
        found = read_envelope(call, world)
        found = found._replace(identifier=identifier(found.request))
        return _credentials(found, (role,), identity.subject(found.identifier))

    return read


def refresh(call: Call, world: Uid2World) -> Credentials:
    """The refresh token and its contents; a known caller is authorised. payload: RefreshCheck."""
    return identity.refresh_token(call.body.decode("utf-8", "replace") or None, call, world)


def validate(call: Call, world: Uid2World) -> Credentials:
    """The advertising token and the person it is compared with; a generator is authorised. payload: EnvelopeReading."""
    found = read_envelope(call, world)
    value = text_in(found.request or {}, "token")
    check = world.check_advertising(value, call.at)
    found = found._replace(identifier=identifier(found.request), advertising=check)
    about = _credentials(found, ("generator",), identity.subject(found.identifier))
    token = identity.advertising_token(value, check, about.subject, authorised=about.authorised)
    return token._replace(content=about.content, payload=found)


def client_generate(call: Call, world: Uid2World) -> Credentials:
    """The person of the payload; a subscription that may ask is authorised. payload: ClientSideReading."""
    found = client_side.read_call(call, world)
    return Credentials(
        subject=None if found.person is None else found.person.subject,
        authorised=found.shared is not None,
        content=found.content,
        payload=found,
    )


def _credentials(found: EnvelopeReading, roles: tuple[Role, ...], subject: str | None) -> Credentials:
    return Credentials(
        subject=subject,
        authorised=found.may(*roles),
        content=None if found.envelope is None else found.envelope.payload,
        payload=found,
    )
