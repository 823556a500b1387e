"""The store on Redis: the parts put together."""

from __future__ import annotations

import json
import weakref
from asyncio import AbstractEventLoop, Future
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from simulator.core.errors import StateUnreachable
from simulator.state.redis.client import RedisClient
from simulator.state.redis.coherence import LEASE, Coherence
from simulator.state.redis.pipeline import Elsewhere, Pipeline
from simulator.state.redis.sandbox_store import RedisSandboxStore
from simulator.state.redis.write_behind import WriteBehind
from simulator.state.store import ChangeNotice, SandboxState, StoredScenario, T

_SCRIPTS_KEPT: Final = 64
"""Texts of scenarios that many sandboxes may share, so that each is there once."""


class RedisStore:
    """State of all sandboxes, for many processes; see :class:`simulator.state.store.Store`.

    url: ``redis://host:6379/0``, ``rediss://…`` (TLS) or ``unix://…``, as redis-py reads it.
    namespace: workers of the same one share everything, those of another nothing.
    kept: how long a sandbox is kept after it was last used, by anybody.

    Raises :class:`StateUnreachable` when there is no Redis, and UsageError for what is no address.
    """

    backend = "redis"
    shared = True

    def __init__(self, url: str, *, namespace: str, kept: timedelta = timedelta(hours=1)) -> None:
        self.link = RedisClient(url, namespace)
        self.outlet = WriteBehind(self.link)
        kept = max(kept, LEASE)  # the default sandbox is kept by those who hold a lease
        self.pipeline = Pipeline(self.link)
        self._kept = round(kept.total_seconds() * 1000)
        self._listeners: list[Callable[[ChangeNotice], None]] = []
        self._keeps: weakref.WeakValueDictionary[str, RedisSandboxStore] = weakref.WeakValueDictionary()
        self._scripts: OrderedDict[str, StoredScenario] = OrderedDict()
        self._members = Coherence(
            self.link, self.outlet, kept=kept, hear=self._hear, noted=self._noted, tend=self.pipeline.tend
        )
        self._members.start()

    @property
    def epoch(self) -> str:
        """Changes when Redis has lost everything."""
        return self.link.epoch

    @property
    def ahead(self) -> int:
        """Microseconds by which Redis's clock is ahead of this process's."""
        return self._members.ahead

    def open(
        self, sandbox: str, opening: Callable[[], SandboxState], *, journal_bound: int, room: int | None = None
    ) -> RedisSandboxStore:
        """This worker's copy of a sandbox; another worker's copy shows the same."""
        keep = self._keeps.get(sandbox)
        if keep is not None:
            keep.refresh()
            return keep
        keep = RedisSandboxStore(self, sandbox, opening, journal_bound=journal_bound, room=room)
        return self._keeps.setdefault(sandbox, keep)

    def names(self) -> list[str]:
        """Every sandbox that anybody has used within the time that they are kept."""
        return [str(name) for name in self.link.run("names", self._kept)]

    def drop(self, sandbox: str) -> bool:
        """Returns when no worker has it any more."""
        found = self.link.run("drop", self._members.id, sandbox)
        self._keeps.pop(sandbox, None)
        if found:
            self._members.agree(found)
        return bool(found)

    def ping(self) -> None:
        """A round trip. Raises :class:`StateUnreachable`, also while the lease has not been renewed."""
        self.link.run("names", 0)
        if not self._members.trusted():
            raise StateUnreachable(f"The shared state at {self.link.where} does not answer in time.")

    def is_fresh(self) -> bool:
        """Whether the lease holds."""
        return self._members.trusted()

    def listen(self, listener: Callable[[ChangeNotice], None]) -> None:
        """Be told what other workers change, from the listening thread."""
        self._listeners.append(listener)

    def bind_loop(self, loop: AbstractEventLoop) -> bool:
        """Journal entries and the steps of tallies go by the turns of this loop."""
        self.outlet.attend(loop)
        self.pipeline.attend(loop)
        return True

    def run(self, make: Callable[[], T]) -> Future[T] | None:
        """On the pipeline of the loop's thread."""
        return self.pipeline.run(make)

    def close(self) -> None:
        """Write what waits to be written, leave, and cut the connections."""
        self._members.stop()
        self.pipeline.close()
        self.link.close()

    # For keeps

    def look(self, keep: RedisSandboxStore, mark: str, *opening: str | int) -> list[Any]:
        """What is set for a sandbox; with an opening, begin it if it is not there."""
        found = self.link.run("open", self.epoch, keep.name, self._kept, mark, *opening)
        if found == ["flushed"]:
            self.renew()
            found = self.link.run("open", self.epoch, keep.name, self._kept, mark, *opening)
        return list(found)

    def ask(self, script: str, keep: RedisSandboxStore, *args: str | int) -> Any:
        """What a script answers about a sandbox."""
        if script in {"change", "write_status"}:
            return self.link.run(script, self.epoch, self._members.id, keep.name, keep.born, *args)
        if script == "state":
            return self.link.run(script, keep.name, keep.born)
        if script == "step" and self.pipeline.here():
            found = self.pipeline.ask(script, self.epoch, keep.name, keep.born, *args)
            if found == ["flushed"]:
                raise Elsewhere
            return found
        return self.link.run(script, self.epoch, keep.name, keep.born, *args)

    def read(self, script: str, keep: RedisSandboxStore) -> Any:
        """The same for a long answer."""
        return self.link.read(script, keep.name, keep.born)

    def written(self, keep: RedisSandboxStore) -> None:
        """Return when all that any worker has put so far is in Redis."""
        self._members.agree(self.link.run("announce", self._members.id, keep.name), ourselves=True)

    def agree(self, told: Sequence[Any]) -> None:
        """Return once everybody has heard of a change."""
        self._members.agree(told)

    def renew(self) -> None:
        """Look at once whether Redis has lost everything."""
        self._members.renew()

    def script(self, mark: str, text: str) -> StoredScenario | None:
        """The script of this mark, one object for all sandboxes that run under it."""
        if not mark:
            return None
        known = self._scripts.get(mark)
        if known is None:
            known = self._scripts[mark] = StoredScenario(*json.loads(text))
            while len(self._scripts) > _SCRIPTS_KEPT:
                self._scripts.popitem(last=False)
        return known

    def _hear(self, notice: ChangeNotice) -> None:
        if notice.kind == "gone":
            self._keeps.pop(notice.sandbox, None)
        for listener in self._listeners:
            listener(notice)

    def _noted(self, sandbox: str, field: str, value: str) -> None:
        keep = self._keeps.get(sandbox)
        if keep is not None:
            keep.note(field, value)
