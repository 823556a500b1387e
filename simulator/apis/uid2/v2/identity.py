"""What a v2 call presents of itself, read through its encryption without judging it. Nothing here raises."""

from __future__ import annotations

from collections.abc import Callable

from simulator.apis.uid2 import identity
from simulator.apis.uid2.facts import Role
from simulator.apis.uid2.person import Person
from simulator.apis.uid2.v2 import client_side
from simulator.apis.uid2.v2.envelope import BadEnvelope
from simulator.apis.uid2.v2.request import Request, person_in, read_request, text_in
from simulator.apis.uid2.v2.token_operations import token_in
from simulator.apis.uid2.world import Uid2World
from simulator.core.errors import Rejection
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call

Present = Callable[[Call, Uid2World], Credentials]


def in_envelope(*roles: Role, person: Callable[[Request], Person | None] = lambda _: None) -> Present:
    """The person whom the JSON names; authorised is who has one of the roles."""

    def present(call: Call, world: Uid2World) -> Credentials:
        return Credentials(
            subject=identity.subject(person(_request(call, world))),
            authorised=any(world.allows(call, role) for role in roles),
        )

    return present


def named_person(request: Request) -> Person | None:
    """The one person of a generate."""
    return person_in(request)[0]


def in_refresh(call: Call, world: Uid2World) -> Credentials:
    """The refresh token and what it says; authorised is a known caller."""
    return identity.refresh_token(token_in(call) or None, call, world)


def in_validate(call: Call, world: Uid2World) -> Credentials:
    """The advertising token and the person it is held against; authorised is a generator."""
    request = _request(call, world)
    return identity.advertising_token(
        text_in(request, "token"),
        identity.subject(named_person(request)),
        call,
        world,
        authorised=world.allows(call, "generator"),
    )


def in_client_generate(call: Call, world: Uid2World) -> Credentials:
    """The person of the payload; authorised is a subscription that may ask."""
    try:
        request = client_side.open_call(call, world).request
    except (client_side.ClientSideRefused, Rejection):
        return Credentials()
    return Credentials(subject=identity.subject(client_side.named_in(request)), authorised=True)


def _request(call: Call, world: Uid2World) -> Request:
    key = world.key_of(call)
    if key is None:
        return {}
    try:
        return read_request(call, key, world) or {}
    except BadEnvelope:
        return {}
