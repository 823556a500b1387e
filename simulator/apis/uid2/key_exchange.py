"""ECDH on P-256 between a subscription's key pair and a page's (docs/sources/uid2.md §6, CSTG).

The subscription's follows from its secret. Imported by the first call that needs it: these parts of the
cryptography package take longer to load than the rest of UID2.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from simulator.sealing import derive_key

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: private keys lie between 0 and this (SEC 2, §2.4.2)."""


def public_half(secret: str) -> bytes:
    """The subscription's public key, as SPKI in DER."""
    return _key_pair(secret).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def shared_secret(secret: str, spki: bytes) -> bytes:
    """The 32 bytes that both ends come to, taken as they are. Raises :class:`ValueError` for no key on P-256."""
    try:
        theirs = load_der_public_key(spki)
    except UnsupportedAlgorithm:
        raise ValueError("a key of an unknown kind") from None
    if isinstance(theirs, ec.EllipticCurvePublicKey) and isinstance(theirs.curve, ec.SECP256R1):
        return _key_pair(secret).exchange(ec.ECDH(), theirs)
    raise ValueError("not a key on P-256")


@cache
def _key_pair(secret: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(derive_key(secret.encode(), "uid2", "client-side"), "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())
