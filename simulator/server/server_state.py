"""The state that the connections of one running server share. Used on the loop's thread only."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

from simulator.core.model.call import Delivery, Reply, Request
from simulator.core.model.call_steps import CallSteps, Need, until_external
from simulator.server.daemon_pool import DaemonPool
from simulator.server.http.limits import Limits
from simulator.server.http.refusal import refusal
from simulator.server.pending_call import PendingCall, Start
from simulator.server.wsgi import WsgiApp, call_wsgi

if TYPE_CHECKING:
    from simulator.server.loop import RealTimeLoop

logger = logging.getLogger("simulator.server")

CRASH: Final = "unexpected error while answering %s %s"
"""The log message for a call whose handling crashed: its method and path."""

_WSGI_THREADS: Final = 4
"""Threads for quick requests of the application, and as many for those that may be slow: quick requests never wait
for slow ones."""

_STORE_THREADS: Final = 4
"""Threads for calls to the store that must wait; the store bounds how long."""


Operations = Callable[[Request], Reply | CallSteps | None]
"""Answers a call on the loop's thread, without waiting. A generator: the call needs the store, and the server runs it.
None: the WSGI application answers this request."""


class OpenConnection(Protocol):
    """A client's connection, as the server closes it."""

    def shut(self) -> None:
        """The server stops: drop an answer that waits, send one that is being made."""

    def abort(self) -> None:
        """Close at once."""


class HeldAnswer(Protocol):
    """An answer that hangs until it is released."""

    def release(self) -> None:
        """Continue."""


Ended = Callable[[Delivery, str], object]
"""Is called when a slow delivery ends: with ``"sent"``, ``"left"`` (the client disconnected) or ``"freed"``."""


BindLoop = Callable[[asyncio.AbstractEventLoop], bool]
"""Is called with the loop that answers, on its thread. True: send an answer after the loop's next turn, so that the
writes to the store of this turn are sent before it."""


class ServerState:
    """The simulated operations, the WSGI application beside them, and the open connections.

    held: the answers of calls that wait until a test releases them.
    """

    def __init__(
        self,
        operations: Operations,
        wsgi: WsgiApp | None,
        limits: Limits,
        address: tuple[str, int],
        loop: RealTimeLoop,
        *,
        ended: Ended = lambda _plan, _how: None,
        bind_loop: BindLoop = lambda _loop: False,
        start: Start | None = None,
        is_slow: Callable[[Request], bool] = lambda _request: False,
    ) -> None:
        self.after_turn = bind_loop(loop)
        self.limits = limits
        self.ended = ended
        self.loop = loop
        self.connections: set[OpenConnection] = set()
        self.held: set[asyncio.Future[Reply]] = set()
        self._operations = operations
        self._start = start
        self._wsgi = wsgi
        self._address = address
        self._hanging: dict[str, set[HeldAnswer]] = {}
        self._numbers = itertools.count(1)
        self._empty: asyncio.Event | None = None
        self._is_slow = is_slow
        self._quick = DaemonPool(_WSGI_THREADS, "simulator-wsgi")
        self._slow = DaemonPool(_WSGI_THREADS, "simulator-slow")
        self._waiting = DaemonPool(_STORE_THREADS, "simulator-store")

    def direct(self, request: Request) -> Reply | asyncio.Future[Reply] | None:
        """The answer of an operation, now or once the store has answered; None: the application answers.

        An operation that crashes is answered with our own 500.
        """
        try:
            answer = self._operations(request)
            if answer is None or isinstance(answer, Reply):
                return answer
            need = next(answer)
            if self._start is None:
                need = until_external(answer, need)
        except StopIteration as done:
            reply: Reply = done.value
            return reply
        except Exception:  # the last handler: one call's crash must not end the others, and must be logged
            logger.exception(CRASH, request.method, request.path)
            return crashed()
        start = self._start or _no_start
        call = PendingCall(self.loop, answer, start=start, waiting=self._waiting, held=self.held)
        call.ask(need)
        return call.made

    def indirect(self, incoming: Request) -> asyncio.Future[Reply]:
        """The application's answer, from a separate thread so that no other call waits for it."""
        return self.loop.run_in_executor(self._slow if self._is_slow(incoming) else self._quick, self._apply, incoming)

    def hold(self, scope: str, answer: HeldAnswer) -> None:
        """Register a hanging answer for :meth:`release`."""
        self._hanging.setdefault(scope, set()).add(answer)

    def forget(self, scope: str, answer: HeldAnswer) -> None:
        """Remove a hanging answer again."""
        answers = self._hanging.get(scope)
        if answers is not None:
            answers.discard(answer)
            if not answers:
                del self._hanging[scope]

    def release(self, scope: str) -> None:
        """Release every hanging answer of a sandbox."""
        for answer in list(self._hanging.get(scope, ())):
            answer.release()

    def add(self, connection: OpenConnection) -> int:
        """Register a new connection; returns its number."""
        self.connections.add(connection)
        return next(self._numbers)

    def remove(self, connection: OpenConnection) -> None:
        """Remove a connection that has ended."""
        self.connections.discard(connection)
        if not self.connections and self._empty is not None:
            self._empty.set()

    async def close_all(self, grace: float) -> None:
        """Close every connection: at once if its answer waits, within ``grace`` seconds if an answer is being sent."""
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
            logger.exception(CRASH, incoming.method, incoming.path)
            return crashed()

    def _close(self) -> None:
        """Shut the thread pools down; the results of running calls are ignored."""
        for pool in (self._quick, self._slow, self._waiting):
            pool.shutdown(wait=False, cancel_futures=True)


def _no_start(_: Need) -> None:
    """None: a store that is not shared is asked on a thread after a call has waited for another need."""


def crashed() -> Reply:
    """Our answer to a call whose handling crashed; the log has the traceback."""
    return refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR, "This is a bug of the simulator, not an answer of the API; its log says more."
    )
