"""Consent strings of the Transparency and Consent Framework, version 2; only the parts that EUID reads.

Source: docs/sources/uid2-current.md §5.2, §5.3.
"""

from __future__ import annotations

from typing import Final

from simulator.apis.uid2 import java

_VENDOR: Final = 21
_PURPOSES: Final = frozenset({1, 2, 3, 4, 7, 10})
_VERSION: Final = 2
_PURPOSES_AT: Final = 152
"""Bit of the first purpose: 24 bits of consent, then 24 bits of legitimate interest."""
_PURPOSE_COUNT: Final = 24
_VENDORS_AT: Final = 213


class _Bits:
    """Reads numbers of a given number of bits, the highest bit first. Raises :class:`ValueError` at the end."""

    def __init__(self, raw: bytes) -> None:
        self._value = int.from_bytes(raw, "big")
        self._left = len(raw) * 8

    def skip(self, count: int) -> None:
        self.number(count)

    def number(self, count: int) -> int:
        if count > self._left:
            raise ValueError("a consent string ends too early")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def numbers_set(self, count: int) -> frozenset[int]:
        """The numbers of the set bits among ``count`` bits, starting with 1."""
        field = self.number(count)
        return frozenset(number for number in range(1, count + 1) if field >> (count - number) & 1)


def is_sufficient(text: str) -> bool:
    """Whether the vendor may use the data for each purpose. Raises :class:`ValueError` for an invalid string."""
    bits = _Bits(java.url_base64(text.partition(".")[0]))
    if bits.number(6) != _VERSION:
        raise ValueError("another version of consent strings")
    bits.skip(_PURPOSES_AT - 6)
    consented, legitimate = bits.numbers_set(_PURPOSE_COUNT), bits.numbers_set(_PURPOSE_COUNT)
    bits.skip(_VENDORS_AT - _PURPOSES_AT - 2 * _PURPOSE_COUNT)
    may_consented, may_legitimate = _names_vendor(bits), _names_vendor(bits)
    allowed = (consented if may_consented else frozenset()) | (legitimate if may_legitimate else frozenset())
    return allowed >= _PURPOSES


def _names_vendor(bits: _Bits) -> bool:
    """Whether a list of vendors, a bit field or ranges, contains the operator's vendor."""
    highest = bits.number(16)
    if not bits.number(1):
        return _VENDOR in bits.numbers_set(highest)
    found = False
    for _ in range(bits.number(12)):
        is_range = bits.number(1)
        start = bits.number(16)
        end = bits.number(16) if is_range else start
        found = found or start <= _VENDOR <= end
    return found
