"""Reading a large scenario without holding up calls: Python runs one thread at a time, so long work must step aside."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, TypeVar

from simulator.core.clock import pause, ticks

T = TypeVar("T")

_TURN: Final = 0.002
"""Seconds of work between two pauses."""
_BREATH: Final = timedelta(microseconds=50)
"""A real pause: merely releasing the interpreter gives it back to the one who has it warm."""
LARGE: Final = 65_536
"""Bytes from which on a text is worth the trouble with the collector."""


def yielding(items: Iterable[T]) -> Iterator[T]:
    """The items, with a short pause after every two milliseconds of work on them."""
    since = ticks()
    for item in items:
        yield item
        if ticks() - since > _TURN:
            pause(_BREATH)
            since = ticks()


def free_slowly(pieces: list[T]) -> None:
    """Empty a list of large things piece by piece; freeing them at a blow would be one long stop."""
    for _ in yielding(range(len(pieces))):
        pieces.pop()


class _Collector:
    """Python's cyclic collector, stopped while anybody asks for it. It stops every thread for as long as it looks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._resting = 0
        self._was_on = False

    def rest(self) -> None:
        with self._lock:
            if self._resting == 0:
                self._was_on = gc.isenabled()
                gc.disable()
            self._resting += 1

    def work(self) -> None:
        with self._lock:
            self._resting -= 1
            if self._resting == 0 and self._was_on:
                gc.enable()


_COLLECTOR: Final = _Collector()


@contextmanager
def gc_paused(size: int) -> Iterator[None]:
    """Read a text of so many bytes without the collector, and keep what came of it out of later collections.

    For a small text nothing changes. A large one makes half a million objects and hardly a cycle; looking through
    them would stop the server for some tenths of a second, again and again. They still go when nobody needs them.
    """
    if size < LARGE:
        yield
        return
    _COLLECTOR.rest()
    try:
        yield
        gc.freeze()
    finally:
        _COLLECTOR.work()
