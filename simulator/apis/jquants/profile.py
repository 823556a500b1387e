"""What differs between the profiles of J-Quants: the status of a refusal (docs/sources/profiles.md §1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from simulator.core.model.api import ProfileName


@dataclass(frozen=True, slots=True)
class JQuantsProfile:
    """HTTP statuses. Each field has the name of the named error it belongs to."""

    refreshtoken_required: int = 400
    """docs/sources/jquants.md §0.1."""
    refreshtoken_invalid: int = 403
    """Unknown, forged, expired or revoked. The published page has 403 for every other refusal
    (docs/sources/jquants.md §0.1, §2.2)."""
    not_subscribed: int = 403
    """docs/sources/jquants.md §1 and §4.1."""
    server_error: int = 500
    """docs/sources/jquants.md §0.1."""
    login_incorrect: int = 400
    """docs/sources/jquants.md §1; not 401."""
    unsupported: int = 403
    """Wrong method or path: docs/sources/jquants.md §2.4; never 404 or 405."""
    idtoken_invalid: int = 401
    """docs/sources/jquants.md §4.1."""


DOCUMENTED: Final = JQuantsProfile()
"""Exactly as published (docs/sources/jquants.md §0.1)."""
OBSERVED: Final = replace(DOCUMENTED, refreshtoken_invalid=400)
"""As the service last behaved: the official client logs in again only on 400 (docs/sources/jquants.md §2.2)."""

PROFILES: Final[Mapping[ProfileName, JQuantsProfile]] = MappingProxyType(
    {"documented": DOCUMENTED, "observed": OBSERVED}
)
