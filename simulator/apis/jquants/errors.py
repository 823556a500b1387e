"""The named errors of J-Quants (docs/sources/profiles.md §4). Each can answer any call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from simulator.apis.jquants import facts, replies, texts
from simulator.apis.jquants.plans import coverage
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call, Reply

Answering = Callable[[Credentials, Call, JQuantsWorld], Reply]


def refreshtoken_required(_credentials: Credentials, _call: Call, world: JQuantsWorld) -> Reply:
    """The query has no refresh token."""
    return replies.message(world.profile.refreshtoken_required, texts.REFRESHTOKEN_REQUIRED)


def refreshtoken_invalid(_credentials: Credentials, _call: Call, world: JQuantsWorld) -> Reply:
    """The refresh token is unknown, expired or revoked."""
    return replies.message(world.profile.refreshtoken_invalid, texts.REFRESHTOKEN_INVALID)


def login_incorrect(_credentials: Credentials, _call: Call, world: JQuantsWorld) -> Reply:
    """The credentials are wrong, missing or unreadable."""
    return replies.message(world.profile.login_incorrect, texts.LOGIN_INCORRECT)


def not_subscribed(_credentials: Credentials, _call: Call, world: JQuantsWorld) -> Reply:
    """The account has no plan, or its plan does not include the operation."""
    return replies.message(world.profile.not_subscribed, texts.NOT_SUBSCRIBED)


def unsupported(_credentials: Credentials, _call: Call, world: JQuantsWorld) -> Reply:
    """Wrong method or unknown path."""
    return replies.unsupported(world.profile.unsupported)


def idtoken_invalid(_credentials: Credentials, _call: Call, world: JQuantsWorld) -> Reply:
    """The ID token is missing, invalid or expired."""
    return replies.message(world.profile.idtoken_invalid, texts.IDTOKEN_INVALID)


def too_large(_credentials: Credentials, _call: Call, _world: JQuantsWorld) -> Reply:
    """The query matches more rows than one answer may have."""
    return replies.message(413, texts.TOO_LARGE)


def too_many_requests(_credentials: Credentials, _call: Call, _world: JQuantsWorld) -> Reply:
    """The gateway's throttling."""
    return replies.gateway_message(429, texts.TOO_MANY_REQUESTS, "TooManyRequestsException")


def outside_subscription(credentials: Credentials, call: Call, world: JQuantsWorld) -> Reply:
    """The caller's plan does not cover the date now. An unknown caller gets the dates of the free plan."""
    account = world.accounts.get(credentials.subject) if credentials.subject is not None else None
    covered = coverage("free" if account is None else account.plan, call.at)
    return replies.outside_subscription(covered.start, covered.end)


def date_invalid(_credentials: Credentials, _call: Call, _world: JQuantsWorld) -> Reply:
    """The date does not exist."""
    return replies.message(400, texts.DATE_INVALID.format("date"))


def server_error(_credentials: Credentials, _call: Call, world: JQuantsWorld) -> Reply:
    """The service failed."""
    return replies.message(world.profile.server_error, texts.SERVER_ERROR)


def retired(_credentials: Credentials, _call: Call, _world: JQuantsWorld) -> Reply:
    """What v1 has answered since it was switched off."""
    return replies.gateway_message(403, texts.FORBIDDEN, "ForbiddenException")


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
"""Name as in scenarios ("jquants.retired") -> answer."""
