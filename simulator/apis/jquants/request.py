"""Parses requests by the service's rules. No function here raises.

Invalid JSON, a missing field and a wrong type all count as absent; the operation decides what to answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from simulator.core.http.foreign_json import parse_json


class LoginBody(NamedTuple):
    """The fields of a login's body; None for a field that is absent, empty or not a string."""

    mailaddress: str | None
    password: str | None


EMPTY_LOGIN = LoginBody(None, None)


def parameters(raw_query: str) -> dict[str, str]:
    """Query parameters by name. Names are case-sensitive; a parameter with an empty value is absent.

    ``+`` is a space, percent-encoding is UTF-8. [INF], because no public source says so: the last of several values
    counts, as API Gateway passes it to a Lambda; an invalid percent-encoding is kept as it is; undecodable bytes become
    U+FFFD; only ``&`` separates parameters.
    """
    given: dict[str, str] = {}
    for pair in raw_query.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            given[_decoded(name)] = _decoded(value)
    return given if all(given.values()) else {name: value for name, value in given.items() if value}


def _decoded(text: str) -> str:
    if text.isascii() and "%" not in text and "+" not in text:
        return text
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1", "replace")).decode("utf-8", "replace")


def login_body(body: bytes) -> LoginBody:
    """The two fields of a login's JSON object. The Content-Type does not matter.

    The body must be UTF-8 without a byte order mark; the last of repeated fields counts.
    """
    try:
        document = parse_json(body.decode())
    except ValueError:  # not UTF-8, not JSON, an integer beyond Python's limit, nested too deep
        return EMPTY_LOGIN
    if not isinstance(document, dict):
        return EMPTY_LOGIN
    return LoginBody(_text(document, "mailaddress"), _text(document, "password"))


def _text(document: Mapping[str, object], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) and value else None


def id_token(headers: Mapping[str, str]) -> str | None:
    """The token of the Authorization header; None when the header is absent or empty.

    The word Bearer may be missing, because a Cognito authorizer accepts both forms [INF]
    (docs/sources/jquants.md §4.1); its case does not matter (RFC 9110 §11.1).
    """
    value = headers.get("authorization", "").strip()
    scheme, _, rest = value.partition(" ")
    return (rest.strip() if scheme.lower() == "bearer" else value) or None
