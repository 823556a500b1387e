"""The promise every state backend keeps. Each verb is one atomic step: no caller checks, then acts."""

from __future__ import annotations

from typing import Protocol

from simulator.core.api import Ledger
from simulator.core.tally import Tally


class Store(Protocol):
    """All that sandboxes share between calls, and workers with each other.

    backend: what it is called where the simulator tells about itself: "memory".
    """

    backend: str

    def ledger(self, sandbox: str, api: str) -> Ledger:
        """Opt-outs and revocations of one API in one sandbox."""

    def tally(self, sandbox: str) -> Tally:
        """Rule counters, rate windows and the named state of one sandbox."""

    def ping(self) -> None:
        """Return when the backend answers. Raises :class:`simulator.core.errors.StateUnreachable`."""

    def forget(self, sandbox: str) -> None:
        """Everything remembered of this sandbox is gone (reset); what was handed out stays usable, empty."""

    def drop(self, sandbox: str) -> None:
        """The sandbox itself is gone (delete): the same, and nothing is kept for its name.

        What was handed out stays usable for calls in flight; the next sandbox of that name sees none of it.
        """
