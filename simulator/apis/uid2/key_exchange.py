"""ECDH on P-256 between a subscription's key pair and a page's (docs/sources/uid2.md §6, CSTG).

The subscription's key pair is derived from its secret. The first call that needs this module imports it, because these
parts of the cryptography package take longer to load than the rest of UID2.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from simulator.sealing import derive_key

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the curve P-256: private keys are between 0 and this number (SEC 2, §2.4.2)."""


def public_half(secret: str) -> bytes:
    """The subscription's public key, as SPKI in DER."""
    return _key_pair(secret).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def shared_secret(secret: str, spki: bytes) -> bytes:
    """The shared secret, 32 bytes, used without a key derivation. Raises :class:`ValueError` for an invalid key."""
    try:
        theirs = load_der_public_key(spki)
    except UnsupportedAlgorithm:
        raise ValueError("a key of an unsupported kind") from None
    if isinstance(theirs, ec.EllipticCurvePublicKey) and isinstance(theirs.curve, ec.SECP256R1):
        return _key_pair(secret).exchange(ec.ECDH(), theirs)
    raise ValueError("not a key on P-256")


@cache
def _key_pair(secret: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(derive_key(secret.encode(), "uid2", "client-side"), "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())
