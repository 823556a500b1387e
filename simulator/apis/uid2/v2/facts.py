"""The facts of UID2 v2, each once, with its source. Texts are in texts.py.

docs/sources/uid2.md §6 records how the last operator with v1 behaved. "uid2-operator" is that operator's public source
code, for facts that are not in the record.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

# --- paths (docs/sources/uid2.md §6; the last two: what uid2-client 2.9 calls) -------------------

TOKEN_GENERATE: Final = "/v2/token/generate"
TOKEN_REFRESH: Final = "/v2/token/refresh"
TOKEN_VALIDATE: Final = "/v2/token/validate"
CLIENT_GENERATE: Final = "/v2/token/client-generate"
IDENTITY_MAP: Final = "/v2/identity/map"
IDENTITY_BUCKETS: Final = "/v2/identity/buckets"
KEY_LATEST: Final = "/v2/key/latest"
KEY_SHARING: Final = "/v2/key/sharing"
KEY_BIDSTREAM: Final = "/v2/key/bidstream"
IDENTITY_MAP_V3: Final = "/v3/identity/map"
LOGOUT: Final = "/v2/token/logout"
OPTOUT_STATUS: Final = "/v2/optout/status"
"""The last two: docs/sources/uid2-current.md §1."""

ALL_PATHS: Final = frozenset(
    {
        TOKEN_GENERATE,
        TOKEN_REFRESH,
        TOKEN_VALIDATE,
        CLIENT_GENERATE,
        IDENTITY_MAP,
        IDENTITY_BUCKETS,
        KEY_LATEST,
        KEY_SHARING,
        KEY_BIDSTREAM,
        IDENTITY_MAP_V3,
        LOGOUT,
        OPTOUT_STATUS,
    }
)

# --- envelopes (docs/sources/uid2.md §6) ---------------------------------------------------------

ENVELOPE_VERSION: Final = 1
SHORTEST_ENVELOPE: Final = 45
"""Bytes: version 1, nonce of the cipher 12, timestamp 8, nonce 8, tag 16."""
DRIFT_MINUTES: Final = 1
"""Accepted difference of a client's clock in whole minutes: less than two minutes; the documents say one."""
BINARY_TYPE: Final = "application/octet-stream"
TEXT_TYPE: Final = "text/plain"

CONSENT: Final = "tcf_consent_string"
"""Only EUID's generate reads it (docs/sources/uid2-current.md §5.2)."""

# --- generate (docs/sources/uid2.md §6) ----------------------------------------------------------

OPTOUT_CHECK: Final = ("optout_check", "policy")
"""The argument's name, and its older name."""
STAND_IN_MAIL: Final = "optout@unifiedid.com"
STAND_IN_PHONE: Final = "+00000000001"
"""The person whose tokens replace an opted-out person's in a generate without the check (docs/sources/uid2.md §4.3)."""

# --- /v3/identity/map (uid2-operator, handleIdentityMapV3) ----------------------------------------

MIXED_ORDER: Final = ("email_hash", "phone", "phone_hash", "email")
"""The order of the lists in the answer, including empty ones: that of a Java HashMap."""

OPTOUT_STATUS_LIMIT: Final = 5_000
"""Most ids in a request (docs/sources/uid2-current.md §D8)."""

# --- key endpoints (uid2-operator, handleKeysSharing, handleKeysBidstream) --------------------------

MASTER_KEYSET: Final = 9_999_999
DEFAULT_KEYSET: Final = 4
"""The default site's; the number is the simulator's."""
FIRST_KEYSET: Final = 1_000
"""The keyset of another site is this plus the site's number; the numbers are the simulator's."""
MASTER_SITE: Final = -1
LIFETIME_TOLERANCE: Final = timedelta(seconds=10)
SHARING_LIFETIME: Final = timedelta(days=30)
CLOCK_SKEW: Final = timedelta(minutes=30)
KEYS_ACTIVE: Final = datetime(2020, 1, 1, tzinfo=UTC)
KEYS_EXPIRE: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""The simulator's own; the service rotates keys. Clients judge keys by their own clock, not by the sandbox's."""

# --- client-side generate (docs/sources/uid2.md §6, CSTG) ----------------------------------------

SUBSCRIPTION: Final = "simulator-cstg"
PUBLIC_KEY_INFIX: Final = "-X-L-"
"""The text between the scope and a subscription's public key; L is a local operator
(docs/sources/uid2-current.md §5.1)."""
IV_SIZE: Final = 12
