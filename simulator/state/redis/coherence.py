"""Consistency between workers: a notice of every change, acknowledgements, and leases for workers that do not answer.

A worker answers from copies, without asking Redis. It may do so as long as it holds a lease. A worker that changes
something notifies all workers, and answers once each of them has acknowledged or has lost its lease. A renewal of the
lease returns the number of the last change; the lease holds only once this worker has received all changes up to it.
So after the answer to a change no worker serves the earlier state, even if notices were lost.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any, Final

from simulator.core.clock import process_time, steady
from simulator.core.errors import StateUnreachable
from simulator.state.redis.client import WAIT, RedisClient
from simulator.state.redis.write_behind import WriteBehind, command
from simulator.state.store import ChangeNotice

LEASE: Final = timedelta(seconds=2)
"""How long a worker may answer from its copies without a reply from Redis. A change waits at most this long for a
worker that was killed."""
_RENEWED_EVERY: Final = 0.5
_TICK: Final = 0.05
"""Seconds between looks at whether entries wait."""
_MARGIN: Final = 0.05
"""Seconds by which a lease ends sooner here than in Redis: the clocks of two machines drift."""
_LONGEST: Final = 0.25
"""Seconds that one of our threads waits at a time, so that it notices a stop."""
_CERTAIN: Final = 5_000
"""Microseconds of tolerance: two clocks count as different only if they differ by more."""
_CATCH_UP: Final = 0.1
"""Seconds that a notice may be behind the number of its change."""

logger = logging.getLogger("simulator.state")


class Coherence:
    """This worker's part in the group of workers: one thread listens, one renews the lease."""

    def __init__(
        self, client: RedisClient, writes: WriteBehind, *, kept: timedelta, on_notice: Callable[[ChangeNotice], None],
        on_status: Callable[[str, str, str], None],
        maintain: Callable[[], None],
    ) -> None:  # fmt: skip
        self.id = client.worker
        self._lost = 0  # journal entries of this worker, as last said in the log
        self.clock_offset_us = 0  # microseconds by which Redis's clock is ahead of this process's
        self._client = client
        self._writes = writes
        self._kept = round(kept.total_seconds() * 1000)
        self._on_notice = on_notice
        self._on_status = on_status
        self._maintain = maintain
        self._heard = 0
        self._news = threading.Condition()
        self._until = 0.0
        self._renewing = threading.Lock()
        self._stopping = threading.Event()
        self._deaf = threading.Event()
        self._listening = threading.Event()
        self._threads = [
            threading.Thread(target=self._listen, name="simulator-state-listen", daemon=True),
            threading.Thread(target=self._keep_lease, name="simulator-state-lease", daemon=True),
        ]

    def start(self) -> None:
        """Listen, then join: from then on others wait for our acknowledgement. Raises :class:`StateUnreachable`."""
        self._client.probe("names", 0)
        self._writes.maintain()
        listen, keep_lease = self._threads
        listen.start()
        self._listening.wait(WAIT.total_seconds())
        self.renew()
        keep_lease.start()

    def is_fresh(self) -> bool:
        """Whether the lease holds."""
        return steady() < self._until

    def agree(self, told: Sequence[Any], *, ourselves: bool = False) -> None:
        """Return once every worker has acknowledged a change.

        told: the number of the change, and the live workers with the rest of their leases.
        ourselves: wait for this worker as well. Raises :class:`StateUnreachable`; the change then holds, but perhaps
        not in every worker yet.
        """
        number, live = told
        began = steady()
        waiting = {str(who): began + int(left) / 1000 for who, left in zip(live[::2], live[1::2], strict=True)}
        if not ourselves:
            waiting.pop(self.id, None)
        while waiting:
            left = max(waiting.values()) - steady()
            if left <= 0 or self._stopping.is_set():
                return
            who = self._client.next_ack(int(number), min(left, _LONGEST))
            if who is not None:
                waiting.pop(who, None)

    def renew(self) -> None:
        """Renew the lease, and check whether Redis has lost its data. Raises :class:`StateUnreachable`."""
        with self._renewing:
            sent, sent_at = steady(), process_time()
            lease = round(LEASE.total_seconds() * 1000)
            epoch, number, seconds, micros, lost = self._client.probe(
                "renew_lease", self.id, lease, secrets.token_hex(8), self._kept, self._heard
            )
            self._compare_clocks(sent_at, int(seconds) * 1_000_000 + int(micros), process_time())
            if epoch != self._client.epoch:
                if self._client.epoch:
                    logger.warning(
                        "the shared state at %s was emptied, or restored from an older copy: counters, states,"
                        " opt-outs, revocations and journals start again; scenario and clock are put back",
                        self._client.where,
                    )
                self._client.epoch = epoch
                self._missed_up_to(number)
            elif not self._has_heard(number):
                self._deaf.set()
                self._missed_up_to(number)
            self._until = sent + LEASE.total_seconds() - _MARGIN
            self._say_what_was_lost(lost)

    def _say_what_was_lost(self, lost: int) -> None:
        if lost > self._lost:
            logger.warning("%d journal entries were lost: Redis did not take them", lost - self._lost)
        self._lost = lost

    def _compare_clocks(self, sent: int, theirs: int, received: int) -> None:
        """Count only a certain difference: workers of one machine have one clock, even if it is busy."""
        if received - sent < _CERTAIN:
            ahead = theirs - (sent + received) // 2
            self.clock_offset_us = ahead if abs(ahead) > _CERTAIN else 0

    def stop(self) -> None:
        """Leave the group, so that no worker waits for us."""
        self._stopping.set()
        self._until = 0.0
        until = steady() + 2 * _TICK
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - steady()))  # one that waits for Redis ends later, by itself
        self._writes.put(command("ZREM", f"{self._client.root}members", self.id))
        self._writes.close()

    def _has_heard(self, number: int) -> bool:
        with self._news:
            return self._news.wait_for(lambda: self._heard >= number, _CATCH_UP)

    def _missed_up_to(self, number: int) -> None:
        with self._news:
            self._heard = number
        self._on_notice(ChangeNotice("resync"))

    def _keep_lease(self) -> None:
        due = steady() + _RENEWED_EVERY
        while not self._stopping.wait(_TICK):
            try:
                self._writes.maintain()
                self._maintain()
                if steady() >= due:
                    due = steady() + _RENEWED_EVERY
                    self._writes.confirm()
                    self.renew()
            except StateUnreachable as unreachable:
                self._client.lost(str(unreachable))  # it logs this once
            except Exception:  # this thread must live: without it the simulator is never ready again
                logger.exception("unexpected error while keeping the lease on the shared state")

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._client.named(), closing(self._client.pubsub()) as pubsub:
                    pubsub.subscribe(f"{self._client.root}changes")
                    self._deaf.clear()
                    while not (self._stopping.is_set() or self._deaf.is_set()):
                        message = pubsub.get_message(timeout=_LONGEST)
                        if message is None:
                            continue
                        if message["type"] == "message":
                            self._on_message(*json.loads(message["data"]))
                        elif message["type"] == "subscribe":
                            self._listening.set()
                            self._on_notice(ChangeNotice("resync"))  # what came before we listened
            except StateUnreachable:
                self._stopping.wait(_RENEWED_EVERY)
            except Exception:  # this thread must live: without it every change by another worker waits for our lease
                logger.exception("unexpected error while listening to the shared state")
                self._stopping.wait(_RENEWED_EVERY)

    def _on_message(
        self, number: int, kind: str, writer: str, sandbox: str, extra: Sequence[str] | None = None
    ) -> None:
        with self._news:
            missed, self._heard = number > self._heard + 1, max(self._heard, number)
            self._news.notify_all()
        if missed:
            self._on_notice(ChangeNotice("resync"))
        if kind == "begun":
            return
        if writer != self.id:
            match kind:
                case "clock" | "scenario" | "deleted":
                    self._on_notice(ChangeNotice(kind, sandbox))
                case "noted" if extra is not None:
                    self._on_status(sandbox, *extra)
                case _:
                    pass  # "write": the acknowledgement is sent after all entries that were put, on the same connection
        elif kind != "write":
            return
        acks = f"{self._client.root}acks:{number}"
        self._writes.confirm(command("RPUSH", acks, self.id), command("PEXPIRE", acks, 10_000))
