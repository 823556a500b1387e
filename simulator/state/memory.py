"""State in this process: dictionaries and a lock. The default backend."""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from simulator.core.counting import CounterState, count_and_fire
from simulator.core.model.call_steps import Need
from simulator.core.rule_counters import Fired, MatchedRule
from simulator.state.memory_journal import MemoryJournal
from simulator.state.store import DEFAULT, ChangeNotice, SandboxState, TooManySandboxes, issued_before


class MemoryStatusStore:
    """Opt-outs and revocations of one API in one sandbox; see :class:`simulator.core.model.api.StatusStore`."""

    def __init__(self) -> None:
        self._opted_out: dict[str, datetime] = {}
        self._revoked: set[str] = set()
        self._revoked_before: dict[str, datetime] = {}

    def opt_out(self, subject: str, at: datetime) -> None:
        """One dictionary operation, so atomic under the interpreter's lock."""
        self._opted_out.setdefault(subject, at)

    def opted_out(self, subject: str) -> datetime | None:
        """When the person opted out, or None."""
        return self._opted_out.get(subject)

    def opted_out_subjects(self) -> dict[str, datetime]:
        """When each person opted out, of those who have."""
        return self._opted_out.copy()

    def revoke(self, token_id: str) -> None:
        """From now on the token or family with this id is revoked."""
        self._revoked.add(token_id)

    def revoke_before(self, subject: str, at: datetime) -> None:
        """What was issued before ``at`` is invalid; an earlier moment changes nothing."""
        known = self._revoked_before
        known[subject] = max(at, known.get(subject, at))

    def revoked(self, *token_ids: str, subject: str = "", issued_at: datetime | None = None) -> bool:
        """Whether any of these was revoked."""
        if self._revoked and not self._revoked.isdisjoint(token_ids):
            return True
        return bool(self._revoked_before) and issued_before(self._revoked_before, subject, issued_at)

    def clear(self) -> None:
        """Remove all opt-outs and revocations."""
        self._opted_out.clear()
        self._revoked.clear()
        self._revoked_before.clear()


class MemoryRuleCounters:
    """Counters, windows and the named state of one sandbox; see :class:`simulator.core.rule_counters.RuleCounters`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = CounterState()

    def step(self, candidates: Sequence[MatchedRule], at: datetime, seed: int) -> tuple[Fired, ...]:
        """Match, count, fire and enter a state in one atomic step."""
        with self._lock:
            return count_and_fire(self._state, candidates, at, seed)

    def state(self, at: datetime | None = None) -> str | None:
        """The named state at a moment."""
        return self._state.state_at(at)

    def begin(self, state: str | None) -> None:
        """Reset all counters and enter this state."""
        with self._lock:
            self._state = CounterState(state)


class MemorySandboxStore:
    """One sandbox's state in this process; see :class:`simulator.state.store.SandboxStore`."""

    def __init__(self, opening: SandboxState, journal_bound: int) -> None:
        self.journal = MemoryJournal(journal_bound)
        self.counters = MemoryRuleCounters()
        self._lock = threading.Lock()
        self._statuses: dict[str, MemoryStatusStore] = {}
        self._scene = SandboxState()
        self.change(lambda _: opening, restart=True)

    @property
    def state(self) -> SandboxState:
        """The state of the sandbox."""
        return self._scene

    def status_store(self, api: str) -> MemoryStatusStore:
        """The same store for the same API, also when many threads ask at once."""
        with self._lock:
            return self._statuses.setdefault(api, MemoryStatusStore())

    def change(
        self, make: Callable[[SandboxState], SandboxState], *, restart: bool = False, clear: bool = False
    ) -> SandboxState:
        """One atomic change; status stores and counters are emptied in place."""
        with self._lock:
            old = self._scene
            made = make(old)
            version = old.version + 1
            if clear:
                self.journal.clear()
                for statuses in self._statuses.values():
                    statuses.clear()
            if restart:
                self.counters.begin(made.scenario.state if made.scenario is not None else None)
            self._scene = replace(made, version=version, run=version if restart else old.run)
            return self._scene

    def refresh(self) -> SandboxState:
        """The current state: only this process changes it."""
        return self._scene


class MemoryStore:
    """State of all sandboxes of one process; see :class:`simulator.state.store.Store`."""

    backend = "memory"
    shared = False

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sandboxes: dict[str, MemorySandboxStore] = {}

    def open(
        self,
        sandbox: str,
        opening: Callable[[], SandboxState],
        *,
        journal_bound: int,
        room: int | None = None,
    ) -> MemorySandboxStore:
        """One store for each sandbox, also when many threads ask at once."""
        with self._lock:
            store = self._sandboxes.get(sandbox)
            if store is None:
                if room is not None and len(self._sandboxes.keys() - {DEFAULT}) >= room:
                    raise TooManySandboxes(f"there are {room} sandboxes")
                store = self._sandboxes[sandbox] = MemorySandboxStore(opening(), journal_bound)
            return store

    def names(self) -> list[str]:
        """The sandboxes in the order of their creation."""
        return list(self._sandboxes.copy())

    def drop(self, sandbox: str) -> bool:
        """Calls in flight write to a store that is not read again."""
        return self._sandboxes.pop(sandbox, None) is not None

    def ping(self) -> None:
        """This process's memory always answers."""

    def is_fresh(self) -> bool:
        """No other process changes anything."""
        return True

    def listen(self, listener: Callable[[ChangeNotice], None]) -> None:
        """No other process changes anything, so no notice ever comes."""

    def bind_loop(self, loop: AbstractEventLoop) -> bool:
        """False: writes take effect at once."""
        return False

    def start(self, need: Need) -> None:
        """None: no operation waits, so a call runs on its own thread."""

    def close(self) -> None:
        """Do nothing: the store holds no connections."""
