"""The promise every state backend keeps. Each verb is one atomic step: no caller checks, then acts."""

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
    """A scenario as it can be shared: its text, and what reading the text again would not tell.

    seed, drawn: of its chances; drawn at random once and then the same for everybody.
    state: the one it opens in. compiled: what this process made of it, None where another one loaded it.
    """

    source: str
    seed: int = 0
    drawn: bool = False
    state: str | None = None
    compiled: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SandboxState:
    """What is set for a sandbox, the same for every worker.

    line: of its clock; None: the process's time. script: what it runs under; None: faithful.
    began: when that began, in microseconds since 1970 by the sandbox's clock.
    version: grows with each change. run: the version with which the script began; another run, another beginning.
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
        """Say how and when the delivery of this ticket ended; see :attr:`Entry.ended`. Never waits."""

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
    """What is kept of one sandbox. It stays usable after :meth:`Store.drop`; then no other caller sees what it holds.

    counters: rule counters, rate windows and the named state. state: as last seen here.
    """

    @property
    def journal(self) -> JournalStore:
        """What was asked and answered."""

    @property
    def counters(self) -> RuleCounters:
        """Rule counters, rate windows and the named state."""

    @property
    def state(self) -> SandboxState:
        """What is set, as it was last seen here."""

    def status_store(self, api: str) -> StatusStore:
        """Opt-outs and revocations of one API."""

    def change(
        self, make: Callable[[SandboxState], SandboxState], *, restart: bool = False, clear: bool = False
    ) -> SandboxState:
        """Let ``make`` make the next state from the present one; it is called again when another worker was quicker.

        begins: with it counters and windows are at nothing and the script's opening state holds.
        forgets: journal, opt-outs and revocations are gone. Holds everywhere once this returns.
        """

    def refresh(self) -> SandboxState:
        """Read again what is set, and the status stores; counts as using the sandbox."""


@dataclass(frozen=True, slots=True)
class ChangeNotice:
    """What another worker did to a sandbox: look at it again.

    clock: it was moved. scenario: another one, or a reset, so that answers that hang are released. deleted: it is gone.
    resync: notices may have been missed; every sandbox is to be read again, and none is named.
    """

    kind: Literal["clock", "scenario", "deleted", "resync"]
    sandbox: str = ""


class TooManySandboxes(SimulatorError):
    """There are as many sandboxes as there may be."""


class Store(Protocol):
    """All that sandboxes share between calls, and workers with each other.

    backend: what it is called where the simulator tells about itself: "memory".
    shared: other processes change what is kept here, too.
    """

    backend: str
    shared: bool

    def open(
        self, sandbox: str, opening: Callable[[], SandboxState], *, journal_bound: int, room: int | None = None
    ) -> SandboxStore:
        """What is kept of a sandbox; when there is nothing yet it begins with ``opening``.

        room: raise :class:`TooManySandboxes` rather than begin when there are so many besides the default one.
        """

    def names(self) -> list[str]:
        """Every sandbox of which something is kept."""

    def drop(self, sandbox: str) -> bool:
        """The sandbox is gone (delete) and nothing is kept for its name; whether there was one.

        A call that holds its :class:`SandboxStore` goes on with it; what it writes is not read again.
        """

    def ping(self) -> None:
        """Return when the backend answers. Raises :class:`simulator.core.errors.StateUnreachable`."""

    def is_fresh(self) -> bool:
        """Whether every change by other workers is known here now; if not, call :meth:`SandboxStore.refresh` first."""

    def listen(self, listener: Callable[[ChangeNotice], None]) -> None:
        """Be told what other workers change, from a thread of the store's: do not wait in it."""

    def bind_loop(self, loop: AbstractEventLoop) -> bool:
        """Calls are answered on this thread from now on, by the turns of this loop.

        True: what a turn writes goes out together, by the loop's next callback; an answer is to leave after it.
        """

    def start(self, need: Need) -> Future[Any] | None:
        """Ask on the bound loop without waiting; to be called on its thread.

        None: this store cannot answer ``need`` so, and has done nothing. The future may fail with
        :class:`simulator.core.model.call_steps.AskAgain`, which also means that nothing was done.
        """

    def close(self) -> None:
        """Let go of the backend. What is kept stays."""
