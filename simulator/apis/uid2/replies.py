"""The exact bytes of UID2 v1's answers (docs/sources/uid2.md §1.2 to §1.4).

JSON is compact, with ``body`` or ``message`` before ``status``; its type has no charset. Answers of the operator's
framework are text without a Content-Type.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from simulator.apis.uid2 import java, texts
from simulator.apis.uid2.buckets import Bucket
from simulator.apis.uid2.tokens.checks import Tokens
from simulator.core.clock import to_milliseconds
from simulator.core.model.call import WHO_ASKS, Headers, Reply

_JSON: Final[Headers] = (("content-type", texts.JSON_TYPE),)
_ESCAPES = re.compile(r"\\\\|\\u00[01][0-9a-f]")


def dumps(value: object) -> bytes:
    """JSON as the operator writes it: without blanks, and only control characters are escaped.

    Hex digits are upper case; a lone surrogate becomes a question mark.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if "\\u00" in text:
        text = _ESCAPES.sub(_capitals, text)
    return text.encode("utf-8", "replace")


def _capitals(found: re.Match[str]) -> str:
    escape = found[0]
    return escape if escape == "\\\\" else f"\\u{escape[2:].upper()}"


def success(body: object) -> Reply:
    """200 ``{"body": …, "status": "success"}``."""
    return Reply(200, _JSON, dumps({"body": body, "status": texts.SUCCESS}))


def identity(tokens: Tokens, *, timestamps: bool) -> Reply:
    """200 with the tokens and, with ``timestamps``, the three moments in milliseconds, in the operator's order."""
    # Formatted directly because every refresh needs it: tokens are base64, so nothing has to be escaped.
    moments = (
        f',"identity_expires":{to_milliseconds(tokens.identity_expires)}'
        f',"refresh_expires":{to_milliseconds(tokens.refresh_expires)}'
        f',"refresh_from":{to_milliseconds(tokens.refresh_from)}'
        if timestamps
        else ""
    )
    text = (
        f'{{"body":{{"advertising_token":"{tokens.advertising_token}","refresh_token":"{tokens.refresh_token}"'
        f'{moments}}},"status":"{texts.SUCCESS}"}}'
    )
    return Reply(200, _JSON, text.encode())


def mapped(identifier: str, raw_uid: bytes, bucket_id: str) -> dict[str, str]:
    """A mapped person in the answer of a map; ``identifier`` is repeated as received."""
    return {"identifier": identifier, "advertising_id": java.to_base64(raw_uid), "bucket_id": bucket_id}


def bucket(found: Bucket) -> dict[str, str]:
    """A salt bucket in the list."""
    return {"bucket_id": found.bucket_id, "last_updated": java.milliseconds_text(found.last_updated)}


def error(status: int, word: str, message: str) -> Reply:
    """``{"message": …, "status": word}``."""
    return Reply(status, _JSON, dumps({"message": message, "status": word}))


def client_error(message: str) -> Reply:
    """400 with the status ``client_error``."""
    return error(400, texts.CLIENT_ERROR, message)


def fault(message: str) -> Reply:
    """500 with the status ``unknown``."""
    return error(500, texts.UNKNOWN, message)


def text(status: int, phrase: str | None = None, *, reason: str | None = None) -> Reply:
    """An answer of the framework: the phrase as the body (default: HTTP's), without a content type."""
    return Reply(status, (), (phrase or HTTPStatus(status).phrase).encode(), reason)


OPTED_OUT: Final = Reply(200, _JSON, dumps({"status": texts.OPTOUT}), opted_out=(WHO_ASKS,))
INSUFFICIENT_CONSENT: Final = Reply(200, _JSON, dumps({"status": texts.INSUFFICIENT_CONSENT}))
EMPTY_SUCCESS: Final = replace(success({"advertising_token": "", "refresh_token": ""}), opted_out=(WHO_ASKS,))
"""The published page: an opted-out person's refresh succeeds, and the tokens are empty (docs/sources/uid2.md §0.1)."""
HEALTHY: Final = text(200, "OK")
UNAUTHORIZED: Final = Reply(401, _JSON, dumps({"status": texts.UNAUTHORIZED}))
UNAUTHORIZED_TEXT: Final = text(401)
BAD_REQUEST: Final = text(400)
SERVER_ERROR_TEXT: Final = text(500)
UNAVAILABLE: Final = text(503)
TOO_MANY_REQUESTS: Final = Reply(429)
"""Without a body (docs/sources/uid2-current.md §D12)."""
TOO_MANY_REQUESTS_JSON: Final = Reply(429, _JSON, dumps({"message": texts.TOO_MANY_REQUESTS}))
URI_TOO_LONG: Final = Reply(414)
FIELDS_TOO_LARGE: Final = Reply(431)
"""The server's own answers, before any handler: no body and no headers (docs/sources/uid2.md §1.1)."""
TOO_LARGE: Final = text(413, "Request Too Long", reason="Request Entity Too Large")
"""The operator has the same two different phrases for 413 (docs/sources/uid2.md §1.4)."""
CORS_REFUSED: Final = text(403, reason=texts.CORS_REFUSED)
NOT_FOUND: Final = Reply(404, (("content-type", texts.NOT_FOUND_TYPE),), texts.NOT_FOUND_PAGE)
HEAD_NOT_ALLOWED: Final = Reply(405)
"""Without ``allow``: the router has routes for GET and none for HEAD (docs/sources/uid2.md §1.4)."""


def not_allowed(methods: tuple[str, ...]) -> Reply:
    """405 without a body."""
    return Reply(405, (("allow", ",".join(methods)),))


def preflight(origin: str, *, with_key: bool) -> Reply:
    """204 for any path, known or not (docs/sources/uid2.md §1.4).

    with_key: ``Authorization`` is among the headers it allows (docs/sources/uid2-current.md §D4).
    The operator's framework sends a content-length, which HTTP does not use with this status (RFC 9110 §8.6).
    """
    return Reply(
        204,
        (
            ("access-control-allow-origin", origin),
            ("access-control-allow-methods", texts.CORS_METHODS),
            ("access-control-allow-headers", texts.CORS_HEADERS + (texts.CORS_KEY_HEADER if with_key else "")),
            ("content-length", "0"),
        ),
    )
