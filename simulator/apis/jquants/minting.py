"""Tokens on request: ``POST tokens`` and ``simulator token``, as the service's web menu issues them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from simulator.apis.jquants import facts
from simulator.apis.jquants.tokens.contents import uuid_form
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.model.api import MintedToken
from simulator.core.model.call import Issued


def mint(world: JQuantsWorld, kind: str, subject: str, issued_at: datetime) -> MintedToken:
    """A token of this kind for this account, as if issued at ``issued_at``; it may have expired already.

    An empty ``subject`` means the world's first account. An ID token starts its own family.
    Raises :class:`ValueError` for an unknown kind or account.
    """
    make = _MAKERS.get(kind)
    if make is None:
        raise ValueError(f'"{kind}" is not a kind of J-Quants token; known: {", ".join(_MAKERS)}')
    subject = subject or next(iter(world.accounts), "")
    if subject not in world.accounts:
        known = ", ".join(sorted(world.accounts)) or "none"
        raise ValueError(f'unknown J-Quants account "{subject}"; known: {known}')
    issued = make(world, subject, issued_at)
    return MintedToken(issued.token, issued.issued_at, issued.events[0][1], issued.events)


def _id_token(world: JQuantsWorld, subject: str, issued_at: datetime) -> Issued:
    return world.issue_id_token(subject, issued_at, family=uuid_form(os.urandom(16).hex()), auth_time=issued_at)


_MAKERS: Final[Mapping[str, Callable[[JQuantsWorld, str, datetime], Issued]]] = MappingProxyType(
    {facts.REFRESH_TOKEN: JQuantsWorld.issue_refresh_token, facts.ID_TOKEN: _id_token}
)
KINDS: Final = tuple(_MAKERS)
