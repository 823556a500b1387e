"""Ids that API Gateway and X-Ray put on every answer, shaped like the recorded ones (docs/sources/jquants.md §2.4)."""

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
"""2^128 over the golden ratio, odd: multiples of it run through all numbers and look unordered."""
_APIGW_BYTES: Final = 11
"""What makes 15 characters of base64 and one "="."""


class RequestId(NamedTuple):
    """One answer's three ids, as header values."""

    request: str
    apigw: str
    trace: str


class RequestIds:
    """Ids without end. A counter and not a random source: three ids an answer must cost next to nothing."""

    __slots__ = ("_counter", "_salt")

    def __init__(self) -> None:
        self._counter = count(1)
        self._salt = int.from_bytes(os.urandom(16), "big")

    def draw(self, at: datetime) -> RequestId:
        """The next ones; the trace id carries the second of the call, as X-Ray's do."""
        number = (self._salt + next(self._counter) * _STEP) & _MASK
        raw = number.to_bytes(16, "big")
        digits = raw.hex()
        return RequestId(
            uuid_form(digits),
            b2a_base64(raw[:_APIGW_BYTES], newline=False).decode(),
            f"Root=1-{to_seconds(at) & 0xFFFFFFFF:08x}-{digits[8:]}",
        )
