"""The literals of UID2 v2, each named once, with its source.

docs/sources/uid2.md §6 records how the last operator that had v1 behaved. "uid2-operator" is that operator's public
source, for what the record does not hold.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

# --- paths (docs/sources/uid2.md §6; the last two: what uid2-client 2.9 calls) --------------------------------

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
    }
)

# --- envelopes (docs/sources/uid2.md §6) -----------------------------------------------------------------------

ENVELOPE_VERSION: Final = 1
SHORTEST_ENVELOPE: Final = 45
"""Bytes: version 1, nonce of the cipher 12, timestamp 8, nonce 8, tag 16."""
DRIFT_MINUTES: Final = 1
"""How many whole minutes a client's clock may be off: less than two minutes, where the documents say one."""
BINARY_TYPE: Final = "application/octet-stream"
TEXT_TYPE: Final = "text/plain"

BODY_MISSING: Final = "Invalid body: Body is missing."
BODY_NOT_BASE64: Final = "Invalid body: Body is not valid base64."
BODY_TOO_SHORT: Final = "Invalid body: Body too short. Check encryption method."
VERSION_MISMATCH: Final = "Invalid body: Version mismatch."
WRONG_SECRET: Final = "Invalid body: Check encryption key (ClientSecret)"
CLOCK_DRIFT: Final = "Invalid timestamp: Request too old or client time drift."
NOT_JSON: Final = "Invalid payload in body: Data is not valid json string."

# --- texts (docs/sources/uid2.md §6) ---------------------------------------------------------------------------

INVALID_TOKEN_PRESENTED: Final = "Invalid Token presented"  # without the value, unlike v1's
OPTOUT_CHECK: Final = ("optout_check", "policy")
"""The argument by its name, then by its older one."""
OPTOUT_CHECK_REQUIRED: Final = "Required opt-out policy argument for token/generate is missing or not set to 1"
BAD_ARGUMENTS: Final = "request body contains invalid argument(s)"
STAND_IN_MAIL: Final = "optout@unifiedid.com"
STAND_IN_PHONE: Final = "+00000000001"
"""Whose tokens an opted-out person gets from a generate that does not ask for the check (docs/sources/uid2.md §4.3)."""

FAULTS: Final = {
    TOKEN_GENERATE: "Unknown error while generating token v2",
    TOKEN_REFRESH: "Unknown error while refreshing token v2",
    CLIENT_GENERATE: "Unknown error while handling client side token generate",
    IDENTITY_MAP: "Unknown error while mapping identity v2",
    IDENTITY_MAP_V3: "Unknown error while mapping identity v3",
}
"""uid2-operator, UIDOperatorVerticle.java; the other paths fail in plain text."""

# --- /v3/identity/map (uid2-operator, handleIdentityMapV3) ----------------------------------------

MIXED_REQUIRED: Final = (
    "Required Parameter Missing: one or more of [email, email_hash, phone, phone_hash] must be specified"
)
INCORRECT_FORMAT: Final = "Incorrect request format"
MIXED_ORDER: Final = ("email_hash", "phone", "phone_hash", "email")
"""The order in which the answer has its lists, empty ones too: that of a Java HashMap."""

# --- key endpoints (uid2-operator, handleKeysSharing, handleKeysBidstream) --------------------------

MASTER_KEYSET: Final = 9_999_999
DEFAULT_KEYSET: Final = 4
"""The publisher's own: the simulator's number."""
IDENTITY_SCOPE: Final = "UID2"
MASTER_SITE: Final = -1
LIFETIME_TOLERANCE: Final = timedelta(seconds=10)
SHARING_LIFETIME: Final = timedelta(days=30)
CLOCK_SKEW: Final = timedelta(minutes=30)
KEYS_ACTIVE: Final = datetime(2020, 1, 1, tzinfo=UTC)
KEYS_EXPIRE: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Ours, where the service rotates: a client reads keys by its own clock, wherever the sandbox's stands."""

# --- client-side generate (docs/sources/uid2.md §6, CSTG) ----------------------------------------------------------

SUBSCRIPTION: Final = "simulator-cstg"
PUBLIC_KEY_PREFIX: Final = "UID2-X-L-"
"""What the published pages put before a subscription's public key; L is an operator on one's own machine."""
IV_SIZE: Final = 12
INVALID_HTTP_ORIGIN: Final = "invalid_http_origin"
INVALID_APP_NAME: Final = "invalid_app_name"
PAYLOAD_NOT_VALID: Final = "json payload is not valid"
PAYLOAD_MISSING: Final = "json payload expected but not found"
BAD_SUBSCRIPTION: Final = "bad subscription_id"
SUBSCRIPTION_DISABLED: Final = "Unauthorized"
UNEXPECTED_ORIGIN: Final = "unexpected http origin"
UNEXPECTED_APP: Final = "unexpected app name"
PARAMETERS_REQUIRED: Final = "required parameters: payload, iv, public_key"
BAD_PUBLIC_KEY: Final = "bad public key"
BAD_IV: Final = "bad iv"
DECRYPTION_FAILED: Final = "payload decryption failed"
INNER_NOT_JSON: Final = "encrypted payload contains invalid json"
ONE_HASH: Final = "please provide exactly one of: email_hash, phone_hash"
