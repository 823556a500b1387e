"""What a client holds: its tokens, and the moments it was told."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """Tokens out of one answer, or all that a client holds. Moments are seconds since 1970; None when not told.

    access: opens the data (J-Quants) or names the person (UID2). dies_at: the end of ``access``.
    renew_at: from when on the service wants it renewed. refresh_dies_at: the end of ``refresh``.
    response_key: decrypts the answer to the next refresh (UID2 v2). opted_out: the person has opted out.
    """

    access: str = ""
    refresh: str = ""
    dies_at: float | None = None
    renew_at: float | None = None
    refresh_dies_at: float | None = None
    response_key: str = ""
    opted_out: bool = False


def expiry_of(token: str) -> float | None:
    """The ``exp`` of a JWT, None when it cannot be read."""
    try:
        claims = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))).get("exp")
    except (IndexError, ValueError, binascii.Error, AttributeError):
        return None
    return float(found) if isinstance(found, int | float) else None
