"""The exact bodies of J-Quants v1.

Application errors and answers are written as Python's json.dumps writes them, with a blank after the
colon, as UTF-8; the gateway's own errors without it (docs/sources/jquants.md §2.4). The type is
``application/json`` without a charset.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from simulator.core.model.call import Headers, Issued, Reply

CONTENT_TYPE: Final = ("content-type", "application/json")
TYPED: Final[Headers] = (CONTENT_TYPE,)

REFRESHTOKEN_REQUIRED: Final = "'refreshtoken' is required."
"""docs/sources/jquants.md §0.1, 400."""
REFRESHTOKEN_INVALID: Final = "Your refresh token may be incorrect or expired."
"""docs/sources/jquants.md §2.2, the official notebook."""
LOGIN_INCORRECT: Final = "'mailaddress' or 'password' is incorrect."
"""docs/sources/jquants.md §1, official page of /token/auth_user; also for bad JSON and missing fields [INF]."""
NOT_SUBSCRIBED: Final = (
    "This API is not available on your subscription. "
    "If you want more data, please check other plans:https://jpx-jquants.com/#dataset"
)
"""docs/sources/jquants.md §1 and §4.1 (one blank after "subscription.", as in v1's time)."""
UNSUPPORTED: Final = "Missing Authentication Token. The method or resources may not be supported."
"""docs/sources/jquants.md §2.4: a gateway answer that J-Quants had reworded, and recorded with the blank after the
colon."""
IDTOKEN_INVALID: Final = "The incoming token is invalid or expired."
"""docs/sources/jquants.md §4.1; the text of the data endpoints alone."""
TOO_LARGE: Final = "Response data is too large. Specify parameters to reduce the acquired data range."
"""docs/sources/jquants.md §4.1, 413."""
OUTSIDE_SUBSCRIPTION: Final = (
    "Your subscription covers the following dates: {start} ~ {end}. "
    "If you want more data, please check other plans:  https://jpx-jquants.com/"
)
"""docs/sources/jquants.md §4.1, 400; an open end leaves its blank: "2016-03-05 ~ . If …"."""
DATE_INVALID: Final = "'{}' must be a date in the format YYYYMMDD or YYYY-MM-DD."
"""[INF]: that such a date is refused is known, the text is not."""
ONE_REQUIRED: Final = "This API requires at least 1 parameter as follows; {}."
"""docs/sources/jquants.md §4.2, 400: [DOC] for the financial endpoints, the same pattern for the others [INF]."""
REQUIRED: Final = "'{}' is required."
"""[INF] as "'refreshtoken' is required."; for index_option, futures and options."""
NOT_OLDER: Final = "'{}' must be older than '{}'"
"""docs/sources/jquants.md §4.2, 400, without a full stop. The same day twice is a period of one day [INF]."""
CODE_INVALID: Final = "'code' must be 4 or 5 digits."
"""docs/sources/jquants.md §4.2, 400: [DOC] for prices_am, [INF] elsewhere."""
PAGINATION_KEY_INVALID: Final = "'pagination_key' is invalid."
"""[INF]: a key of another query, or none at all, earns 400."""
NOTHING_NOW: Final = "No content due to outside the target time or a stock code does not exist."
"""docs/sources/jquants.md §4.2, with status 210."""
SERVER_ERROR: Final = "Unexpected error. Please try again later."
"""docs/sources/jquants.md §0.1, 500."""
TOO_MANY_REQUESTS: Final = "Too Many Requests"
"""[INF] docs/sources/jquants.md §7: the gateway's own, without Retry-After."""
FORBIDDEN: Final = "Forbidden"
"""docs/sources/jquants.md §2.2: what v1's paths answered once it was retired; measured 2026-08-30."""
REQUEST_TOO_LONG: Final = "Request Too Long"
"""[INF] API Gateway's REQUEST_TOO_LARGE, for a body beyond what is read."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)


def dumps(document: object) -> bytes:
    """As the Lambda behind the gateway writes JSON: blanks after separators, non-ASCII as UTF-8."""
    return _ENCODER.encode(document).encode("utf-8", "replace")


def message(status: int, text: str) -> Reply:
    """An application error: ``{"message": "…"}``."""
    return Reply(status, TYPED, dumps({"message": text}))


def nothing_now() -> Reply:
    """Status 210, which HTTP has no phrase for; what stood there is not known [INF], and no client reads it."""
    return replace(message(210, NOTHING_NOW), reason="Unknown")


def gateway_message(status: int, text: str, error_type: str) -> Reply:
    """The gateway's own error: ``{"message":"…"}``, and the exception's name in a header.

    That header is what API Gateway sends with its own errors; for J-Quants it is inferred [INF].
    """
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return Reply(status, (CONTENT_TYPE, ("x-amzn-errortype", error_type)), body)


def unsupported(status: int) -> Reply:
    """Wrong method or unknown path: the gateway's error in the words, and with the blank, of J-Quants."""
    body = dumps({"message": UNSUPPORTED})
    return Reply(status, (CONTENT_TYPE, ("x-amzn-errortype", "MissingAuthenticationTokenException")), body)


def outside_subscription(start: date, end: date | None) -> Reply:
    """The dates that the caller's plan covers; ``end`` None is an open end."""
    until = "" if end is None else end.isoformat()
    return message(400, OUTSIDE_SUBSCRIPTION.format(start=start.isoformat(), end=until))


def refresh_token(issued: Issued) -> Reply:
    """What a login answers: ``{"refreshToken": "…"}`` and nothing else (docs/sources/jquants.md §1)."""
    return _token("refreshToken", issued)


def id_token(issued: Issued) -> Reply:
    """What a refresh answers: ``{"idToken": "…"}`` and nothing else (seed)."""
    return _token("idToken", issued)


def _token(field: str, issued: Issued) -> Reply:
    """As :func:`dumps` would write it, at a tenth of the cost: a token has no character that JSON would escape."""
    return Reply(200, TYPED, f'{{"{field}": "{issued.token}"}}'.encode(), issued=(issued,))


def rows(key: str, found: Sequence[Mapping[str, object]], pagination_key: str | None = None) -> Reply:
    """What a data endpoint answers: the rows under its own key; no rows are an empty list.

    The pagination key is absent on the last page, not null and not empty: that hangs clients
    (docs/sources/jquants.md §4.3).
    """
    content: dict[str, object] = {key: found}
    if pagination_key is not None:
        content["pagination_key"] = pagination_key
    return Reply(200, TYPED, dumps(content))


def document(content: Mapping[str, object]) -> Reply:
    """A JSON document as it stands."""
    return Reply(200, TYPED, dumps(content))
