"""The state of one sandbox on Redis, and this worker's copy of it."""

from __future__ import annotations

import json
import threading
from asyncio import Future
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha1
from typing import Any, Protocol

from simulator.core.clock import ClockState
from simulator.core.model.call_steps import AskAgain
from simulator.state.redis.journal import RedisJournal
from simulator.state.redis.rule_counters import RedisRuleCounters
from simulator.state.redis.status_store import LocalCopy, RedisStatusStore
from simulator.state.redis.write_behind import command
from simulator.state.store import SandboxState, StoredScenario, TooManySandboxes


class Backend(Protocol):
    """What a sandbox needs of the store that it is in."""

    @property
    def epoch(self) -> str:
        """Changes when Redis has lost everything."""

    @property
    def clock_offset_us(self) -> int:
        """Microseconds by which Redis's clock is ahead of this process's."""

    def look(self, name: str, known: str, *opening: str | int) -> list[Any]:
        """Read the state of a sandbox; with an opening, create it if absent. known: digest of the scenario."""

    def ask(self, script: str, epoch: str, name: str, generation: str, *args: str | int) -> Any:
        """Run a script on a sandbox and return its reply; ``["flushed"]`` if the sandbox is of an earlier epoch."""

    def begin(
        self, read: Callable[[Any], Any], script: str, epoch: str, name: str, generation: str, *args: str | int
    ) -> Future[Any] | None:
        """The same on the bound loop, through ``read``; None: not possible now."""

    def read(self, script: str, name: str, generation: str) -> Any:
        """Run a script with a long reply; see :meth:`ask`."""

    def put(self, *commands: bytes, entries: int = 0) -> None:
        """Send commands without waiting. entries: how many journal entries they hold."""

    def text(self, script: str) -> tuple[str, str]:
        """A script, and the root of all keys."""

    def written(self, name: str) -> None:
        """Return when everything that any worker has put is in Redis."""

    def agree(self, told: Sequence[Any]) -> None:
        """Return once every worker has acknowledged a change."""

    def renew(self) -> None:
        """Check at once whether Redis has lost its data."""

    def scenario(self, digest: str, text: str) -> StoredScenario | None:
        """The scenario of this digest, one object for all sandboxes that run under it."""


class RedisSandboxStore:
    """One sandbox's state; see :class:`simulator.state.store.SandboxStore`.

    When Redis has lost its data, the first worker that notices creates the sandbox again from its copy. Scenario and
    clock stay as they were; counters, journal, opt-outs and revocations are lost.
    """

    def __init__(
        self, store: Backend, name: str, opening: Callable[[], SandboxState], *, journal_bound: int, room: int | None
    ) -> None:
        self.name = name
        self._store = store
        self._opening = opening
        self._state = SandboxState()
        self._digest = ""
        self._epoch = ""
        self._generation = ""
        self._statuses: dict[str, RedisStatusStore] = {}
        self._fields: dict[str, str] = {}
        self._noted = 0
        self._lock = threading.Lock()
        self.journal = RedisJournal(self, journal_bound)
        self.counters = RedisRuleCounters(self)
        self._look(room)

    @property
    def state(self) -> SandboxState:
        """The state, as this worker last read it."""
        return self._state

    @property
    def generation(self) -> str:
        """The id of this sandbox among all sandboxes that ever had this name."""
        return self._generation

    def status_store(self, api: str) -> RedisStatusStore:
        """One status store for each API; it reads from this worker's copy."""
        with self._lock:
            known = self._statuses.get(api)
            if known is None:
                known = self._statuses[api] = RedisStatusStore(api, self._write)
                known.copy = _copies(self._fields).get(api) or LocalCopy()
            return known

    def refresh(self) -> SandboxState:
        """Read the state with one round trip; two if the sandbox must be created again."""
        self._look(None)
        return self._state

    def change(
        self, make: Callable[[SandboxState], SandboxState], *, restart: bool = False, clear: bool = False
    ) -> SandboxState:
        """One round trip if no other worker changes the state, and one for the acknowledgement of each other worker.

        A change with ``clear`` first waits for all pending entries, so that no entry of an earlier call comes later.
        """
        if clear:
            self._store.written(self.name)
        while True:
            old = self._state
            made = make(old)
            found = self.ask("change", old.version, _line(made.clock), *_begun(made, begins=restart, forgets=clear))
            if found is None:  # deleted meanwhile: the change holds for the calls that still have this sandbox
                self._state = replace(made, version=old.version + 1, run=old.version + 1 if restart else old.run)
                return self._state
            if found[0] == "moved":
                self._look(None)
                continue
            version = int(found[0])
            changed = replace(made, version=version, run=version if restart else old.run)
            with self._lock:
                if version > self._state.version:  # another thread may have shown a later change already
                    if clear:
                        self._take({})
                    self._state, self._digest = changed, _digest(made.scenario)
            self._store.agree(found)
            return changed

    def note(self, field: str, value: str) -> None:
        """A worker has written a status."""
        kind, api, what = field.split(":", 2)
        with self._lock:
            self._noted += 1
            self._fields[field] = value
            statuses = self._statuses.get(api)
            if statuses is not None:
                statuses.copy.take(kind, what, value)

    def ask(self, script: str, *args: str | int) -> Any:
        """Run a script on this sandbox and return its reply; None if it was deleted."""
        for _ in range(2):
            epoch = self._epoch  # before the generation: the two are written in the other order
            found = self._store.ask(script, epoch, self.name, self._generation, *args)
            match found:
                case ["flushed"]:
                    self._store.renew()
                    self._look(None)
                case ["gone"]:
                    return None
                case ["ok", *rest]:
                    return rest
                case _:
                    return found
        return None

    def start(self, read: Callable[[Any], Any], script: str, *args: str | int) -> Future[Any] | None:
        """The same on the bound loop, through ``read``; None: not possible now."""

        def received(found: Any) -> Any:
            match found:
                case ["flushed"]:
                    raise AskAgain
                case ["gone"]:
                    return read(None)
                case ["ok", *rest]:
                    return read(rest)
                case _:
                    return read(found)

        epoch = self._epoch  # as above
        return self._store.begin(received, script, epoch, self.name, self._generation, *args)

    # What the journal needs

    @property
    def clock_offset_us(self) -> int:
        """Microseconds by which Redis's clock is ahead of this process's."""
        return self._store.clock_offset_us

    def put(self, *commands: bytes, entries: int = 0) -> None:
        """Send commands without waiting. entries: how many journal entries they hold."""
        self._store.put(*commands, entries=entries)

    def written(self) -> None:
        """Return when everything that any worker has put is in Redis."""
        self._store.written(self.name)

    def read(self, script: str) -> Any:
        """A long answer of a script about this sandbox; None when it was deleted."""
        return self._store.read(script, self.name, self._generation)

    def trim(self, keep: int) -> bytes:
        """The command that removes all journal entries but the last ``keep``."""
        text, root = self._store.text("trim")
        return command("EVAL", text, 1, root, self.name, self._generation, keep)

    def key(self, part: str) -> str:
        """The key of a stream of this sandbox."""
        _, root = self._store.text("trim")
        return f"{root}sandbox:{self.name}:{self._generation}:{part}"

    def _write(self, field: str, value: str) -> None:
        found = self.ask("write_status", field, value)
        if found is None:
            self.note(field, value)  # for the calls that still have this sandbox
            return
        self.note(field, found[0])
        if len(found) > 1:
            self._store.agree(found[1:])

    def _look(self, room: int | None) -> None:
        while True:
            noted = self._noted
            found = self._store.look(self.name, self._digest)
            if found == ["none"]:
                lost = self._epoch not in {"", self._store.epoch}
                opening = self._state if lost else self._opening()
                script = "" if opening.scenario is None else _text(opening.scenario)
                state = "" if opening.scenario is None else opening.scenario.state or ""
                found = self._store.look(
                    self.name, "", -1 if room is None else room, _line(opening.clock), opening.began,
                    _digest(opening.scenario), script, state,
                )  # fmt: skip
            if found == ["full"]:
                raise TooManySandboxes(f"there are {room} sandboxes")
            if self._adopt(noted, found[1:]):
                return

    def _adopt(self, noted: int, found: Sequence[Any]) -> bool:
        generation, version, run, line, began, digest, text, statuses = found
        with self._lock:
            if noted != self._noted:
                return False  # a status was written while we looked
            if generation == self._generation and int(version) < self._state.version:
                return True  # another thread has changed it since: the state shown is later than the one read
            script = self._state.scenario
            if digest != self._digest:
                script = self._store.scenario(digest, text)
            self._take(dict(zip(statuses[::2], statuses[1::2], strict=True)))
            self._generation, self._digest, self._epoch = generation, digest, self._store.epoch
            read = ClockState(*json.loads(line)) if line else None
            self._state = SandboxState(read, script, int(began), int(version), int(run))
            return True

    def _take(self, fields: dict[str, str]) -> None:
        fields.pop("begun", None)
        self._fields = fields
        copies = _copies(fields)
        for api, statuses in self._statuses.items():
            statuses.copy = copies.get(api) or LocalCopy()


def _copies(fields: dict[str, str]) -> dict[str, LocalCopy]:
    copies: dict[str, LocalCopy] = {}
    for field, value in fields.items():
        kind, api, what = field.split(":", 2)
        copies.setdefault(api, LocalCopy()).take(kind, what, value)
    return copies


def _line(line: ClockState | None) -> str:
    return "" if line is None else json.dumps([line.since, line.at, line.rate, line.frozen])


def _text(script: StoredScenario) -> str:
    return json.dumps([script.source, script.seed, script.drawn, script.state])


def _digest(script: StoredScenario | None) -> str:
    """The digest that identifies a scenario's text; "" for no scenario."""
    return "" if script is None else sha1(_text(script).encode(), usedforsecurity=False).hexdigest()


def _begun(scene: SandboxState, *, begins: bool, forgets: bool) -> list[str | int]:
    if not begins:
        return []
    script = scene.scenario
    if script is None:
        return [scene.began, "", "", "", int(forgets)]
    return [scene.began, _digest(script), _text(script), script.state or "", int(forgets)]
