"""The statuses and texts that only UID2 v2 has, each once, with its source.

"uid2-operator" is the operator's public source (docs/sources/uid2.md §6), for what the record does not hold.
"""

from __future__ import annotations

from typing import Final

from simulator.apis.uid2.v2 import facts

# --- envelopes (docs/sources/uid2.md §6) ---------------------------------------------------------

BODY_MISSING: Final = "Invalid body: Body is missing."
BODY_NOT_BASE64: Final = "Invalid body: Body is not valid base64."
BODY_TOO_SHORT: Final = "Invalid body: Body too short. Check encryption method."
VERSION_MISMATCH: Final = "Invalid body: Version mismatch."
WRONG_SECRET: Final = "Invalid body: Check encryption key (ClientSecret)"
CLOCK_DRIFT: Final = "Invalid timestamp: Request too old or client time drift."
NOT_JSON: Final = "Invalid payload in body: Data is not valid json string."

# --- tokens (docs/sources/uid2.md §6) ------------------------------------------------------------

INVALID_TOKEN_PRESENTED: Final = "Invalid Token presented"  # without the value, unlike v1's
OPTOUT_CHECK_REQUIRED: Final = "Required opt-out policy argument for token/generate is missing or not set to 1"
BAD_ARGUMENTS: Final = "request body contains invalid argument(s)"

FAULTS: Final = {
    facts.TOKEN_GENERATE: "Unknown error while generating token v2",
    facts.TOKEN_REFRESH: "Unknown error while refreshing token v2",
    facts.CLIENT_GENERATE: "Unknown error while handling client side token generate",
    facts.IDENTITY_MAP: "Unknown error while mapping identity v2",
    facts.IDENTITY_MAP_V3: "Unknown error while mapping identity v3",
}
"""uid2-operator, UIDOperatorVerticle.java; the other paths fail in plain text."""

# --- /v3/identity/map (uid2-operator, handleIdentityMapV3) ----------------------------------------------------

MIXED_REQUIRED: Final = (
    "Required Parameter Missing: one or more of [email, email_hash, phone, phone_hash] must be specified"
)
INCORRECT_FORMAT: Final = "Incorrect request format"

# --- client-side generate (docs/sources/uid2.md §6, CSTG) ----------------------------------------

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
