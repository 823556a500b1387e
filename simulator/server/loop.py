"""The server's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sized

from simulator.core.clock import steady


class RealTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose timers run on real time, also while a test freezes the time of this process.

    freezegun also stops ``time.monotonic``: a delayed answer would never be due, and stopping would never end.
    """

    time = staticmethod(steady)
    """Seconds, forward only."""

    def is_crowded(self) -> bool:
        """Whether this turn has more callbacks to run after the current one.

        Asyncio has no public method for this; if its list of ready callbacks has another name, the result is False.
        """
        ready: Sized = getattr(self, "_ready", ())
        return len(ready) > 0
