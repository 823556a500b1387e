"""What a token of either kind says once it is open (docs/sources/uid2.md §4.1)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from simulator.apis.uid2.person import IdentityType, Person

MASTER_KEY: Final = 101
SITE_KEY: Final = 102
REFRESH_KEY: Final = 103
"""Key ids: the simulator's own, the same in every sandbox; the keys behind them differ."""
SITE: Final = 123
"""The publisher's site, when no other is named; the operator never compares it on v1."""
FALLBACK_SITE: Final = 2
"""Whose key seals the tokens of a site without a key of its own (docs/sources/uid2-current.md §D11)."""
PRIVACY_BITS: Final = 1
"""What every generate with a key writes."""
PRIVACY_CLIENT_SIDE: Final = 0b011
"""What a generate from a browser or an app writes (docs/sources/uid2.md §6: bits 1 and 2)."""
PRIVACY_OPTED_OUT: Final = 0b101
"""In a token handed out in the place of an opted-out person's (uid2-operator, PrivacyBits.java: bits 0 and 2)."""


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What a refresh token says. ``established``: when the identity was first generated; a refresh keeps it.

    family: of a generate's token and all that descends from it. mark: this token's own, "" until it is sealed.
    privacy: how the identity was generated; a refresh keeps it too. site: whose key seals the identity.
    """

    person: Person
    created: datetime
    expires: datetime
    established: datetime
    family: int
    token_id: str = ""
    privacy: int = PRIVACY_BITS
    site: int = SITE


@dataclass(frozen=True, slots=True)
class AdvertisingToken:
    """What an advertising token says: ``advertising_id`` is the raw UID2. Otherwise as :class:`RefreshToken`."""

    type: IdentityType
    advertising_id: bytes
    created: datetime
    expires: datetime
    established: datetime
    family: int
    token_id: str = ""
    privacy: int = PRIVACY_BITS
    site: int = SITE


def new_family() -> int:
    """63 random bits: they stand where the real layout has the publisher's id, a signed long."""
    return int.from_bytes(os.urandom(8), "big") >> 1


def family_id(family: int) -> str:
    """A family as the ledger knows it."""
    return f"family:{family:016x}"
