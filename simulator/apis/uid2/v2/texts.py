"""The statuses and texts that only UID2 v2 has, each once, with its source.

"uid2-operator" is the operator's public source code (docs/sources/uid2.md §6), for texts that are not in the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulator.apis.uid2.v2 import facts
from simulator.apis.uid2.v2.envelope import Defect

# --- envelopes (docs/sources/uid2.md §6) ---------------------------------------------------------

BAD_ENVELOPE: Final[Mapping[Defect, str]] = {
    "missing": "Invalid body: Body is missing.",
    "not_base64": "Invalid body: Body is not valid base64.",
    "too_short": "Invalid body: Body too short. Check encryption method.",
    "version": "Invalid body: Version mismatch.",
    "secret": "Invalid body: Check encryption key (ClientSecret)",
    "clock": "Invalid timestamp: Request too old or client time drift.",
    "not_json": "Invalid payload in body: Data is not valid json string.",
}

# --- the same today (docs/sources/uid2-current.md §D7); {0} is the first byte, {docs} the host of the documents ---

_DOCS: Final = "{docs}/docs/getting-started/gs-encryption-decryption"
_HINT: Final = f" See {_DOCS} for details on the request envelope format."
BAD_ENVELOPE_TODAY: Final[Mapping[Defect, str]] = {
    **BAD_ENVELOPE,
    "not_base64": BAD_ENVELOPE["not_base64"] + _HINT,
    "too_short": BAD_ENVELOPE["too_short"] + _HINT,
    "version": "Invalid body: Invalid request envelope format version: received {0}, must be 1." + _HINT,
    "secret": BAD_ENVELOPE["secret"] + "." + _HINT,
}
UNENCRYPTED_JSON: Final = (
    "Invalid body: The request body is unencrypted JSON. It must be an encrypted request envelope."
    f" See {_DOCS}#encryption-and-decryption-code-examples for encryption and decryption code examples."
)

# --- tokens (docs/sources/uid2.md §6) ------------------------------------------------------------

INVALID_TOKEN_PRESENTED: Final = "Invalid Token presented"  # without the value, unlike v1's
OPTOUT_CHECK_REQUIRED: Final = "Required opt-out policy argument for token/generate is missing or not set to 1"
INVALID_TOKEN: Final = "Invalid token"  # docs/sources/uid2-current.md §D4
NOT_ITS_TOKEN: Final = "Unauthorised to validate token"  # docs/sources/uid2-current.md §D4
INVALID_CONSENT: Final = "User consent is invalid"  # docs/sources/uid2-current.md §5.2
INPUT_OBJECT: Final = "com.uid2.operator.service.InputUtil$InputVal@1b2c3d4"
"""Java's text of an invalid identifier; its digits differ between calls (docs/sources/uid2-current.md §D9)."""
BAD_ARGUMENTS: Final = "request body contains invalid argument(s)"

FAULTS: Final = {
    facts.TOKEN_GENERATE: "Unknown error while generating token v2",
    facts.TOKEN_REFRESH: "Unknown error while refreshing token v2",
    facts.CLIENT_GENERATE: "Unknown error while handling client side token generate",
    facts.IDENTITY_MAP: "Unknown error while mapping identity v2",
    facts.IDENTITY_MAP_V3: "Unknown error while mapping identity v3",
    facts.OPTOUT_STATUS: "Unknown error while getting optout status",
}
"""uid2-operator, UIDOperatorVerticle.java; on other paths the text is plain."""

# --- /v2/identity/map (docs/sources/uid2-current.md §D14) ----------------------------------------------------

INVALID_LINK: Final = "Invalid link_id"

# --- /v3/identity/map (uid2-operator, handleIdentityMapV3) ----------------------------------------------------

MIXED_REQUIRED: Final = (
    "Required Parameter Missing: one or more of [email, email_hash, phone, phone_hash] must be specified"
)
INCORRECT_FORMAT: Final = "Incorrect request format"

# --- /v2/optout/status (docs/sources/uid2-current.md §D8) ---------------------------------------------------

NO_REQUEST: Final = "Invalid request body"
IDS_REQUIRED: Final = "Required Parameter Missing: advertising_ids"
TOO_MANY_IDS: Final = "Request payload is too large"

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
