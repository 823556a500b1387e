"""The server's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sized

from simulator.core.clock import steady


class RealTimeLoop(asyncio.SelectorEventLoop):
    """Its timers run on real time, also while a test of this process has frozen what everybody else sees.

    freezegun stops ``time.monotonic`` as well: a delayed answer would never be due, and stopping would never end.
    """

    time = staticmethod(steady)
    """Seconds, forward only."""

    def is_crowded(self) -> bool:
        """Whether this turn has more to do after what it does now.

        Asyncio has no word for that; where its list of what is ready should be called otherwise, the answer is no.
        """
        ready: Sized = getattr(self, "_ready", ())
        return len(ready) > 0
