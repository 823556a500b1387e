"""The deadline of a connection: one timer that is rarely replaced."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import timedelta


class Deadline:
    """Calls ``passed`` when the deadline set last has passed.

    A new timer is set only for an earlier deadline; a later one is checked when the timer fires, since nearly every
    deadline is replaced before it is reached.
    """

    __slots__ = ("_at", "_loop", "_passed", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, passed: Callable[[], None]) -> None:
        self._loop = loop
        self._passed = passed
        self._at = math.inf
        self._timer: asyncio.TimerHandle | None = None

    def set(self, span: timedelta) -> None:
        """Set the deadline to this much real time from now."""
        self._at = at = self._loop.time() + span.total_seconds()
        timer = self._timer
        if timer is None or timer.when() > at:
            if timer is not None:
                timer.cancel()
            self._timer = self._loop.call_at(at, self._fired)

    def clear(self) -> None:
        """Remove the deadline and keep the timer."""
        self._at = math.inf

    def cancel(self) -> None:
        """Remove the deadline and cancel the timer."""
        self._at = math.inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fired(self) -> None:
        self._timer = None
        if self._at == math.inf:
            return
        if self._at > self._loop.time():
            self._timer = self._loop.call_at(self._at, self._fired)
        else:
            self._passed()
