"""The outcome of a generate or a refresh: the refusal, or the tokens as the journal records them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from simulator.apis.uid2 import facts
from simulator.apis.uid2.person import Person
from simulator.apis.uid2.tokens.checks import RefreshCheck, Tokens
from simulator.apis.uid2.tokens.contents import RefreshToken
from simulator.core.errors import Rejection
from simulator.core.model.api import Credentials, TokenState
from simulator.core.model.call import Issued

_REFUSALS: Final[Mapping[TokenState, str]] = MappingProxyType(
    {
        "unknown": "invalid_token",
        "revoked": "invalid_token",
        "expired": "expired_token",
        "opted_out": "optout",
    }
)
"""The answers to a known caller whose refresh token is not valid; others get less precise ones
(docs/sources/uid2.md §3.2)."""


def live_token(credentials: Credentials, *, unknown_caller_opted_out: str) -> RefreshToken:
    """The refresh token of a call, if it is valid.

    unknown_caller_opted_out: the named error for a caller that is not known, when the person has opted out.
    Raises :class:`Rejection` for a token that is not valid.
    """
    check: RefreshCheck = credentials.payload
    if check.state == "valid" and check.token is not None:
        return check.token
    is_old = check.token is not None and check.token.established < facts.DEPRECATED_BEFORE
    reason = facts.DEPRECATED if is_old and check.state == "opted_out" else ""
    if credentials.authorised:
        raise Rejection(_REFUSALS[check.state], reason)
    raise Rejection(unknown_caller_opted_out if check.state == "opted_out" else "generic_error", reason)


def note_on_refresh(at: datetime) -> str:
    """A remark on a refresh at this moment of the sandbox's clock, or ""."""
    return facts.DEPRECATED if at < facts.DEPRECATED_BEFORE else ""


def issued(tokens: Tokens, person: Person, *, disclosed: bool) -> tuple[Issued, ...]:
    """The two issued tokens; ``disclosed``: the answer contains their moments."""
    identity_events = (("identity_expires", tokens.identity_expires), ("refresh_from", tokens.refresh_from))
    refresh_events = (("refresh_expires", tokens.refresh_expires),)
    return tuple(
        Issued(
            kind,
            person.subject,
            tokens.issued_at,
            events,
            token,
            disclosed=tuple(name for name, _ in events) if disclosed else (),
        )
        for kind, events, token in (
            ("advertising_token", identity_events, tokens.advertising_token),
            ("refresh_token", refresh_events, tokens.refresh_token),
        )
    )
