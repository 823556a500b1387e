"""RS256, which the real service uses: an RSA-2048 key derived from the secret when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from simulator.apis.jquants.settings import Algorithm
from simulator.apis.jquants.tokens import base64url
from simulator.apis.jquants.tokens.key_id import key_id
from simulator.apis.jquants.tokens.rsa_key import derive_rsa_key
from simulator.sealing import derive_key


class RS256:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3)."""

    def __init__(self, key: bytes) -> None:
        self.algorithm: Algorithm = "RS256"
        self.kid = key_id(key, self.algorithm)
        self._seed = derive_key(key, "id_token", self.algorithm)

    @cached_property
    def _private_key(self) -> RSAPrivateKey:
        return derive_rsa_key(self._seed)

    def sign(self, message: bytes) -> bytes:
        """256 bytes."""
        return self._private_key.sign(message, PKCS1v15(), SHA256())

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Verified with the public key."""
        try:
            self._private_key.public_key().verify(signature, message, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    def public_keys(self) -> tuple[Mapping[str, str], ...]:
        """The only key, with the members of a Cognito JWKS, in its order."""
        numbers = self._private_key.public_key().public_numbers()
        return (
            {
                "alg": self.algorithm,
                "e": _number(numbers.e),
                "kid": self.kid,
                "kty": "RSA",
                "n": _number(numbers.n),
                "use": "sig",
            },
        )


def _number(value: int) -> str:
    return base64url.encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode()
