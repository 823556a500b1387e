"""State in this process: dictionaries and a lock. The default backend."""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from simulator.core.tally import Candidate, Fired, Slate, settle
from simulator.state.journal import MemoryJournal
from simulator.state.store import DEFAULT, NoRoom, Notice, Scene, T


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


class MemoryKeep:
    """One sandbox's state in this process; see :class:`simulator.state.store.Keep`."""

    def __init__(self, opening: Scene, journal_bound: int) -> None:
        self.journal = MemoryJournal(journal_bound)
        self.tally = MemoryTally()
        self._lock = threading.Lock()
        self._ledgers: dict[str, MemoryLedger] = {}
        self._scene = Scene()
        self.change(lambda _: opening, begins=True)

    @property
    def scene(self) -> Scene:
        """What is set."""
        return self._scene

    def ledger(self, api: str) -> MemoryLedger:
        """The same ledger for the same API, also when many threads ask at once."""
        with self._lock:
            return self._ledgers.setdefault(api, MemoryLedger())

    def change(self, make: Callable[[Scene], Scene], *, begins: bool = False, forgets: bool = False) -> Scene:
        """All of it while no other change can; ledgers and the tally are emptied in place."""
        with self._lock:
            old = self._scene
            made = make(old)
            version = old.version + 1
            if forgets:
                self.journal.clear()
                for ledger in self._ledgers.values():
                    ledger.clear()
            if begins:
                self.tally.begin(made.script.state if made.script is not None else None)
            self._scene = replace(made, version=version, run=version if begins else old.run)
            return self._scene

    def refresh(self) -> Scene:
        """Nobody else changes it."""
        return self._scene


class MemoryStore:
    """State of all sandboxes of one process; see :class:`simulator.state.store.Store`."""

    backend = "memory"
    shared = False

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keeps: dict[str, MemoryKeep] = {}

    def open(
        self,
        sandbox: str,
        opening: Callable[[], Scene],
        *,
        journal_bound: int,
        room: int | None = None,
    ) -> MemoryKeep:
        """The same for the same sandbox, also when many threads ask at once."""
        with self._lock:
            keep = self._keeps.get(sandbox)
            if keep is None:
                if room is not None and len(self._keeps.keys() - {DEFAULT}) >= room:
                    raise NoRoom(f"there are {room} sandboxes")
                keep = self._keeps[sandbox] = MemoryKeep(opening(), journal_bound)
            return keep

    def names(self) -> list[str]:
        """In the order in which they began."""
        return list(self._keeps.copy())

    def drop(self, sandbox: str) -> bool:
        """Calls in flight write to what nobody reads again."""
        return self._keeps.pop(sandbox, None) is not None

    def ping(self) -> None:
        """This process's memory always answers."""

    def trusted(self) -> bool:
        """There is nobody else to hear of."""
        return True

    def listen(self, listener: Callable[[Notice], None]) -> None:
        """There is nothing to tell."""

    def attend(self, loop: AbstractEventLoop) -> bool:  # noqa: ARG002 - the promise's signature
        """What is written here is there at once."""
        return False

    def run(self, make: Callable[[], T]) -> Future[T] | None:  # noqa: ARG002 - the promise's signature
        """Nothing here waits, so there is no need of it."""
        return None

    def close(self) -> None:
        """There is nothing to let go of."""
