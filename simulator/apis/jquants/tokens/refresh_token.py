"""Refresh tokens: opaque, five dot-separated parts, with the header of a JWE (docs/sources/jquants.md §3).

header . encrypted key . iv . ciphertext . tag, of 62 . 342 . 16 . 1400 . 22 characters: 1846 in all.
The first two parts are the additional data of the seal and the others are the seal itself, so every character is
authenticated. Nothing is stored: a replica with the same key can open them too.
"""

from __future__ import annotations

import os
import struct
from binascii import b2a_hex
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from simulator.apis.jquants.tokens import base64url
from simulator.apis.jquants.tokens.contents import Token, uuid_form
from simulator.core.clock import EPOCH
from simulator.sealing import NONCE_SIZE, TAG_SIZE, BadToken, Sealer, derive_key

HEADER: Final = base64url.encode(b'{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}')
"""The same for every token (docs/sources/jquants.md §3)."""
WRAPPED_KEY_SIZE: Final = 256
"""Bytes of a key wrapped with RSA-2048; here they are random and not used as a key."""
PLAIN_SIZE: Final = 1050
"""Bytes inside the seal, padded with zeros: 1400 characters, in the middle of the observed 1000 to 1600."""

_HEAD: Final = struct.Struct(">Bqq16sH")
"""Layout version, issue and expiry (microseconds since 1970), login id, length of the mail address in bytes."""
_LAYOUT: Final = 1
_ID_SIZE: Final = 16
_PARTS: Final = 5
_IV_LENGTH: Final = len(base64url.encode(bytes(NONCE_SIZE)))
_TAG_LENGTH: Final = len(base64url.encode(bytes(TAG_SIZE)))
_REMEMBERED: Final = 128
"""Tokens in the cache, of two kilobytes each."""
_MICROSECOND: Final = timedelta(microseconds=1)


class RefreshTokens:
    """Makes and opens the refresh tokens of one key. Safe to share between threads.

    Clients present one refresh token for a week, so the last opened ones are cached: the contents depend only on the
    text and the key. Whether a token is still valid is not cached.
    """

    __slots__ = ("_sealer", "open")

    open: Callable[[str], Token]
    """The token's contents. Raises :class:`BadToken` for any text that this key did not seal exactly so."""

    def __init__(self, key: bytes) -> None:
        self._sealer = Sealer(derive_key(key, "refresh_token"))
        self.open = lru_cache(_REMEMBERED)(self._open)

    def make(self, subject: str, issued_at: datetime, expires_at: datetime) -> str:
        """A new, unique token; it starts a new family."""
        mail = subject.encode()
        head = _HEAD.pack(
            _LAYOUT,
            (issued_at - EPOCH) // _MICROSECOND,
            (expires_at - EPOCH) // _MICROSECOND,
            os.urandom(_ID_SIZE),
            len(mail),
        )
        opening = HEADER + b"." + base64url.encode(os.urandom(WRAPPED_KEY_SIZE))
        sealed = base64url.encode(self._sealer.seal((head + mail).ljust(PLAIN_SIZE, b"\0"), opening))
        iv, ciphertext, tag = sealed[:_IV_LENGTH], sealed[_IV_LENGTH:-_TAG_LENGTH], sealed[-_TAG_LENGTH:]
        return b".".join((opening, iv, ciphertext, tag)).decode()

    def _open(self, text: str) -> Token:
        parts = text.encode("utf-8", "replace").split(b".")
        if len(parts) != _PARTS or parts[0] != HEADER or len(parts[2]) != _IV_LENGTH or len(parts[4]) != _TAG_LENGTH:
            raise BadToken("not a refresh token")
        sealed = base64url.decode(parts[2] + parts[3] + parts[4])
        plain = self._sealer.open(sealed, parts[0] + b"." + parts[1])
        _, issued, expires, login, length = _HEAD.unpack_from(plain)
        token_id = b2a_hex(login).decode()
        return Token(
            plain[_HEAD.size : _HEAD.size + length].decode(),
            EPOCH + timedelta(microseconds=issued),
            EPOCH + timedelta(microseconds=expires),
            token_id,
            uuid_form(token_id),
        )
