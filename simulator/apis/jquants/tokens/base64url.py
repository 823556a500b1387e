"""Base64url without padding (RFC 7515 §2); only the canonical encoding is accepted.

Python's own decoder skips other characters and ignores spare bits, so several texts would be the same token.
"""

from __future__ import annotations

from binascii import Error, a2b_base64, b2a_base64
from typing import Final

from simulator.sealing import BadToken

_ALPHANUMERIC: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_TO_STANDARD: Final = bytes(
    code if code in _ALPHANUMERIC else {ord("-"): ord("+"), ord("_"): ord("/")}.get(code, ord("!"))
    for code in range(256)
)
"""Characters outside the alphabet become "!", which the strict decoder rejects."""


def encode(raw: bytes) -> bytes:
    """The canonical text of these bytes."""
    return b2a_base64(raw, newline=False).rstrip(b"=").translate(_TO_URL)


def decode(text: bytes) -> bytes:
    """The bytes of a canonical text. Raises :class:`BadToken` for any other text."""
    try:
        raw = a2b_base64(text.translate(_TO_STANDARD) + b"=="[: -len(text) % 4], strict_mode=True)
    except Error:
        raise BadToken("not base64url") from None
    if encode(raw) != text:
        raise BadToken("not the canonical base64url")
    return raw
