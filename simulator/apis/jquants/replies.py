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

from simulator.apis.jquants import texts
from simulator.core.model.call import Headers, Issued, Reply

CONTENT_TYPE: Final = ("content-type", "application/json")
TYPED: Final[Headers] = (CONTENT_TYPE,)

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)


def dumps(document: object) -> bytes:
    """As the Lambda behind the gateway writes JSON: blanks after separators, non-ASCII as UTF-8."""
    return _ENCODER.encode(document).encode("utf-8", "replace")


def message(status: int, text: str) -> Reply:
    """An application error: ``{"message": "…"}``."""
    return Reply(status, TYPED, dumps({"message": text}))


def nothing_now() -> Reply:
    """Status 210, which HTTP has no phrase for; what stood there is not known [INF], and no client reads it."""
    return replace(message(210, texts.NOTHING_NOW), reason="Unknown")


def gateway_message(status: int, text: str, error_type: str) -> Reply:
    """The gateway's own error: ``{"message":"…"}``, and the exception's name in a header.

    That header is what API Gateway sends with its own errors; for J-Quants it is inferred [INF].
    """
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return Reply(status, (CONTENT_TYPE, ("x-amzn-errortype", error_type)), body)


def unsupported(status: int) -> Reply:
    """Wrong method or unknown path: the gateway's error in the words, and with the blank, of J-Quants."""
    body = dumps({"message": texts.UNSUPPORTED})
    return Reply(status, (CONTENT_TYPE, ("x-amzn-errortype", "MissingAuthenticationTokenException")), body)


def outside_subscription(start: date, end: date | None) -> Reply:
    """The dates that the caller's plan covers; ``end`` None is an open end."""
    until = "" if end is None else end.isoformat()
    return message(400, texts.OUTSIDE_SUBSCRIPTION.format(start=start.isoformat(), end=until))


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
