"""State in this process: dictionaries and a lock. The default backend."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from simulator.core.tally import Candidate, Fired, Slate, settle


class MemoryLedger:
    """Opt-outs and revocations of one API in one sandbox; see :class:`simulator.core.api.Ledger`."""

    def __init__(self) -> None:
        self._opted_out: dict[str, datetime] = {}
        self._revoked: set[str] = set()

    def opt_out(self, subject: str, at: datetime) -> None:
        """One dictionary operation, so atomic under the interpreter's lock."""
        self._opted_out.setdefault(subject, at)

    def opted_out(self, subject: str) -> datetime | None:
        """When the person opted out, or None."""
        return self._opted_out.get(subject)

    def revoke(self, mark: str) -> None:
        """From now on ``mark`` is invalid."""
        self._revoked.add(mark)

    def revoked(self, *marks: str) -> bool:
        """Whether any of these was revoked."""
        return bool(self._revoked) and not self._revoked.isdisjoint(marks)

    def clear(self) -> None:
        """As on the first day."""
        self._opted_out.clear()
        self._revoked.clear()


class MemoryTally:
    """Counters, windows and the named state of one sandbox; see :class:`simulator.core.tally.Tally`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slate = Slate()

    def step(self, candidates: Sequence[Candidate], at: datetime, seed: int) -> tuple[Fired, ...]:
        """Match, count, fire and enter a state while no other call can."""
        with self._lock:
            return settle(self._slate, candidates, at, seed)

    def state(self) -> str | None:
        """The named state now."""
        return self._slate.state

    def begin(self, state: str | None) -> None:
        """Nothing counted yet, in this state."""
        with self._lock:
            self._slate = Slate(state)


class MemoryStore:
    """State of all sandboxes of one process; see :class:`simulator.state.store.Store`."""

    backend = "memory"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ledgers: dict[tuple[str, str], MemoryLedger] = {}
        self._tallies: dict[str, MemoryTally] = {}

    def ledger(self, sandbox: str, api: str) -> MemoryLedger:
        """The same ledger for the same sandbox and API, also when many threads ask at once."""
        with self._lock:
            return self._ledgers.setdefault((sandbox, api), MemoryLedger())

    def tally(self, sandbox: str) -> MemoryTally:
        """The same tally for the same sandbox, also when many threads ask at once."""
        with self._lock:
            return self._tallies.setdefault(sandbox, MemoryTally())

    def ping(self) -> None:
        """This process's memory always answers."""

    def forget(self, sandbox: str) -> None:
        """Ledgers and tallies are emptied in place: who holds one goes on holding it."""
        with self._lock:
            if sandbox in self._tallies:
                self._tallies[sandbox].begin(None)
            for (owner, _), ledger in self._ledgers.items():
                if owner == sandbox:
                    ledger.clear()

    def drop(self, sandbox: str) -> None:
        """Ledgers and tallies leave the dictionaries: calls in flight write to what nobody reads again."""
        with self._lock:
            self._tallies.pop(sandbox, None)
            for place in [place for place in self._ledgers if place[0] == sandbox]:
                del self._ledgers[place]
