"""Signatures of ID tokens: HS256, and the choice between it and RS256."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Protocol

from simulator.apis.jquants.settings import Algorithm
from simulator.apis.jquants.tokens.key_id import key_id
from simulator.sealing import derive_key


class Signer(Protocol):
    """Signs and verifies under one key.

    algorithm: as in a JWT's header. kid: the key's id, 44 characters of base64 as in Cognito
    (docs/sources/jquants.md §3).
    """

    algorithm: Algorithm
    kid: str

    def sign(self, message: bytes) -> bytes:
        """The signature of these bytes."""

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made the signature."""

    def public_keys(self) -> tuple[Mapping[str, str], ...]:
        """The public keys, as JWKs (RFC 7517)."""


class HS256:
    """HMAC with SHA-256 (RFC 7518 §3.2): the same secret signs and verifies, so there is no public key."""

    __slots__ = ("_key", "algorithm", "kid")

    def __init__(self, key: bytes) -> None:
        self.algorithm: Algorithm = "HS256"
        self.kid = key_id(key, self.algorithm)
        self._key = derive_key(key, "id_token", self.algorithm)

    def sign(self, message: bytes) -> bytes:
        """32 bytes."""
        return hmac.digest(self._key, message, hashlib.sha256)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Compared in constant time."""
        return hmac.compare_digest(self.sign(message), signature)

    def public_keys(self) -> tuple[Mapping[str, str], ...]:
        """Always empty: the key is a secret."""
        return ()


def signer(algorithm: Algorithm, key: bytes) -> Signer:
    """The signer for this algorithm, with keys derived from ``key``."""
    if algorithm == "HS256":
        return HS256(key)
    from simulator.apis.jquants.tokens.rs256 import RS256

    return RS256(key)
