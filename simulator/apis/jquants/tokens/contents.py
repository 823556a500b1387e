"""The contents of a token of either kind."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Token(NamedTuple):
    """The contents of an authentic token, which may have expired. A named tuple, because one is made on every call.

    subject: the account's mail address. expires_at: the first instant at which it is expired.
    token_id: the token's own id. family: the id of the login that it descends from.
    """

    subject: str
    issued_at: datetime
    expires_at: datetime
    token_id: str
    family: str


def uuid_form(digits: str) -> str:
    """32 hex digits in the form of a random UUID (RFC 9562 §5.4); six bits are replaced by version and variant."""
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def tampered(token: str) -> str:
    """The token with the first character of its last part changed: still well-formed, no longer authentic."""
    rest, dot, last = token.rpartition(".")
    return f"{rest}{dot}{'B' if last[0] == 'A' else 'A'}{last[1:]}"
