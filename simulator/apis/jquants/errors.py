"""The named errors of J-Quants (docs/sources/profiles.md §4), each as it is answered to any call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from simulator.apis.jquants import facts, identity, wire
from simulator.apis.jquants.plans import coverage
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.model.call import Call, Reply

Answering = Callable[[Call, JQuantsWorld], Reply]


def refreshtoken_required(_call: Call, world: JQuantsWorld) -> Reply:
    """No refresh token in the query."""
    return wire.message(world.profile.refreshtoken_required, wire.REFRESHTOKEN_REQUIRED)


def refreshtoken_invalid(_call: Call, world: JQuantsWorld) -> Reply:
    """A refresh token that is unknown, expired or revoked."""
    return wire.message(world.profile.refreshtoken_invalid, wire.REFRESHTOKEN_INVALID)


def login_incorrect(_call: Call, world: JQuantsWorld) -> Reply:
    """Wrong, missing or unreadable credentials."""
    return wire.message(world.profile.login_incorrect, wire.LOGIN_INCORRECT)


def not_subscribed(_call: Call, world: JQuantsWorld) -> Reply:
    """No plan, or one that does not include the operation."""
    return wire.message(world.profile.not_subscribed, wire.NOT_SUBSCRIBED)


def unsupported(_call: Call, world: JQuantsWorld) -> Reply:
    """Wrong method or unknown path."""
    return wire.unsupported(world.profile.unsupported)


def idtoken_invalid(_call: Call, world: JQuantsWorld) -> Reply:
    """No ID token, or a bad or dead one."""
    return wire.message(world.profile.idtoken_invalid, wire.IDTOKEN_INVALID)


def too_large(_call: Call, _world: JQuantsWorld) -> Reply:
    """More data than one answer holds."""
    return wire.message(413, wire.TOO_LARGE)


def too_many_requests(_call: Call, _world: JQuantsWorld) -> Reply:
    """The gateway's throttling."""
    return wire.gateway_message(429, wire.TOO_MANY_REQUESTS, "TooManyRequestsException")


def outside_subscription(call: Call, world: JQuantsWorld) -> Reply:
    """A date that the caller's plan does not cover now; to an unknown caller, the free plan's dates."""
    presented = identity.id_token(call, world)
    account = world.accounts.get(presented.subject) if presented.subject is not None else None
    covered = coverage("free" if account is None else account.plan, call.at)
    return wire.outside_subscription(covered.start, covered.end)


def date_invalid(_call: Call, _world: JQuantsWorld) -> Reply:
    """A date that is on no calendar."""
    return wire.message(400, wire.DATE_INVALID.format("date"))


def server_error(_call: Call, world: JQuantsWorld) -> Reply:
    """The service's own failure."""
    return wire.message(world.profile.server_error, wire.SERVER_ERROR)


def retired(_call: Call, _world: JQuantsWorld) -> Reply:
    """What v1 answers since it was switched off."""
    return wire.gateway_message(403, wire.FORBIDDEN, "ForbiddenException")


_ANSWERS: Final[tuple[Answering, ...]] = (
    refreshtoken_required,
    refreshtoken_invalid,
    login_incorrect,
    not_subscribed,
    unsupported,
    idtoken_invalid,
    too_large,
    too_many_requests,
    outside_subscription,
    date_invalid,
    server_error,
    retired,
)

ERRORS: Final[Mapping[str, Answering]] = MappingProxyType(
    {f"{facts.NAME}.{answer.__name__}": answer for answer in _ANSWERS}
)
"""By the name a scenario gives them ("jquants.retired")."""
