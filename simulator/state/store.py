"""The interface of every state backend. Each method is one atomic step, so callers never check first and act then."""

from __future__ import annotations

from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from simulator.core import defaults
from simulator.core.clock import ClockState
from simulator.core.errors import SimulatorError
from simulator.core.model.api import StatusStore
from simulator.core.model.call_steps import Need
from simulator.core.rule_counters import RuleCounters
from simulator.journal.entry import Entry, IssuedEntry


def issued_before(moments: Mapping[str, datetime], subject: str, issued_at: datetime | None) -> bool:
    """Whether a token of the subject, issued then, is older than the moment noted for the subject or for all ("")."""
    if not moments or issued_at is None:
        return False
    return any(key in moments and issued_at < moments[key] for key in {"", subject})


DEFAULT: Final = defaults.SANDBOX
"""The sandbox of a path without a prefix: always there, and not counted."""


@dataclass(frozen=True, slots=True)
class StoredScenario:
    """A scenario as workers share it: its text, and what the text alone does not determine.

    seed: of its probabilities, the same for all workers. drawn: the seed was drawn at random, once.
    state: the initial state. compiled: the compiled scenario of this process; None if another process loaded it.
    """

    source: str
    seed: int = 0
    drawn: bool = False
    state: str | None = None
    compiled: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SandboxState:
    """What is set for a sandbox, the same for every worker.

    clock: the state of its clock; None: the process's time. scenario: the scenario it runs under; None: faithful.
    began: when the scenario began, in microseconds since 1970 by the sandbox's clock.
    version: grows with each change. run: the version at which the scenario began; a new run means a new beginning.
    """

    clock: ClockState | None = None
    scenario: StoredScenario | None = None
    began: int = 0
    version: int = 0
    run: int = 0


class JournalStore(Protocol):
    """The journal of one sandbox: bounded, newest last."""

    def next_number(self) -> int:
        """The number of the next entry, given once; 0 where numbers are given when the journal is read."""

    def append(self, entry: Entry) -> None:
        """Add the newest entry; the oldest falls out when the bound is reached. Never waits."""

    def end(self, ticket: str, how: str, at_us: int) -> None:
        """Record how and when the delivery with this id ended; see :attr:`Entry.ended`. Never waits."""

    def remember(self, issued: IssuedEntry) -> None:
        """Keep a token that no call handed out."""

    def entries(self) -> list[Entry]:
        """Every kept entry, in the order of their numbers: all that were appended before, by any worker."""

    def lost(self) -> int:
        """How many entries could not be kept since this journal began, though their calls were answered."""

    def issued(self) -> list[IssuedEntry]:
        """Every token that is remembered, oldest first; forgetting the entries does not forget these."""

    def forget_entries(self) -> None:
        """Forget the entries; numbers go on, so that no two calls of a sandbox ever share one."""


class SandboxStore(Protocol):
    """The state of one sandbox. It stays usable after :meth:`Store.drop`, but other callers no longer see it.

    counters: rule counters, rate windows and the named state. state: as this process last read it.
    """

    @property
    def journal(self) -> JournalStore:
        """The calls and their answers."""

    @property
    def counters(self) -> RuleCounters:
        """Rule counters, rate windows and the named state."""

    @property
    def state(self) -> SandboxState:
        """The state, as this process last read it."""

    def status_store(self, api: str) -> StatusStore:
        """Opt-outs and revocations of one API."""

    def change(
        self, make: Callable[[SandboxState], SandboxState], *, restart: bool = False, clear: bool = False
    ) -> SandboxState:
        """Replace the state by what ``make`` returns for it; ``make`` runs again if another worker was quicker.

        restart: also empty counters and windows and enter the scenario's initial state.
        clear: also empty the journal and remove opt-outs and revocations.
        The change holds in every worker once this returns.
        """

    def refresh(self) -> SandboxState:
        """Read the state and the status stores again; this counts as a use of the sandbox."""


@dataclass(frozen=True, slots=True)
class ChangeNotice:
    """What another worker did to a sandbox: look at it again.

    clock: the clock was moved. scenario: the scenario changed, or a reset; hanging answers are released.
    deleted: the sandbox was deleted. resync: notices may have been missed, so every sandbox is read again; the notice
    names no sandbox.
    """

    kind: Literal["clock", "scenario", "deleted", "resync"]
    sandbox: str = ""


class TooManySandboxes(SimulatorError):
    """The limit on the number of sandboxes is reached."""


class Store(Protocol):
    """The state of all sandboxes between calls, shared by the workers.

    backend: its name in the simulator's own status, such as "memory".
    shared: other processes change this state, too.
    """

    backend: str
    shared: bool

    def open(
        self, sandbox: str, opening: Callable[[], SandboxState], *, journal_bound: int, room: int | None = None
    ) -> SandboxStore:
        """The store of a sandbox; a new sandbox begins with ``opening``.

        room: how many sandboxes may exist besides the default one. Beyond it, a new one raises
        :class:`TooManySandboxes`.
        """

    def names(self) -> list[str]:
        """The names of all stored sandboxes."""

    def drop(self, sandbox: str) -> bool:
        """Delete a sandbox and all its state; returns whether it existed.

        A call that holds its :class:`SandboxStore` continues with it; what it writes is not read again.
        """

    def ping(self) -> None:
        """Return when the backend answers. Raises :class:`simulator.core.errors.StateUnreachable`."""

    def is_fresh(self) -> bool:
        """Whether every change by other workers is known here now; if not, call :meth:`SandboxStore.refresh` first."""

    def listen(self, listener: Callable[[ChangeNotice], None]) -> None:
        """Call back for each change by another worker, on a thread of the store; the callback must not wait."""

    def bind_loop(self, loop: AbstractEventLoop) -> bool:
        """Serve calls on this thread from now on, by the turns of this loop.

        True: the writes of one turn are sent together at the loop's next callback; answers must be sent after it.
        """

    def start(self, need: Need) -> Future[Any] | None:
        """Ask on the bound loop without waiting; call it on the loop's thread.

        None: this store cannot answer ``need`` in this way, and has done nothing. The future may fail with
        :class:`simulator.core.model.call_steps.AskAgain`, which also means that nothing was done.
        """

    def close(self) -> None:
        """Close the connections to the backend. The stored state stays."""
