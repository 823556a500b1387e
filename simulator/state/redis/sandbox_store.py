"""What one sandbox has on Redis, and this worker's copy of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha1
from typing import TYPE_CHECKING, Any

from simulator.core.clock import ClockState
from simulator.state.redis.journal import RedisJournal
from simulator.state.redis.rule_counters import RedisRuleCounters
from simulator.state.redis.status_store import LocalCopy, RedisStatusStore
from simulator.state.redis.write_behind import command
from simulator.state.store import SandboxState, StoredScenario, TooManySandboxes

if TYPE_CHECKING:
    from simulator.state.redis.store import RedisStore


class RedisSandboxStore:
    """One sandbox's state; see :class:`simulator.state.store.SandboxStore`.

    When Redis has lost everything, the first worker that notices begins it anew as it knows it: scenario and clock
    are as they were, what was counted and remembered is not.
    """

    def __init__(
        self, store: RedisStore, name: str, opening: Callable[[], SandboxState], *, journal_bound: int, room: int | None
    ) -> None:
        self.name = name
        self._store = store
        self._opening = opening
        self._scene = SandboxState()
        self._mark = ""
        self._epoch = ""
        self._born = ""
        self._ledgers: dict[str, RedisStatusStore] = {}
        self._fields: dict[str, str] = {}
        self._noted = 0
        self._lock = threading.Lock()
        self.journal = RedisJournal(_Desk(self), journal_bound)
        self.counters = RedisRuleCounters(self.ask)
        self._look(room)

    @property
    def state(self) -> SandboxState:
        """What is set, as last seen."""
        return self._scene

    @property
    def born(self) -> str:
        """Which of the sandboxes of this name it is, over all time."""
        return self._born

    @property
    def store(self) -> RedisStore:
        """Where it is."""
        return self._store

    def status_store(self, api: str) -> RedisStatusStore:
        """The same for the same API; what is known of it is in its copy."""
        with self._lock:
            known = self._ledgers.get(api)
            if known is None:
                known = self._ledgers[api] = RedisStatusStore(api, self._write)
                known.copy = _copies(self._fields).get(api) or LocalCopy()
            return known

    def refresh(self) -> SandboxState:
        """One round trip; two when the sandbox must begin again."""
        self._look(None)
        return self._scene

    def change(
        self, make: Callable[[SandboxState], SandboxState], *, restart: bool = False, clear: bool = False
    ) -> SandboxState:
        """One round trip when nobody else is changing it, and one for the agreement of each other worker.

        What forgets waits first for the entries under way: one that came after would be of a call from before.
        """
        if clear:
            self._store.written(self)
        while True:
            old = self._scene
            made = make(old)
            found = self.ask("change", old.version, _line(made.clock), *_begun(made, begins=restart, forgets=clear))
            if found is None:  # put away meanwhile: it holds for those who still have it
                self._scene = replace(made, version=old.version + 1, run=old.version + 1 if restart else old.run)
                return self._scene
            if found[0] == "moved":
                self._look(None)
                continue
            version = int(found[0])
            with self._lock:
                if clear:
                    self._take({})
                self._scene = replace(made, version=version, run=version if restart else old.run)
                self._mark = _mark(made.scenario)
                changed = self._scene
            self._store.agree(found)
            return changed

    def note(self, field: str, value: str) -> None:
        """Something was written into a ledger, by whomever."""
        kind, api, what = field.split(":", 2)
        with self._lock:
            self._noted += 1
            self._fields[field] = value
            ledger = self._ledgers.get(api)
            if ledger is not None:
                ledger.copy.take(kind, what, value)

    def ask(self, script: str, *args: str | int) -> Any:
        """What a script answers about this sandbox; None when it was put away."""
        for _ in range(2):
            found = self._store.ask(script, self, *args)
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
            found = self._store.look(self, self._mark)
            if found == ["none"]:
                lost = self._epoch not in {"", self._store.epoch}
                opening = self._scene if lost else self._opening()
                script = "" if opening.scenario is None else _text(opening.scenario)
                state = "" if opening.scenario is None else opening.scenario.state or ""
                found = self._store.look(
                    self, "", -1 if room is None else room, _line(opening.clock), opening.began,
                    _mark(opening.scenario), script, state,
                )  # fmt: skip
            if found == ["full"]:
                raise TooManySandboxes(f"there are {room} sandboxes")
            if self._adopt(noted, found[1:]):
                return

    def _adopt(self, noted: int, found: Sequence[Any]) -> bool:
        born, version, run, line, began, mark, text, ledger = found
        with self._lock:
            if noted != self._noted:
                return False  # a ledger was written while we looked
            script = self._scene.scenario
            if mark != self._mark:
                script = self._store.script(mark, text)
            self._take(dict(zip(ledger[::2], ledger[1::2], strict=True)))
            self._born, self._mark, self._epoch = born, mark, self._store.epoch
            read = ClockState(*json.loads(line)) if line else None
            self._scene = SandboxState(read, script, int(began), int(version), int(run))
            return True

    def _take(self, fields: dict[str, str]) -> None:
        fields.pop("begun", None)
        self._fields = fields
        copies = _copies(fields)
        for api, ledger in self._ledgers.items():
            ledger.copy = copies.get(api) or LocalCopy()


class _Desk:
    """What the journal needs of its keep; see :class:`simulator.state.redis.journal.Desk`."""

    def __init__(self, keep: RedisSandboxStore) -> None:
        self._keep = keep

    def put(self, *commands: bytes) -> None:
        self._keep.store.outlet.put(*commands)

    def ahead(self) -> int:
        return self._keep.store.ahead

    def written(self) -> None:
        self._keep.store.written(self._keep)

    def read(self, script: str) -> Any:
        return self._keep.store.read(script, self._keep)

    def trim(self, keep: int) -> bytes:
        link = self._keep.store.link
        return command("EVAL", link.text("trim"), 1, link.root, self._keep.name, self._keep.born, keep)

    def born(self) -> str:
        return self._keep.born

    def key(self, part: str) -> str:
        return f"{self._keep.store.link.root}sandbox:{self._keep.name}:{self._keep.born}:{part}"


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


def _mark(script: StoredScenario | None) -> str:
    """Tells scripts apart; "" for none."""
    return "" if script is None else sha1(_text(script).encode(), usedforsecurity=False).hexdigest()


def _begun(scene: SandboxState, *, begins: bool, forgets: bool) -> list[str | int]:
    if not begins:
        return []
    script = scene.scenario
    if script is None:
        return [scene.began, "", "", "", int(forgets)]
    return [scene.began, _mark(script), _text(script), script.state or "", int(forgets)]
