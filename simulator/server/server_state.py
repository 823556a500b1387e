"""What the connections of one running server share. Lives on the loop's thread."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

from simulator.core.model.call import Delivery, Reply, Request
from simulator.server.http.limits import Limits
from simulator.server.http.refusal import refusal
from simulator.server.wsgi import WsgiApp, call_wsgi

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from simulator.server.connection import Connection
    from simulator.server.delivery.pending import PendingDelivery
    from simulator.server.loop import RealTimeLoop

logger = logging.getLogger("simulator.server")

_CRASH: Final = "unexpected error while answering %s %s"

_WSGI_THREADS = 4
"""Enough for a control plane: its calls are short, and none of them waits."""


_WAITING_THREADS = 4
"""For answers that wait a moment for somebody else; how long is bounded there."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """An answer that takes waiting.

    make: makes it, on a thread that may wait. without_waiting: if it is there, begins ``make`` on the loop's thread
    in a way that does not hold it up; None from it: it cannot now.
    """

    make: Callable[[], Reply]
    without_waiting: Callable[[Callable[[], Reply]], asyncio.Future[Reply] | None] | None = None


class FastPath(Protocol):
    """The direct way to an answer, on the loop's thread: it must not wait."""

    def __call__(self, incoming: Request) -> Reply | Deferred | None:
        """The answer, or what will make it where waiting is allowed, or None: the WSGI application has it."""


Ended = Callable[[Delivery, str], object]
"""Is told how a delivery that took time ended: ``"sent"``, ``"left"`` (the client went first) or ``"freed"``."""


Attend = Callable[[asyncio.AbstractEventLoop], bool]
"""Is told which loop answers, on its thread. True: an answer is not to leave before the loop's next turn, so that what
was written for it and for others in the same turn goes first, together."""


class ServerState:
    """The lane, the application behind it, and who is connected."""

    def __init__(
        self,
        lane: FastPath,
        wsgi: WsgiApp | None,
        limits: Limits,
        address: tuple[str, int],
        loop: RealTimeLoop,
        *,
        ended: Ended = lambda _plan, _how: None,
        attend: Attend = lambda _loop: False,
    ) -> None:
        self.after_turn = attend(loop)
        self.limits = limits
        self.ended = ended
        self.loop = loop
        self.connections: set[Connection] = set()
        self._lane = lane
        self._wsgi = wsgi
        self._address = address
        self._hanging: dict[str, set[PendingDelivery]] = {}
        self._numbers = itertools.count(1)
        self._empty: asyncio.Event | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._waiters: ThreadPoolExecutor | None = None

    def direct(self, incoming: Request) -> Reply | Deferred | None:
        """What the lane says; our answer when it crashed."""
        try:
            return self._lane(incoming)
        except Exception:  # the process's rim: one call's crash must not end the others, and must be seen
            logger.exception(_CRASH, incoming.method, incoming.path)
            return _crashed()

    def indirect(self, incoming: Request) -> asyncio.Future[Reply]:
        """The application's answer, from a thread of its own so that nobody else waits for it."""
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor

            self._executor = ThreadPoolExecutor(_WSGI_THREADS, thread_name_prefix="simulator-wsgi")
        return self.loop.run_in_executor(self._executor, self._apply, incoming)

    def later(self, incoming: Request, later: Deferred) -> asyncio.Future[Reply]:
        """An answer that must wait: between the loop's turns, or on a thread, of which the application has others."""
        make = partial(self._wait, incoming, later.make)
        made = None if later.without_waiting is None else later.without_waiting(make)
        if made is not None:
            return made
        if self._waiters is None:
            from concurrent.futures import ThreadPoolExecutor

            self._waiters = ThreadPoolExecutor(_WAITING_THREADS, thread_name_prefix="simulator-wait")
        return self.loop.run_in_executor(self._waiters, make)

    def hold(self, scope: str, answer: PendingDelivery) -> None:
        """Remember an answer that hangs, for :meth:`release`."""
        self._hanging.setdefault(scope, set()).add(answer)

    def forget(self, scope: str, answer: PendingDelivery) -> None:
        """Forget it again."""
        answers = self._hanging.get(scope)
        if answers is not None:
            answers.discard(answer)
            if not answers:
                del self._hanging[scope]

    def release(self, scope: str) -> None:
        """End the hanging of every answer of a sandbox."""
        for answer in list(self._hanging.get(scope, ())):
            answer.release()

    def add(self, connection: Connection) -> int:
        """A client has connected; answers the connection's number."""
        self.connections.add(connection)
        return next(self._numbers)

    def remove(self, connection: Connection) -> None:
        """It is gone."""
        self.connections.discard(connection)
        if not self.connections and self._empty is not None:
            self._empty.set()

    async def close_all(self, grace: float) -> None:
        """End every connection: at once where an answer waits, within ``grace`` seconds where one is leaving."""
        for connection in list(self.connections):
            connection.shut()
        if self.connections:
            self._empty = asyncio.Event()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), grace)
        for connection in list(self.connections):
            connection.abort()
        self._close()
        await asyncio.sleep(0)  # the loop closes aborted sockets at its next turn

    def _apply(self, incoming: Request) -> Reply:
        if self._wsgi is None:
            return refusal(HTTPStatus.NOT_FOUND, f"{incoming.method} {incoming.path} is not served here.")
        if incoming.oversized:
            return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is over {self.limits.body} bytes.")
        try:
            return call_wsgi(self._wsgi, incoming, self._address)
        except Exception:  # as in direct()
            logger.exception(_CRASH, incoming.method, incoming.path)
            return _crashed()

    def _wait(self, incoming: Request, make: Callable[[], Reply]) -> Reply:
        try:
            return make()
        except Exception:  # as in direct()
            logger.exception(_CRASH, incoming.method, incoming.path)
            return _crashed()

    def _close(self) -> None:
        """Let the threads go; calls that are in one finish unheard."""
        for executor in (self._executor, self._waiters):
            if executor is not None:
                executor.shutdown(wait=False, cancel_futures=True)


def _crashed() -> Reply:
    return refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR, "This is a bug of the simulator, not an answer of the API; its log says more."
    )
