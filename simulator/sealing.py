"""Sealed, stateless tokens: a token carries all of its data.

AES-256-GCM under keys derived from one secret. A seal that was forged, cut,
changed in any bit or made under another key does not open; the API decides
which answer this gives.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_SIZE = 12
"""Bytes of the nonce before every ciphertext."""
TAG_SIZE = 16
"""Bytes of the tag after every ciphertext."""
OVERHEAD = NONCE_SIZE + TAG_SIZE
"""Bytes by which a sealed text is longer than the plain text."""


class BadToken(Exception):
    """These bytes were not sealed under this key."""


def derive_key(secret: bytes, *labels: str) -> bytes:
    """32 bytes that depend on the secret and on every label, in order (HMAC-SHA-256 over length-prefixed labels)."""
    text = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (label.encode() for label in labels))
    return hmac.new(secret, text, hashlib.sha256).digest()


def random_secret() -> bytes:
    """A secret for one run: tokens sealed with it die with the process."""
    return os.urandom(32)


class Sealer:
    """Seals and opens under one key: nonce (12) + ciphertext (as long as the plain text) + tag (16).

    ``context`` is bound into the seal but not part of it: with another kind of token, or other
    bytes around it, the seal does not open.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, context: bytes = b"") -> bytes:
        """A new seal each time, also for the same text: the nonce is random."""
        nonce = os.urandom(NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, plain, context)

    def open(self, sealed: bytes, context: bytes = b"") -> bytes:
        """The plain text. Raises :class:`BadToken` for anything this key did not seal in this context."""
        if len(sealed) < OVERHEAD:
            raise BadToken("shorter than any seal")
        try:
            return self._cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], context)
        except InvalidTag:
            raise BadToken("forged, changed or of another key") from None
