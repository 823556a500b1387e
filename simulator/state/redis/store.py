"""The store on Redis: combines the parts of this package."""

from __future__ import annotations

import json
import weakref
from asyncio import AbstractEventLoop, Future
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from simulator.core import defaults
from simulator.core.errors import StateUnreachable
from simulator.core.model.call_steps import Need
from simulator.core.rule_counters import CountRules
from simulator.state.redis.client import RedisClient
from simulator.state.redis.coherence import LEASE, Coherence
from simulator.state.redis.pipeline import Pipeline
from simulator.state.redis.rule_counters import RedisRuleCounters
from simulator.state.redis.sandbox_store import RedisSandboxStore
from simulator.state.redis.write_behind import WriteBehind
from simulator.state.store import ChangeNotice, SandboxState, StoredScenario

_SCENARIOS_KEPT: Final = 64
"""Texts of scenarios that many sandboxes may share, so that each is in memory once."""


class RedisStore:
    """State of all sandboxes, for many processes; see :class:`simulator.state.store.Store`.

    url: ``redis://host:6379/0``, ``rediss://…`` (TLS) or ``unix://…``, as redis-py reads it.
    namespace: workers of one namespace share all state; different namespaces share none.
    kept: how long a sandbox is kept after its last use by any worker.

    Raises :class:`StateUnreachable` if Redis does not answer, and UsageError for a text that is not an address.
    """

    backend = "redis"
    shared = True

    def __init__(self, url: str, *, namespace: str, kept: timedelta = defaults.SANDBOX_IDLE) -> None:
        self._client = RedisClient(url, namespace)
        self._writes = WriteBehind(self._client)
        self._pipeline = Pipeline(self._client)
        kept = max(kept, LEASE)  # workers with a lease keep the default sandbox alive
        self._kept = round(kept.total_seconds() * 1000)
        self._listeners: list[Callable[[ChangeNotice], None]] = []
        self._sandboxes: weakref.WeakValueDictionary[str, RedisSandboxStore] = weakref.WeakValueDictionary()
        self._scenarios: OrderedDict[str, StoredScenario] = OrderedDict()
        self._coherence = Coherence(
            self._client,
            self._writes,
            kept=kept,
            on_notice=self._on_notice,
            on_status=self._on_status,
            maintain=self._pipeline.maintain,
        )
        self._coherence.start()

    @property
    def epoch(self) -> str:
        """Changes when Redis has lost everything."""
        return self._client.epoch

    @property
    def clock_offset_us(self) -> int:
        """Microseconds by which Redis's clock is ahead of this process's."""
        return self._coherence.clock_offset_us

    def open(
        self, sandbox: str, opening: Callable[[], SandboxState], *, journal_bound: int, room: int | None = None
    ) -> RedisSandboxStore:
        """This worker's copy of a sandbox; another worker's copy shows the same."""
        keep = self._sandboxes.get(sandbox)
        if keep is not None:
            keep.refresh()
            return keep
        keep = RedisSandboxStore(self, sandbox, opening, journal_bound=journal_bound, room=room)
        return self._sandboxes.setdefault(sandbox, keep)

    def names(self) -> list[str]:
        """Every sandbox that any worker has used within the retention time."""
        return [str(name) for name in self._client.run("names", self._kept)]

    def drop(self, sandbox: str) -> bool:
        """Delete the sandbox; returns when no worker has it any more."""
        found = self._client.run("drop", self._coherence.id, sandbox)
        self._sandboxes.pop(sandbox, None)
        if found:
            self._coherence.agree(found)
        return bool(found)

    def ping(self) -> None:
        """Make one round trip. Raises :class:`StateUnreachable`, also while the lease has not been renewed."""
        self._client.run("names", 0)
        if not self._coherence.is_fresh():
            raise StateUnreachable(f"The shared state at {self._client.where} does not answer in time.")

    def is_fresh(self) -> bool:
        """Whether the lease holds."""
        return self._coherence.is_fresh()

    def listen(self, listener: Callable[[ChangeNotice], None]) -> None:
        """Call back for each change by another worker, on the listening thread."""
        self._listeners.append(listener)

    def bind_loop(self, loop: AbstractEventLoop) -> bool:
        """Send journal entries and the steps of rule counters at the turns of this loop."""
        self._writes.bind_loop(loop)
        self._pipeline.bind_loop(loop)
        return True

    def start(self, need: Need) -> Future[Any] | None:
        """Ask on the pipeline of the loop's thread. Only for counting: other needs also wait for other workers."""
        if isinstance(need, CountRules) and isinstance(need.counters, RedisRuleCounters):
            return need.counters.start(need)
        return None

    def close(self) -> None:
        """Write all pending commands, leave the group of workers, and close the connections."""
        self._coherence.stop()
        self._pipeline.close()
        self._client.close()

    # What its sandboxes need; see :class:`simulator.state.redis.sandbox_store.Backend`

    def look(self, name: str, known: str, *opening: str | int) -> list[Any]:
        """Read the state of a sandbox; with an opening, create it if it does not exist."""
        found = self._client.run("open", self.epoch, name, self._kept, known, *opening)
        if found == ["flushed"]:
            self.renew()
            found = self._client.run("open", self.epoch, name, self._kept, known, *opening)
        return list(found)

    def ask(self, script: str, epoch: str, name: str, generation: str, *args: str | int) -> Any:
        """Run a script on a sandbox and return its reply; ``["flushed"]`` if the sandbox is of an earlier epoch."""
        if script in {"change", "write_status"}:
            return self._client.run(script, epoch, self._client.worker, name, generation, *args)
        if script == "state":
            return self._client.run(script, name, generation)
        return self._client.run(script, epoch, name, generation, *args)

    def begin(
        self, read: Callable[[Any], Any], script: str, epoch: str, name: str, generation: str, *args: str | int
    ) -> Future[Any] | None:
        """Run a script on the bound loop; ``read`` converts the reply. None: not possible now."""
        return self._pipeline.ask(read, script, epoch, name, generation, *args)

    def read(self, script: str, name: str, generation: str) -> Any:
        """Run a script with a long reply; see :meth:`ask`."""
        return self._client.read(script, name, generation)

    def put(self, *commands: bytes, entries: int = 0) -> None:
        """Send commands without waiting. entries: how many journal entries they hold."""
        self._writes.put(*commands, entries=entries)

    def text(self, script: str) -> tuple[str, str]:
        """A script, and the root of all keys."""
        return self._client.text(script), self._client.root

    def written(self, name: str) -> None:
        """Return when all commands that any worker has put so far are in Redis."""
        self._coherence.agree(self._client.run("announce", self._coherence.id, name), ourselves=True)

    def agree(self, told: Sequence[Any]) -> None:
        """Return once every worker has acknowledged a change."""
        self._coherence.agree(told)

    def renew(self) -> None:
        """Check at once whether Redis has lost its data."""
        self._coherence.renew()

    def scenario(self, digest: str, text: str) -> StoredScenario | None:
        """The scenario of this digest, one object for all sandboxes that run under it."""
        if not digest:
            return None
        known = self._scenarios.get(digest)
        if known is None:
            known = self._scenarios[digest] = StoredScenario(*json.loads(text))
            while len(self._scenarios) > _SCENARIOS_KEPT:
                self._scenarios.popitem(last=False)
        return known

    def _on_notice(self, notice: ChangeNotice) -> None:
        if notice.kind == "deleted":
            self._sandboxes.pop(notice.sandbox, None)
        for listener in self._listeners:
            listener(notice)

    def _on_status(self, sandbox: str, field: str, value: str) -> None:
        store = self._sandboxes.get(sandbox)
        if store is not None:
            store.note(field, value)
