"""Deterministic figures: hashes of names and days, the same in every process and on every machine.

``draw`` gives independent numbers for labels; ``walk`` gives a level that moves like a price, for any day at the same
cost. Python's ``hash`` is salted per process and ``random`` would have to generate all previous days, so neither fits.
"""

from __future__ import annotations

import struct
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Final

_UNIT: Final = 2.0**-64
_BLOCK: Final = 8
"""Numbers per digest: 64 bytes are eight unsigned 64-bit integers."""
_OCTAVES: Final = 11
"""The slowest noise has a period of 2**11 days, about 5.5 years."""
_ROOTS: Final = tuple(2.0 ** (octave / 2) for octave in range(_OCTAVES + 1))


def draw(*labels: object) -> tuple[float, ...]:
    """Eight numbers in [0, 1) that depend on these labels only."""
    digest = blake2b("|".join(map(str, labels)).encode()).digest()
    return tuple(number * _UNIT for number in struct.unpack(">8Q", digest))


@lru_cache(maxsize=1024)
def _lattice(label: str, octave: int, block: int) -> tuple[float, ...]:
    return draw(label, octave, block)


def _knot(label: str, octave: int, index: int) -> float:
    return 2.0 * _lattice(label, octave, index // _BLOCK)[index % _BLOCK] - 1.0


def walk(label: str, day: date) -> float:
    """The logarithm of a level on a day, in units of one day's typical step.

    A sum of interpolated noises, each twice as slow and √2 times as high as the one before. This resembles a random
    walk: the difference of two days grows with the square root of the time between them.
    """
    number = day.toordinal()
    level = 0.0
    for octave in range(_OCTAVES + 1):
        index, rest = divmod(number, 1 << octave)
        here = _knot(label, octave, index)
        if rest:
            here += (_knot(label, octave, index + 1) - here) * rest / (1 << octave)
        level += here * _ROOTS[octave]
    return level


def between(low: float, high: float, share: float) -> float:
    """The point that lies ``share`` (0 to 1) of the way from ``low`` to ``high``."""
    return low + (high - low) * share
