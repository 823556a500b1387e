"""All sandboxes of a simulation: created on first use, bounded in number and in idle time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from simulator.core.clock import ticks
from simulator.core.errors import ScenarioInvalid, SimulatorError, StateUnreachable
from simulator.core.model.api import Api
from simulator.sandbox.config import DEFAULT, DEFAULT_LIMITS, NAME, SandboxConfig, SandboxLimits
from simulator.sandbox.sandbox import Sandbox
from simulator.scenario.scenario import Scenario
from simulator.state.store import ChangeNotice, Store, StoredScenario, TooManySandboxes

Compile = Callable[[StoredScenario], Scenario]


class SandboxRefused(SimulatorError):
    """A sandbox of this name cannot be created; ``status`` is the HTTP status for it."""

    def __init__(self, status: int, message: str, *, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


@dataclass(slots=True)
class _Slot:
    """A sandbox in this process.

    used: when a call last used it, in seconds of ``now``. looked: when its state was last read.
    pending: how many changes by other workers were announced. applied: how many of them its copy includes.
    """

    sandbox: Sandbox
    used: float
    looked: float
    pending: int = 0
    applied: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class SandboxRegistry:
    """The registry. Safe to use from many threads: create, find, reset and delete may race.

    The default sandbox is always there; it can be reset, not deleted, and does not count against the bound.
    With a shared store the sandboxes here are copies. A copy is refreshed when another worker changed it, when our
    lease on the store has expired, and now and then so that the store sees it used.
    """

    def __init__(
        self,
        apis: Iterable[Api[Any]],
        *,
        secret: bytes,
        store: Store,
        config: SandboxConfig,
        limits: SandboxLimits = DEFAULT_LIMITS,
        now: Callable[[], float] = ticks,
        compile_script: Compile | None = None,
    ) -> None:
        self._store = store
        self._shared = store.shared
        self._limits = limits
        self._now = now
        self._look_again = limits.idle.total_seconds() / 8
        self._sandbox = partial(
            Sandbox,
            apis=tuple(apis),
            secret=secret,
            store=store,
            config=config,
            changed=self._notify,
            compile_script=compile_script or _read_again,
        )
        self._lock = threading.Lock()
        self._slots: dict[str, _Slot] = {}
        self._listeners: list[Callable[[str], None]] = []
        self._slots[DEFAULT] = self._slot(DEFAULT)
        store.listen(self._on_notice)

    def get(self, name: str) -> Sandbox:
        """The sandbox of this name; all concurrent callers get the same one.

        Raises :class:`SandboxRefused` for an invalid name and when there are too many sandboxes, and
        :class:`simulator.core.errors.StateUnreachable`.
        """
        sandbox = self.current(name)
        if sandbox is not None:
            return sandbox
        slot = self._slots.get(name) or self._create(name)
        if self._shared and not self._is_current(slot):
            self._refresh(slot)
        slot.used = self._now()
        return slot.sandbox

    @property
    def default(self) -> Sandbox:
        """The sandbox of a path without a prefix, as this process has it."""
        return self._slots[DEFAULT].sandbox

    @property
    def store(self) -> Store:
        """The state backend that they share."""
        return self._store

    def current(self, name: str) -> Sandbox | None:
        """The sandbox, as :meth:`get` returns it, if that needs no call to the store; else None."""
        slot = self._slots.get(name)
        if slot is None or (self._shared and not self._is_current(slot)):
            return None
        slot.used = self._now()
        return slot.sandbox

    def find(self, name: str) -> Sandbox | None:
        """The sandbox of this name if this process has it; does not create it and does not count as a use."""
        slot = self._slots.get(name)
        return None if slot is None else slot.sandbox

    def names(self) -> list[str]:
        """The names of all sandboxes, the default one first. Raises :class:`simulator.core.errors.StateUnreachable`."""
        found = self._store.names() if self._shared else self._slots.copy()
        return sorted(found, key=lambda name: (name != DEFAULT, name))

    def delete(self, name: str) -> bool:
        """Delete a sandbox with its state; False if it does not exist. Calls in flight finish with the old state.

        The default one is reset instead. Raises :class:`simulator.core.errors.StateUnreachable`.
        """
        if name == DEFAULT:
            self.get(DEFAULT).reset()
            return True
        if self._shared:
            existed = self._store.drop(name)
            self._slots.pop(name, None)
        else:
            with self._lock:
                self._slots.pop(name, None)
                existed = self._store.drop(name)
        if existed:
            self._notify(name)
        return existed

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call back with the name of each sandbox that was reset, deleted or given another scenario."""
        self._listeners.append(listener)

    def _create(self, name: str) -> _Slot:
        if not NAME.fullmatch(name):
            raise SandboxRefused(
                404,
                "What stands after /sandbox/ cannot name a sandbox.",
                remedy="Use 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit.",
            )
        if self._shared:
            return self._adopt(name)
        evicted: list[str] = []
        with self._lock:
            slot = self._slots.get(name)
            if slot is None:
                evicted = self._make_room(name)
                slot = self._slots[name] = self._slot(name)
        for other in evicted:
            self._notify(other)
        return slot

    def _adopt(self, name: str) -> _Slot:
        """Open a sandbox that other workers may have created. Two threads get equal copies, so either may win."""
        try:
            slot = self._slot(name, room=self._limits.count)
        except TooManySandboxes:
            raise self._full(name) from None
        slot.pending = 1  # a notice may have come before the slot existed: read the state once more
        with self._lock:
            if len(self._slots) > self._limits.count:
                for other in self._idle():
                    del self._slots[other]
            return self._slots.setdefault(name, slot)

    def _slot(self, name: str, *, room: int | None = None) -> _Slot:
        now = self._now()
        return _Slot(self._sandbox(name, room=room), now, now)

    def _make_room(self, name: str) -> list[str]:
        """Evict idle sandboxes when the limit is reached; returns their names."""
        if len(self._slots) - 1 < self._limits.count:
            return []
        idle = self._idle()
        for other in idle:
            del self._slots[other]
            self._store.drop(other)
        if not idle:
            raise self._full(name)
        return idle

    def _idle(self) -> list[str]:
        oldest_allowed = self._now() - self._limits.idle.total_seconds()
        return [other for other, slot in self._slots.items() if slot.used < oldest_allowed and other != DEFAULT]

    def _full(self, name: str) -> SandboxRefused:
        return SandboxRefused(
            503,
            f'There are {self._limits.count} sandboxes and none is idle, so "{name}" was not created.',
            remedy="Delete those that are done with, or raise --max-sandboxes.",
        )

    def _is_current(self, slot: _Slot) -> bool:
        return slot.applied == slot.pending and self._store.is_fresh() and self._now() - slot.looked < self._look_again

    def _refresh(self, slot: _Slot) -> None:
        """Read the state from the store. If the store is unreachable, a copy known to be outdated is not served, but a
        copy that only might be is served: meanwhile no worker can have changed the state in the store.
        """
        with slot.lock:
            if self._is_current(slot):
                return
            heard, now = slot.pending, self._now()
            try:
                slot.sandbox.refresh()
            except StateUnreachable:
                if slot.applied != heard:
                    raise
                return
            except ScenarioInvalid as invalid:
                raise SandboxRefused(
                    500,
                    f"Another worker has loaded a scenario that cannot be read here: {invalid}",
                    remedy="Run the same version with the same options everywhere.",
                ) from invalid
            slot.applied, slot.looked = heard, now

    def _on_notice(self, notice: ChangeNotice) -> None:
        """Handle a notice, on a thread of the store."""
        if notice.kind == "resync":
            for each in list(self._slots.values()):
                each.pending += 1
            return
        if notice.kind == "deleted":
            self._slots.pop(notice.sandbox, None)
        else:
            slot = self._slots.get(notice.sandbox)
            if slot is not None:
                slot.pending += 1
        if notice.kind != "clock":
            self._notify(notice.sandbox)

    def _notify(self, name: str) -> None:
        for listener in self._listeners:
            listener(name)


def _read_again(script: StoredScenario) -> Scenario:
    raise AssertionError(f"a store of this process keeps scenarios compiled: {script!r}")
