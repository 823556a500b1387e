"""The public names of signing keys."""

from __future__ import annotations

from binascii import b2a_base64

from simulator.apis.jquants.settings import Algorithm
from simulator.sealing import derive_key


def key_id(key: bytes, algorithm: Algorithm) -> str:
    """A key's id: 44 characters, the same for the same secret."""
    return b2a_base64(derive_key(key, "id_token", algorithm, "kid"), newline=False).decode()
