"""Holds: calls that wait at a named point until a test releases them, so that a test controls concurrency step by step.

A call waits either before its operation runs or with its answer made. The test waits until enough calls have arrived,
then releases them in an order of its choice. Nothing sleeps. The sandbox's clock may move meanwhile.

Kept in this process: with several workers, each has its own.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from threading import Condition, Event
from typing import Any, Literal

from simulator.core.errors import UsageError
from simulator.core.model.call import Hold
from simulator.core.model.call_steps import ExternalNeed

MOST_PLACED = 100
"""Holds that a test can place on the operations of one sandbox."""


class HeldCall(ExternalNeed):
    """One call that waits. Its release gives the fault that breaks the answer, or None to send the answer whole.

    operation: of the call. since: when it began to wait, by the sandbox's clock.
    """

    __slots__ = ("_fault", "_holds", "_over", "_wake", "hold", "operation", "sandbox", "since")

    def __init__(self, holds: Holds, sandbox: str, hold: Hold, operation: str, since: datetime) -> None:
        self._holds = holds
        self._over = False
        self._fault: str | None = None
        self._wake: Callable[[], object] | None = None
        self.sandbox = sandbox
        self.hold = hold
        self.operation = operation
        self.since = since

    def __call__(self) -> str | None:
        """Wait on this thread. After the hold's time limit the call continues by itself."""
        released = Event()
        self.on_release(released.set)
        limit = self.hold.limit
        if not released.wait(None if limit is None else limit.total_seconds()):
            self.release()
        return self._fault

    def begin(self, loop: asyncio.AbstractEventLoop) -> asyncio.Future[Any]:
        """Wait on an event loop. Cancelling the future means that the client has left."""
        released: asyncio.Future[Any] = loop.create_future()

        def settle() -> None:
            if not released.done():
                released.set_result(self._fault)

        self.on_release(partial(loop.call_soon_threadsafe, settle))
        if self.hold.limit is not None:
            timer = loop.call_later(self.hold.limit.total_seconds(), self.release)
            released.add_done_callback(lambda _: timer.cancel())
        return released

    def on_release(self, wake: Callable[[], object]) -> None:
        """Call ``wake`` when the call may continue; at once if it may already."""
        with self._holds.changed:
            self._wake = wake
            over = self._over
        if over:
            wake()

    def release(self, fault: str | None = None) -> None:
        """Let the call continue. Does nothing if it has continued already, or if its client has disconnected."""
        with self._holds.changed:
            if self._over:
                return
            self._over, self._fault = True, fault
            wake = self._wake
        self._holds.forget(self)
        if wake is not None:
            wake()

    def leave(self) -> None:
        """End the wait because the client has disconnected."""
        with self._holds.changed:
            self._over = True
        self._holds.forget(self)


@dataclass(frozen=True, slots=True)
class PlacedHold:
    """A hold that a test has placed on an operation, or on a pattern such as ``uid2.*``, beside any scenario."""

    operation: str
    hold: Hold


class Holds:
    """The holds of every sandbox of a simulation. Safe to use from many threads."""

    def __init__(self) -> None:
        self.changed = Condition()
        """Guards all of this; notified when a call begins to wait."""
        self._waiting: dict[str, dict[HeldCall, None]] = defaultdict(dict)
        self._placed: dict[str, dict[str, PlacedHold]] = {}

    # The call's side

    def placed(self, sandbox: str, operation: str) -> Hold | None:
        """The hold that a test has placed on this operation; the first one if there are several."""
        for placed in self._placed.get(sandbox, {}).values() if self._placed else ():
            if fnmatchcase(operation, placed.operation):
                return placed.hold
        return None

    def enter(self, sandbox: str, hold: Hold, operation: str, since: datetime) -> HeldCall:
        """Record that a call begins to wait; returns the need that it yields."""
        call = HeldCall(self, sandbox, hold, operation, since)
        with self.changed:
            self._waiting[sandbox][call] = None
            self.changed.notify_all()
        return call

    def forget(self, call: HeldCall) -> None:
        """Record that the call no longer waits."""
        with self.changed:
            calls = self._waiting.get(call.sandbox, {})
            calls.pop(call, None)
            if not calls:
                self._waiting.pop(call.sandbox, None)

    # The test's side

    def place(self, sandbox: str, name: str, placed: PlacedHold) -> None:
        """Hold the calls of an operation from now on. Raises :class:`UsageError` if there are too many holds."""
        with self.changed:
            here = self._placed.get(sandbox, {})
            if name not in here and len(here) >= MOST_PLACED:
                raise UsageError(f"holds: there are {MOST_PLACED} already.", remedy="Delete one first.")
            self._placed = {**self._placed, sandbox: {**here, name: placed}}

    def lift(self, sandbox: str, name: str) -> None:
        """Hold no further calls under this name, and release those that wait."""
        with self.changed:
            left = {other: placed for other, placed in self._placed.get(sandbox, {}).items() if other != name}
            self._placed = {key: value for key, value in {**self._placed, sandbox: left}.items() if value}
        self.release(sandbox, name)

    def waiting(self, sandbox: str, name: str | None = None) -> list[HeldCall]:
        """The calls that wait, oldest first: at the hold of this name, or at all holds."""
        with self.changed:
            return [call for call in self._waiting.get(sandbox, ()) if name is None or call.hold.name == name]

    def names(self, sandbox: str) -> list[str]:
        """The names of all holds that are placed or have waiting calls, in alphabetical order."""
        return sorted({*self._placed.get(sandbox, ()), *(call.hold.name for call in self.waiting(sandbox))})

    def wait_for(self, sandbox: str, name: str, count: int, within: timedelta) -> int:
        """Wait in real time until so many calls wait there; returns how many do, fewer after a timeout."""

        def arrived() -> bool:
            return self._count(sandbox, name) >= count

        with self.changed:
            self.changed.wait_for(arrived, within.total_seconds())
            return self._count(sandbox, name)

    def release(
        self,
        sandbox: str,
        name: str,
        *,
        count: int | None = None,
        order: Literal["oldest", "newest"] = "oldest",
        fault: str | None = None,
    ) -> tuple[int, int]:
        """Let ``count`` calls continue, by default all; returns how many continued and how many still wait."""
        calls = self.waiting(sandbox, name)
        chosen = (calls if order == "oldest" else calls[::-1])[:count]
        for call in chosen:
            call.release(fault)
        return len(chosen), len(calls) - len(chosen)

    def end(self, sandbox: str) -> None:
        """After a reset or a change of scenario: every call of the sandbox continues. Placed holds stay."""
        for call in self.waiting(sandbox):
            call.release()

    def _count(self, sandbox: str, name: str) -> int:
        return sum(call.hold.name == name for call in self._waiting.get(sandbox, ()))
