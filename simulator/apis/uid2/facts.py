"""The facts of UID2 v1, each once, with its source. Texts are in texts.py.

docs/sources/uid2.md §0.1 is the published page of GET /token/refresh. The other sections record how the last operator
with v1 behaved (revision RL, 2025-07-07).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

NAME: Final = "uid2"

# --- tokens and what happens to them (docs/sources/uid2.md §0.1, §1.3) ---------------------------

TOKEN_KINDS: Final = ("advertising_token", "refresh_token")
EVENTS: Final = ("identity_expires", "refresh_from", "refresh_expires")

# --- paths (docs/sources/uid2.md §1.1) -----------------------------------------------------------

TOKEN_GENERATE: Final = "/v1/token/generate"
TOKEN_REFRESH: Final = "/v1/token/refresh"
TOKEN_VALIDATE: Final = "/v1/token/validate"
IDENTITY_MAP: Final = "/v1/identity/map"
IDENTITY_BUCKETS: Final = "/v1/identity/buckets"
KEY_LATEST: Final = "/v1/key/latest"
HEALTHCHECK: Final = "/ops/healthcheck"

# --- the default world (docs/sources/uid2.md §4.2: the operator's own local configuration) -------

IDENTITY_LIFETIME: Final = timedelta(hours=1)
REFRESH_FROM: Final = timedelta(minutes=15)
REFRESH_LIFETIME: Final = timedelta(hours=24)
DEFAULT_PUBLIC_KEY: Final = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIOCUwGst77TiE3dmCsrn852DaMvU3IoNyEwIbp/VPoCssHwzs/mE/Ufsa+YSZXts+a36QzndCUGwlhGb"
    "DN3Pow=="
)
"""The default subscription's. It is derived from the secret, and written out here so that it need not be computed."""

Role = Literal["generator", "mapper", "id_reader", "sharer", "optout"]
ROLES: Final[tuple[Role, ...]] = ("generator", "mapper", "id_reader", "sharer", "optout")
DEFAULT_KEY: Final = "simulator-uid2-api-key"
DEFAULT_SECRET: Final = "c2ltdWxhdG9yLXVpZDItY2xpZW50LXNlY3JldC0zMmI="  # public; b"simulator-uid2-client-secret-32b"

# --- the cut-off (docs/sources/uid2.md §3.2 step 5) ----------------------------------------------

DEPRECATED_BEFORE: Final = datetime(2021, 3, 8, 17, tzinfo=UTC)
"""A refresh token of an identity that was established before this moment counts as opted out."""
DEPRECATED: Final = (
    "the operator answers a refresh of an identity that was established before 2021-03-08T17:00:00Z as an opt-out "
    "(docs/sources/uid2.md §3.2)"
)
"""The reason, for the journal and for dry runs."""

# --- test identities of both eras (docs/sources/uid2.md §4.3); they match by value and by hash ---

ALWAYS_OPTED_OUT: Final = ("optout@email.com", "optout@example.com", "+00000000000")
"""Every refresh answers ``optout``; a batch map does not map them (docs/sources/uid2.md §0.1, "Testing notes":
optout@email.com)."""
OPTED_OUT_ON_REFRESH: Final = ("refresh-optout@example.com", "+00000000002")
"""Every refresh answers ``optout``, but a batch map maps them, even after an opt-out."""
SOMEBODY: Final = "user@example.com"
"""The person of a minted token when none is given; not a test identity."""
VALIDATE: Final = ("validate@email.com", "validate@example.com", "+12345678901")
"""The only identities whose tokens ``validate`` confirms; they cannot be opted out."""

# docs/sources/uid2-current.md §D1; those of the mail domain email.com are ordinary people today
ALWAYS_OPTED_OUT_TODAY: Final = ("optout@example.com", "+00000000000")
VALIDATE_TODAY: Final = ("validate@example.com", "+12345678901")

# --- hash chain (docs/sources/uid2.md §2.5: the salts of the operator's own local tests) ---------

FIRST_LEVEL_SALT: Final = "fOGY/aRE44peL23i+cE9MkJrzmEeNZZziNZBfq7qqk8="
ROTATING_SALT: Final = "vgv1BwiNRCW7F3VcNXHlZh+7oHJ4G4gCshbGcVOLnss="
SALT_LIFETIME: Final = timedelta(days=365)
"""About 1/365 of the salts are rotated each day (docs/sources/uid2-current.md §D10)."""
SALT_PERIOD: Final = timedelta(days=30)
PREVIOUS_UID_FOR: Final = timedelta(days=90)
"""How long after a rotation the map of v3 includes the previous raw UID (docs/sources/uid2-current.md §D10)."""

# --- v2 tokens in v1 (docs/sources/uid2.md §3.2 step 2) ------------------------------------------

WRAPPED_LENGTH: Final = 388
"""Characters of a v2 refresh token: v1 recognises it by its length alone."""

# --- limits and headers (docs/sources/uid2.md §1.1, §1.2) ----------------------------------------

REQUEST_LINE_LIMIT: Final = 4096
HEADERS_LIMIT: Final = 8192
"""The longest request line, and the longest header lines together, in bytes without line ends
(docs/sources/uid2.md §1.1; netty's HttpObjectDecoder)."""
TRACE_HEADER: Final = "X-Amzn-Trace-Id"
VERSION_HEADER: Final = "x-uid2-client-version"

VARIABLES: Final = {
    "UID2_BASE_URL": "{url}",
    "UID2_API_KEY": DEFAULT_KEY,
    "UID2_SECRET_KEY": DEFAULT_SECRET,
    "UID2_CLIENT_SECRET": DEFAULT_SECRET,
    "UID2_REFRESH_TOKEN": "{refresh_token}",
    "UID_SERVER_BASE_URL": "{url}",
    "UID_CLIENT_BASE_URL": "{url}",
    "UID_API_KEY": DEFAULT_KEY,
    "UID_CLIENT_SECRET": DEFAULT_SECRET,
    "UID_CSTG_SUBSCRIPTION_ID": "simulator-cstg",
    "UID_CSTG_SERVER_PUBLIC_KEY": f"UID2-X-L-{DEFAULT_PUBLIC_KEY}",
    "EUID_BASE_URL": "{url}",
    "EUID_API_KEY": DEFAULT_KEY,
    "EUID_SECRET_KEY": DEFAULT_SECRET,
}
"""Environment variables that samples and tests of SDKs read: UID2_… and EUID_… in the SDKs (PY in
docs/sources/uid2-current.md §0), UID_… in today's samples (EX in the same section)."""
