"""The exact bodies of J-Quants v1.

Application errors and answers are UTF-8 JSON in the format of Python's json.dumps, with a space after each colon. The
gateway's own errors have no space (docs/sources/jquants.md §2.4). The type is ``application/json`` without a charset.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from simulator.apis.jquants import texts
from simulator.core.model.call import Headers, Issued, Reply

CONTENT_TYPE: Final = ("content-type", "application/json")
TYPED: Final[Headers] = (CONTENT_TYPE,)

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)


def dumps(document: object) -> bytes:
    """JSON as the Lambda behind the gateway writes it: a space after separators, non-ASCII as UTF-8."""
    return _ENCODER.encode(document).encode("utf-8", "replace")


def message(status: int, text: str) -> Reply:
    """An application error: ``{"message": "…"}``."""
    return Reply(status, TYPED, dumps({"message": text}))


def nothing_now() -> Reply:
    """Status 210, for which HTTP has no phrase. The real phrase is not known [INF]; no client reads it."""
    return replace(message(210, texts.NOTHING_NOW), reason="Unknown")


def gateway_message(status: int, text: str, error_type: str) -> Reply:
    """The gateway's own error: ``{"message":"…"}``, with the exception's name in a header.

    API Gateway sends that header with its own errors; for J-Quants it is inferred [INF].
    """
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return Reply(status, (CONTENT_TYPE, ("x-amzn-errortype", error_type)), body)


def unsupported(status: int) -> Reply:
    """Wrong method or unknown path: the gateway's error with J-Quants' own text, and with the space after the colon."""
    body = dumps({"message": texts.UNSUPPORTED})
    return Reply(status, (CONTENT_TYPE, ("x-amzn-errortype", "MissingAuthenticationTokenException")), body)


def outside_subscription(start: date, end: date | None) -> Reply:
    """The dates that the caller's plan covers; ``end`` None: no end."""
    until = "" if end is None else end.isoformat()
    return message(400, texts.OUTSIDE_SUBSCRIPTION.format(start=start.isoformat(), end=until))


def refresh_token(issued: Issued) -> Reply:
    """The answer to a login: ``{"refreshToken": "…"}`` (docs/sources/jquants.md §1)."""
    return _token("refreshToken", issued)


def id_token(issued: Issued) -> Reply:
    """The answer to a refresh: ``{"idToken": "…"}`` (docs/sources/jquants.md §0.1)."""
    return _token("idToken", issued)


def _token(field: str, issued: Issued) -> Reply:
    """The same bytes as :func:`dumps` at a tenth of the cost: a token has no character that JSON escapes."""
    return Reply(200, TYPED, f'{{"{field}": "{issued.token}"}}'.encode(), issued=(issued,))


def rows(key: str, found: Sequence[Mapping[str, object]], pagination_key: str | None = None) -> Reply:
    """The answer of a data endpoint: the rows under the endpoint's key; an empty list when there are none.

    The pagination key is absent on the last page. If it were null or empty, clients would loop
    (docs/sources/jquants.md §4.3).
    """
    content: dict[str, object] = {key: found}
    if pagination_key is not None:
        content["pagination_key"] = pagination_key
    return Reply(200, TYPED, dumps(content))


def document(content: Mapping[str, object]) -> Reply:
    """A JSON document."""
    return Reply(200, TYPED, dumps(content))
