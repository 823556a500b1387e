"""What the connections of one running server share. Lives on the loop's thread."""

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
"""What the log says of a call whose handling crashed: its method and path."""

_WSGI_THREADS: Final = 4
"""For the requests of the application that are quick, and as many for those that may be slow: quick ones never wait
for slow ones."""

_STORE_THREADS: Final = 4
"""For questions to the store that must wait; the store bounds how long."""


Operations = Callable[[Request], Reply | CallSteps | None]
"""Answers a call on the loop's thread, without waiting. A generator: the call needs the store, and the server runs it.
None: the WSGI application answers this request."""


class OpenConnection(Protocol):
    """A client's connection, as the server ends it."""

    def shut(self) -> None:
        """The server stops: drop an answer that waits, send one that is being made."""

    def abort(self) -> None:
        """End at once."""


class HeldAnswer(Protocol):
    """An answer that hangs until it is released."""

    def release(self) -> None:
        """Continue."""


Ended = Callable[[Delivery, str], object]
"""Is told how a delivery that took time ended: ``"sent"``, ``"left"`` (the client went first) or ``"freed"``."""


BindLoop = Callable[[asyncio.AbstractEventLoop], bool]
"""Is told which loop answers, on its thread. True: an answer is to leave after the loop's next turn, so that what was
written to the store for it, and for others in the same turn, is sent before it."""


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
        """The answer of an operation, now or once the store has answered; None: the application has it.

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
        except Exception:  # the process's rim: one call's crash must not end the others, and must be seen
            logger.exception(CRASH, request.method, request.path)
            return crashed()
        start = self._start or _no_start
        call = PendingCall(self.loop, answer, start=start, waiting=self._waiting, held=self.held)
        call.ask(need)
        return call.made

    def indirect(self, incoming: Request) -> asyncio.Future[Reply]:
        """The application's answer, from a thread of its own so that no other call waits for it."""
        return self.loop.run_in_executor(self._slow if self._is_slow(incoming) else self._quick, self._apply, incoming)

    def hold(self, scope: str, answer: HeldAnswer) -> None:
        """Remember an answer that hangs, for :meth:`release`."""
        self._hanging.setdefault(scope, set()).add(answer)

    def forget(self, scope: str, answer: HeldAnswer) -> None:
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

    def add(self, connection: OpenConnection) -> int:
        """A client has connected; answers the connection's number."""
        self.connections.add(connection)
        return next(self._numbers)

    def remove(self, connection: OpenConnection) -> None:
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
            logger.exception(CRASH, incoming.method, incoming.path)
            return crashed()

    def _close(self) -> None:
        """Let the threads go; calls that are in one finish unheard."""
        for pool in (self._quick, self._slow, self._waiting):
            pool.shutdown(wait=False, cancel_futures=True)


def _no_start(_: Need) -> None:
    """A store that is not shared is asked on a thread once a call has waited for something else."""


def crashed() -> Reply:
    """Our answer to a call whose handling crashed; the log has the traceback."""
    return refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR, "This is a bug of the simulator, not an answer of the API; its log says more."
    )
