"""Reading a request by the service's own rules. Nothing here raises, whatever the client sent.

Bad JSON, a missing field and a wrong type are all "nothing given"; which answer that earns is the operation's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from simulator.core.http.foreign_json import parse_json


class LoginBody(NamedTuple):
    """What a login's body gives; None for what is absent, empty or no string."""

    mailaddress: str | None
    password: str | None


EMPTY_LOGIN = LoginBody(None, None)


def parameters(raw_query: str) -> dict[str, str]:
    """Query parameters by name; names are case-sensitive, and one with an empty value is absent.

    ``+`` is a blank, percent-encoding is UTF-8. [INF] (nothing public says): of a repeated name the last
    one counts, as API Gateway hands it to a Lambda; a broken percent-encoding stands for itself;
    undecodable bytes become U+FFFD; only ``&`` separates.
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
    """The two fields of a login's JSON object, whatever the Content-Type says or does not say.

    UTF-8 without a byte order mark is JSON, anything else is not; of a repeated field the last counts.
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
    """The token of the Authorization header, None when there is none or it is empty.

    [INF] docs/sources/jquants.md §4.1: the word Bearer may be missing (a Cognito authorizer takes both forms), and
    its case does not matter (RFC 9110 §11.1).
    """
    value = headers.get("authorization", "").strip()
    scheme, _, rest = value.partition(" ")
    return (rest.strip() if scheme.lower() == "bearer" else value) or None
