"""All sandboxes of a simulation: created on first use, bounded in number and in idle time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from simulator.core.api import Api
from simulator.core.clock import ticks
from simulator.core.errors import SimulatorError
from simulator.sandbox import DEFAULT, DEFAULT_BOUNDS, NAME, Bounds, Cast, Sandbox
from simulator.state.store import Store


class SandboxRefused(SimulatorError):  # noqa: N818 - reads as what it says
    """No sandbox can be had under this name; ``status`` is how HTTP says so."""

    def __init__(self, status: int, message: str, *, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


@dataclass(slots=True)
class _Slot:
    sandbox: Sandbox
    used: float


class Sandboxes:
    """The registry. Safe to use from many threads: create, find, reset and delete may race.

    The default sandbox is always there; it can be reset, not deleted, and does not count against the bound.
    """

    def __init__(
        self,
        apis: Iterable[Api[Any]],
        *,
        secret: bytes,
        store: Store,
        cast: Cast,
        bounds: Bounds = DEFAULT_BOUNDS,
        now: Callable[[], float] = ticks,
    ) -> None:
        self._apis = tuple(apis)
        self._secret = secret
        self._store = store
        self._cast = cast
        self._bounds = bounds
        self._now = now
        self._lock = threading.Lock()
        self._slots: dict[str, _Slot] = {}
        self._listeners: list[Callable[[str], None]] = []
        self._slots[DEFAULT] = _Slot(self._make(DEFAULT), now())

    def get(self, name: str) -> Sandbox:
        """The sandbox of this name, the same one for everybody who asks at once.

        Raises :class:`SandboxRefused` for an unusable name and when there are too many.
        """
        slot = self._slots.get(name)
        if slot is None:
            slot = self._create(name)
        slot.used = self._now()
        return slot.sandbox

    @property
    def store(self) -> Store:
        """The state backend that they share."""
        return self._store

    def find(self, name: str) -> Sandbox | None:
        """The sandbox of this name if there is one; looking for it neither makes it nor counts as using it."""
        slot = self._slots.get(name)
        return None if slot is None else slot.sandbox

    def names(self) -> list[str]:
        """Every sandbox there is, the default one first."""
        return sorted(self._slots.copy(), key=lambda name: (name != DEFAULT, name))

    def delete(self, name: str) -> bool:
        """Put a sandbox away with all it remembers; False when there is none. Calls in flight end as they began.

        The default one is reset instead.
        """
        if name == DEFAULT:
            self._slots[DEFAULT].sandbox.reset()
            return True
        with self._lock:
            slot = self._slots.pop(name, None)
            if slot is None:
                return False
            self._store.drop(name)
        self._tell(name)
        return True

    def listen(self, listener: Callable[[str], None]) -> None:
        """Be told the name of each sandbox that was reset, deleted or given another scenario."""
        self._listeners.append(listener)

    def _create(self, name: str) -> _Slot:
        if not NAME.fullmatch(name):
            raise SandboxRefused(
                404,
                "What stands after /sandbox/ cannot name a sandbox.",
                remedy="Use 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit.",
            )
        put_away: list[str] = []
        with self._lock:
            slot = self._slots.get(name)
            if slot is None:
                put_away = self._make_room(name)
                slot = self._slots[name] = _Slot(self._make(name), self._now())
        for other in put_away:
            self._tell(other)
        return slot

    def _make_room(self, name: str) -> list[str]:
        """Put the idle ones away when there is no room left; answers which."""
        if len(self._slots) - 1 < self._bounds.count:
            return []
        oldest_allowed = self._now() - self._bounds.idle.total_seconds()
        idle = [other for other, slot in self._slots.items() if slot.used < oldest_allowed and other != DEFAULT]
        for other in idle:
            del self._slots[other]
            self._store.drop(other)
        if not idle:
            raise SandboxRefused(
                503,
                f'There are {self._bounds.count} sandboxes and none is idle, so "{name}" was not created.',
                remedy="Delete those that are done with, or raise --max-sandboxes.",
            )
        return idle

    def _make(self, name: str) -> Sandbox:
        return Sandbox(
            name, apis=self._apis, secret=self._secret, store=self._store, cast=self._cast, changed=self._tell
        )

    def _tell(self, name: str) -> None:
        for listener in self._listeners:
            listener(name)
