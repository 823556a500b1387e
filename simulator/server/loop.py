"""The server's event loop."""

from __future__ import annotations

import asyncio

from simulator.core.clock import steady


class RealTimeLoop(asyncio.SelectorEventLoop):
    """Its timers run on real time, also while a test of this process has frozen what everybody else sees.

    freezegun stops ``time.monotonic`` as well: a delayed answer would never be due, and stopping would never end.
    """

    def time(self) -> float:
        """Seconds, forward only."""
        return steady()
