"""Ids that API Gateway and X-Ray add to every answer, in the recorded form (docs/sources/jquants.md §2.4)."""

from __future__ import annotations

import os
from binascii import b2a_base64
from datetime import datetime
from itertools import count
from typing import Final, NamedTuple

from simulator.apis.jquants.tokens.contents import uuid_form
from simulator.core.clock import to_seconds

_MASK: Final = (1 << 128) - 1
_STEP: Final = 0x9E3779B97F4A7C15F39CC0605CEDC835
"""2^128 divided by the golden ratio, odd: its multiples visit every 128-bit number in an order that looks random."""
_APIGW_BYTES: Final = 11
"""Gives 15 characters of base64 and one "="."""


class RequestId(NamedTuple):
    """The three ids of one answer, as header values."""

    request: str
    apigw: str
    trace: str


class RequestIds:
    """Generates ids from a counter instead of a random source, because every answer needs three."""

    __slots__ = ("_counter", "_salt")

    def __init__(self) -> None:
        self._counter = count(1)
        self._salt = int.from_bytes(os.urandom(16), "big")

    def draw(self, at: datetime) -> RequestId:
        """The next three ids. The trace id contains the second of the call, as X-Ray's do."""
        number = (self._salt + next(self._counter) * _STEP) & _MASK
        raw = number.to_bytes(16, "big")
        digits = raw.hex()
        return RequestId(
            uuid_form(digits),
            b2a_base64(raw[:_APIGW_BYTES], newline=False).decode(),
            f"Root=1-{to_seconds(at) & 0xFFFFFFFF:08x}-{digits[8:]}",
        )
