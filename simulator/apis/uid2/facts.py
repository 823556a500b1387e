"""The literals of UID2 v1, each named once, with its source.

docs/sources/uid2.md §0.1 is the published page of GET /token/refresh. The other sections record how the last live
operator behaved (revision RL, 2025-07-07).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

NAME: Final = "uid2"

# --- tokens and what happens to them (docs/sources/uid2.md §0.1, §1.3) ---------------------------------------

TOKEN_KINDS: Final = ("advertising_token", "refresh_token")
EVENTS: Final = ("identity_expires", "refresh_from", "refresh_expires")

# --- paths (docs/sources/uid2.md §1.1) -------------------------------------------------------------------

TOKEN_GENERATE: Final = "/v1/token/generate"
TOKEN_REFRESH: Final = "/v1/token/refresh"
TOKEN_VALIDATE: Final = "/v1/token/validate"
IDENTITY_MAP: Final = "/v1/identity/map"
IDENTITY_BUCKETS: Final = "/v1/identity/buckets"
KEY_LATEST: Final = "/v1/key/latest"
HEALTHCHECK: Final = "/ops/healthcheck"

# --- the default world (docs/sources/uid2.md §4.2: the operator's own local configuration) -----------------

IDENTITY_LIFETIME: Final = timedelta(hours=1)
REFRESH_FROM: Final = timedelta(minutes=15)
REFRESH_LIFETIME: Final = timedelta(hours=24)

Role = Literal["generator", "mapper", "id_reader", "sharer"]
ROLES: Final[tuple[Role, ...]] = ("generator", "mapper", "id_reader", "sharer")
DEFAULT_KEY: Final = "simulator-uid2-api-key"
DEFAULT_SECRET: Final = "c2ltdWxhdG9yLXVpZDItY2xpZW50LXNlY3JldC0zMmI="  # public; b"simulator-uid2-client-secret-32b"

# --- the cut-off (docs/sources/uid2.md §3.2 step 5) --------------------------------------------------------

DEPRECATED_BEFORE: Final = datetime(2021, 3, 8, 17, tzinfo=UTC)
"""A refresh token of an identity established before this moment is answered as an opted-out one."""

# --- test identities of both eras (docs/sources/uid2.md §4.3); they match by value and by hash --------------

ALWAYS_OPTED_OUT: Final = ("optout@email.com", "optout@example.com", "+00000000000")
"""Every refresh says ``optout``, a batch map leaves them out (docs/sources/uid2.md §0.1, "Testing notes":
optout@email.com)."""
OPTED_OUT_ON_REFRESH: Final = ("refresh-optout@example.com", "+00000000002")
"""Every refresh says ``optout``, yet a batch map maps them, whatever the records say."""
SOMEBODY: Final = "user@example.com"
"""Whom a token is made for when nobody is named: no test identity."""
VALIDATE: Final = ("validate@email.com", "validate@example.com", "+12345678901")
"""The only identities whose tokens ``validate`` confirms; opt-out records do not touch them."""

# --- hash chain (docs/sources/uid2.md §2.5: the salts of the operator's own local tests) --------------------

FIRST_LEVEL_SALT: Final = "fOGY/aRE44peL23i+cE9MkJrzmEeNZZziNZBfq7qqk8="
ROTATING_SALT: Final = "vgv1BwiNRCW7F3VcNXHlZh+7oHJ4G4gCshbGcVOLnss="

# --- statuses (docs/sources/uid2.md §1.3) and texts ----------------------------------------------------------

SUCCESS: Final = "success"
OPTOUT: Final = "optout"
CLIENT_ERROR: Final = "client_error"
CLIENTERROR: Final = "clienterror"
"""What the published page has; no revision of the code ever did (docs/sources/uid2.md §0.1, §1.3)."""
INVALID_TOKEN: Final = "invalid_token"
EXPIRED_TOKEN: Final = "expired_token"
ERROR: Final = "error"
UNAUTHORIZED: Final = "unauthorized"
UNKNOWN: Final = "unknown"

REFRESH_TOKEN_REQUIRED: Final = "Required Parameter Missing: refresh_token"  # docs/sources/uid2.md §0.1, §3.2
INVALID_TOKEN_PRESENTED: Final = "Invalid Token presented "  # then the value; docs/sources/uid2.md §0.1, §3.2
EXPIRED_TOKEN_PRESENTED: Final = "Expired Token presented"  # docs/sources/uid2.md §3.2
ERROR_REFRESHING: Final = "Error refreshing token"  # docs/sources/uid2.md §3.2

# docs/sources/uid2.md §2.1
IDENTIFIER_REQUIRED: Final = (
    "Required Parameter Missing: exactly one of [email, email_hash, phone, phone_hash] must be specified"
)
INVALID_IDENTIFIER: Final = "Invalid Identifier"  # docs/sources/uid2.md §2.1
NOT_AN_ARRAY: Final = " must be an array"  # after the key; docs/sources/uid2.md §3.5
UNMAPPED_INVALID: Final = "invalid identifier"  # docs/sources/uid2.md §3.5
UNMAPPED_OPTOUT: Final = "optout"  # docs/sources/uid2.md §3.5
SINCE_MISSING: Final = "missing parameter since_timestamp"  # docs/sources/uid2.md §3.6
SINCE_INVALID: Final = "invalid date, must conform to ISO 8601"  # docs/sources/uid2.md §3.6

FAULT_GENERATE: Final = "Unknown error while generating token v1"  # docs/sources/uid2.md §1.6
FAULT_REFRESH: Final = "Unknown error while refreshing token"  # docs/sources/uid2.md §1.6
FAULT_MAP: Final = "Unknown State"  # docs/sources/uid2.md §1.6
FAULT_MAP_BATCH: Final = "Unknown error while mapping batched identity"  # docs/sources/uid2.md §1.6

# A v2 token presented to v1, by its length alone (docs/sources/uid2.md §3.2 step 2).
WRAPPED_LENGTH: Final = 388
WRAPPED_NOT_BASE64: Final = "Invalid body: Body is not valid base64."
WRAPPED_KEY_UNKNOWN: Final = "Invalid key: Generator of this token (Key ID: {}) does not exist."
WRAPPED_NOT_OURS: Final = "Invalid data: Check encryption method and encryption key."
WRAPPED_NO_TOKEN: Final = "Invalid format: Payload is not valid json or missing required data."

# --- the framework's own answers (docs/sources/uid2.md §1.2, §1.4) --------------------------------------------

NOT_FOUND_PAGE: Final = b"<html><body><h1>Resource not found</h1></body></html>"
NOT_FOUND_TYPE: Final = "text/html; charset=utf-8"
JSON_TYPE: Final = "application/json"
"""Without a charset (docs/sources/uid2.md §1.3)."""
CORS_METHODS: Final = "GET,POST,OPTIONS"
CORS_HEADERS: Final = (
    "X-UID2-Client-Version,Access-Control-Request-Method,Access-Control-Allow-Credentials,"
    "Access-Control-Allow-Origin,Access-Control-Allow-Headers,Content-Type"
)
CORS_REFUSED: Final = "CORS Rejected - Invalid origin"
"""The status line's phrase for an empty Origin."""
REQUEST_LINE_LIMIT: Final = 4096
HEADERS_LIMIT: Final = 8192
"""Bytes that the operator's server reads of a request line and of all header lines, without their line ends
(docs/sources/uid2.md §1.1). Exactly so many are read (netty's HttpObjectDecoder)."""
TRACE_HEADER: Final = "X-Amzn-Trace-Id"
VERSION_HEADER: Final = "x-uid2-client-version"

VARIABLES: Final = {
    "UID2_BASE_URL": "{url}",
    "UID2_API_KEY": DEFAULT_KEY,
    "UID2_SECRET_KEY": DEFAULT_SECRET,
    "UID2_CLIENT_SECRET": DEFAULT_SECRET,
}
"""What SDKs' samples and tests read from the environment; the secret has one name in SDKs, another in samples."""
