"""A refresh token of v2: the v1 token and a response key in another seal (docs/sources/uid2.md §3.2
step 2, §4.1).

Layout: scope (1 byte) ‖ key id (4) ‖ seal under the refresh key of
``{"refresh_response_key":"<44>","refresh_token":"<168>"}``; 291 bytes, 388 characters of base64.
"""

from __future__ import annotations

import json
from struct import Struct
from typing import Final, NamedTuple

from simulator.apis.uid2 import facts, java, texts
from simulator.apis.uid2.tokens.contents import MASTER_KEY, REFRESH_KEY, SITE_KEY
from simulator.apis.uid2.tokens.keyring import Keyring
from simulator.sealing import BadToken

_HEAD: Final = Struct(">bi")
_SCOPES: Final = frozenset({0, 0x10})
"""The scope bytes of UID2 and EUID (docs/sources/uid2-current.md §5.1)."""
_KEYS: Final = frozenset({MASTER_KEY, SITE_KEY, REFRESH_KEY})


class Unwrapped(NamedTuple):
    """The v1 refresh token, and the 32-byte key that encrypts the answer to its refresh."""

    token: str
    response_key: bytes


class BrokenWrapper(BadToken):
    """A text that has the length of a v2 token and is invalid. text: the operator's message."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def is_wrapped(value: str) -> bool:
    """Whether the token has the length of a v2 token in Java's characters, which is all that the operator checks."""
    return len(value.encode("utf-16-le", "surrogatepass")) == 2 * facts.WRAPPED_LENGTH


def unwrap(value: str, keyring: Keyring) -> Unwrapped:
    """Open the wrapping. Raises :class:`BrokenWrapper`.

    The operator ignores the scope byte; here it must be that of the token inside, so that no byte of a token can be
    changed. :meth:`Keyring.open_refresh` rejects a token of the other scope.
    """
    try:
        raw = java.basic_base64(value)
    except ValueError:
        raise BrokenWrapper(texts.WRAPPED_NOT_BASE64) from None
    scope, key = _HEAD.unpack_from(raw)
    if key not in _KEYS:
        raise BrokenWrapper(texts.WRAPPED_KEY_UNKNOWN.format(key))
    if scope not in _SCOPES or key != REFRESH_KEY:
        raise BrokenWrapper(texts.WRAPPED_NOT_OURS)
    try:
        plain = keyring.refresh.open(raw[_HEAD.size :])
    except BadToken:
        raise BrokenWrapper(texts.WRAPPED_NOT_OURS) from None
    found = _token_in(plain)
    if not _is_of(found.token, scope):
        raise BrokenWrapper(texts.WRAPPED_NOT_OURS)
    return found


def wrap(token: str, response_key: str, keyring: Keyring) -> bytes:
    """Wrap a v1 token; ``response_key`` is base64 of 32 bytes."""
    payload = json.dumps({"refresh_response_key": response_key, "refresh_token": token}, separators=(",", ":"))
    return _HEAD.pack(keyring.scope, REFRESH_KEY) + keyring.refresh.seal(payload.encode())


def _is_of(token: str, scope: int) -> bool:
    """Whether the first byte of a refresh token has this scope; False for an invalid token."""
    try:
        first = java.basic_base64(token)[:1]
    except ValueError:
        return scope == 0
    return first[0] & 0x10 == scope if first else scope == 0


def _token_in(plain: bytes) -> Unwrapped:
    """The contents of the seal. A v1 token, sealed under the same key, can be opened too but is not JSON."""
    try:
        payload = json.loads(plain)
        response_key = java.basic_base64(payload["refresh_response_key"])
        token = payload["refresh_token"]
    except (ValueError, KeyError, TypeError):
        raise BrokenWrapper(texts.WRAPPED_NO_TOKEN) from None
    if not isinstance(token, str):
        raise BrokenWrapper(texts.WRAPPED_NO_TOKEN)
    return Unwrapped(token, response_key)
