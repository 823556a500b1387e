"""Tokens made to order: ``POST tokens`` and ``simulator token``."""

from __future__ import annotations

from datetime import datetime

from simulator.apis.uid2 import facts
from simulator.apis.uid2.person import person_named
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.api import MintedToken


def mint(world: Uid2World, kind: str, subject: str, issued_at: datetime) -> MintedToken:
    """A token as a generate at ``issued_at`` would have issued it; it may have expired already.

    ``subject`` is a mail address, a phone number or a canonical subject; empty: :data:`facts.SOMEBODY`.
    Raises :class:`ValueError` for another kind of token and for an invalid subject.
    """
    tokens = world.generate(person_named(subject or facts.SOMEBODY), issued_at)
    match kind:
        case "refresh_token":
            events: tuple[tuple[str, datetime], ...] = (("refresh_expires", tokens.refresh_expires),)
            return MintedToken(tokens.refresh_token, tokens.issued_at, tokens.refresh_expires, events)
        case "advertising_token":
            events = (("identity_expires", tokens.identity_expires), ("refresh_from", tokens.refresh_from))
            return MintedToken(tokens.advertising_token, tokens.issued_at, tokens.identity_expires, events)
        case _:
            raise ValueError(f'uid2 has no "{kind}"; it has refresh_token and advertising_token')
