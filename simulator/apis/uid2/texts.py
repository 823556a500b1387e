"""The statuses and texts of UID2 v1's answers, each once, with its source."""

from __future__ import annotations

from typing import Final

# --- statuses (docs/sources/uid2.md §1.3) and texts ----------------------------------------------

SUCCESS: Final = "success"
OPTOUT: Final = "optout"
CLIENT_ERROR: Final = "client_error"
CLIENTERROR: Final = "clienterror"
"""On the published page; no revision of the code has it (docs/sources/uid2.md §0.1, §1.3)."""
INVALID_TOKEN: Final = "invalid_token"
EXPIRED_TOKEN: Final = "expired_token"
ERROR: Final = "error"
UNAUTHORIZED: Final = "unauthorized"
INSUFFICIENT_CONSENT: Final = "insufficient_user_consent"
"""EUID (docs/sources/uid2-current.md §5.2)."""
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

# A v2 token presented to v1 (docs/sources/uid2.md §3.2 step 2).
WRAPPED_NOT_BASE64: Final = "Invalid body: Body is not valid base64."
WRAPPED_KEY_UNKNOWN: Final = "Invalid key: Generator of this token (Key ID: {}) does not exist."
WRAPPED_NOT_OURS: Final = "Invalid data: Check encryption method and encryption key."
WRAPPED_NO_TOKEN: Final = "Invalid format: Payload is not valid json or missing required data."

# --- the framework's own answers (docs/sources/uid2.md §1.2, §1.4) -------------------------------

NOT_FOUND_PAGE: Final = b"<html><body><h1>Resource not found</h1></body></html>"
NOT_FOUND_TYPE: Final = "text/html; charset=utf-8"
JSON_TYPE: Final = "application/json"
"""Without a charset (docs/sources/uid2.md §1.3)."""
TOO_MANY_REQUESTS: Final = "Too Many Requests"  # [INF] no published page shows it (docs/sources/uid2-current.md §D12)
CORS_METHODS: Final = "GET,POST,OPTIONS"
CORS_HEADERS: Final = (
    "X-UID2-Client-Version,Access-Control-Request-Method,Access-Control-Allow-Credentials,"
    "Access-Control-Allow-Origin,Access-Control-Allow-Headers,Content-Type"
)
CORS_KEY_HEADER: Final = ",Authorization"
"""Added to the list (docs/sources/uid2-current.md §D4; the order is inferred)."""
CORS_REFUSED: Final = "CORS Rejected - Invalid origin"
"""The status line's phrase for an empty Origin."""
