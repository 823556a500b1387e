"""Reading a large scenario without delaying calls: long work pauses now and then, so that other threads run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final, TypeVar

from simulator.core.clock import pause, ticks

T = TypeVar("T")

_TURN: Final = 0.002
"""Seconds of work between two pauses."""
_BREATH: Final = timedelta(microseconds=50)
"""A real pause: releasing the interpreter lock without one gives it straight back to this thread."""


def yielding(items: Iterable[T]) -> Iterator[T]:
    """The items, with a short pause after every two milliseconds of work on them."""
    since = ticks()
    for item in items:
        yield item
        if ticks() - since > _TURN:
            pause(_BREATH)
            since = ticks()


def free_slowly(pieces: list[T]) -> None:
    """Empty a list of large objects one by one; freeing them together would block other threads for long."""
    for _ in yielding(range(len(pieces))):
        pieces.pop()
