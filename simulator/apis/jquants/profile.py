"""The J-Quants table of profiles.md as data: which status a refusal has. The only place that tells profiles apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from simulator.core.model.api import ProfileName


@dataclass(frozen=True, slots=True)
class JQuantsProfile:
    """HTTP statuses, a field a row; each is called what its named error is called."""

    refreshtoken_required: int = 400
    """Seed: 400 Bad Request."""
    refreshtoken_invalid: int = 403
    """Unknown, forged, expired or revoked. The seed has 403 for every refusal but a missing parameter."""
    not_subscribed: int = 403
    """jquants.md §1 and §4.1."""
    server_error: int = 500
    """Seed."""
    login_incorrect: int = 400
    """jquants.md §1; not 401."""
    unsupported: int = 403
    """Wrong method or path: jquants.md §2.4; never 404 or 405."""
    idtoken_invalid: int = 401
    """jquants.md §4.1."""


DOCUMENTED: Final = JQuantsProfile()
"""The seed document to the letter."""
OBSERVED: Final = replace(DOCUMENTED, refreshtoken_invalid=400)
"""The last live service: the official client logs in again only on 400 (jquants.md §2.2)."""

PROFILES: Final[Mapping[ProfileName, JQuantsProfile]] = MappingProxyType(
    {"documented": DOCUMENTED, "observed": OBSERVED}
)
