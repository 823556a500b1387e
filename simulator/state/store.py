"""The promise every state backend keeps. Each verb is one atomic step: no caller checks, then acts."""

from __future__ import annotations

from typing import Protocol

from simulator.core.api import Ledger
from simulator.core.tally import Tally


class Store(Protocol):
    """All that sandboxes share between calls, and workers with each other."""

    def ledger(self, sandbox: str, api: str) -> Ledger:
        """Opt-outs and revocations of one API in one sandbox."""

    def tally(self, sandbox: str) -> Tally:
        """Rule counters, rate windows and the named state of one sandbox."""

    def forget(self, sandbox: str) -> None:
        """Everything remembered of this sandbox is gone (reset, delete); what was handed out stays usable, empty."""
