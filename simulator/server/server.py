"""The server: its sockets, its start and its stop."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from socket import socket
from typing import TYPE_CHECKING, Final, Self

from simulator.core import defaults
from simulator.core.model.call import Request
from simulator.server.acceptor import Acceptor
from simulator.server.connection import Connection
from simulator.server.http.limits import Limits
from simulator.server.loop import RealTimeLoop
from simulator.server.pending_call import Start
from simulator.server.server_state import BindLoop, Ended, Operations, ServerState
from simulator.server.sockets import authority, close_in_children, listen, raise_fd_limit
from simulator.server.stop_signals import stop_signals
from simulator.server.wsgi import WsgiApp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.server.tls import Tls

_GC_THRESHOLDS: Final = (700, 10, 1_000)
"""Allocations before a collection of the youngest objects, then collections of a generation before the next older one.

Python's own third number is 10. A full collection stops every thread, 1.7 s while a scenario of 1 MiB is read; with
these it comes after seven million allocations, and no stop is longer than 10 ms. They apply only in our own process:
a server inside a host process (``start``) does not change the collector.
"""
_GRACE: Final = timedelta(milliseconds=500)
"""Real time in which finished answers may still be sent when the server stops."""


class Server:
    """Our own HTTP/1.1 server.

    operations: answers API calls, on the loop's thread. wsgi: answers every other request; None: 404.
    host: an address, or "localhost" for both loopbacks. port: 0 picks a free one.
    ended: is called with the end of each delivery that took time.
    bind_loop: is called with the loop, before the first call; see :data:`simulator.server.server_state.BindLoop`.
    start: asks the store on that loop; see :data:`simulator.server.pending_call.Start`. None: the store never waits.
    is_slow: which requests of the application get separate threads.
    tls: also serve https, on ``tls_port`` (0: a free one); http stays.

    ``bind`` opens the sockets, so that the address is known and taken; ``serve_forever`` and
    ``start`` call it if needed.
    """

    def __init__(
        self,
        operations: Operations,
        wsgi: WsgiApp | None = None,
        *,
        host: str = defaults.HOST,
        port: int = defaults.PORT,
        tls: Tls | None = None,
        tls_port: int = 0,
        limits: Limits | None = None,
        ended: Ended = lambda _plan, _how: None,
        bind_loop: BindLoop = lambda _loop: False,
        start: Start | None = None,
        is_slow: Callable[[Request], bool] = lambda _request: False,
    ) -> None:
        self.host = host
        self._operations = operations
        self._wsgi = wsgi
        self._wanted = port
        self._tls = tls
        self._tls_wanted = tls_port
        self._limits = limits or Limits()
        self._ended = ended
        self._bind_loop = bind_loop
        self._start = start
        self._is_slow = is_slow
        self._plain: list[socket] = []
        self._secure: list[socket] = []
        self._serving: ServerState | None = None
        self._stopping: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port of http; before ``bind``, the requested port."""
        return int(self._plain[0].getsockname()[1]) if self._plain else self._wanted

    @property
    def url(self) -> str:
        """``http://127.0.0.1:8080``, without a slash at the end."""
        return f"http://{authority(self.host, self.port)}"

    @property
    def https_url(self) -> str | None:
        """The URL for https; None without TLS."""
        return f"https://{authority(self.host, int(self._secure[0].getsockname()[1]))}" if self._secure else None

    def bind(self) -> None:
        """Listen; clients can connect, and wait for the server to run. Later calls do nothing.

        Raises :class:`PortTaken` and :class:`UsageError`; no socket is then open.
        """
        if self._plain:
            return
        self._plain = listen(self.host, self._wanted)
        if self._tls is not None:
            try:
                self._secure = listen(self.host, self._tls_wanted)
            except Exception:
                self._close_sockets()
                raise

    def share(self, front: Server) -> None:
        """Listen on the sockets of ``front``, which other processes forked from the same one share."""
        self._plain, self._secure = front._plain, front._secure

    def serve_forever(self, ready: Callable[[], object] | None = None) -> None:
        """Serve until SIGTERM or SIGINT, in the main thread; ``ready`` is called once clients are served.

        The server stops within a second, also with calls in flight.
        """
        raise_fd_limit()
        self.bind()
        thresholds = gc.get_threshold()
        gc.freeze()  # existing objects stay: a full collection skips them while clients wait
        gc.set_threshold(*_GC_THRESHOLDS)
        try:
            with self._signals():
                self._run(ready or (lambda: None))
        finally:
            gc.set_threshold(*thresholds)
            gc.unfreeze()

    def start(self) -> Self:
        """Serve in a separate thread; clients are served when this returns. Raises the errors of ``bind``."""
        self.bind()
        close_in_children(*self._plain, *self._secure)
        running: Future[None] = Future()

        def run() -> None:
            try:
                self._run(lambda: running.set_result(None))
            except BaseException as error:
                if running.done():
                    raise
                running.set_exception(error)  # start() still waits and raises it

        self._thread = threading.Thread(target=run, name="simulator-server", daemon=True)
        self._thread.start()
        running.result()
        return self

    def stop(self) -> None:
        """Stop the server that ``start`` began, within a second, from any thread. Does nothing if it is not running."""
        self._ask_to_stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def release(self, sandbox: str) -> None:
        """Release the hanging answers of a sandbox, from any thread. Does nothing if the server is not running."""
        serving = self._serving
        if serving is not None:
            _call_in(serving.loop, partial(serving.release, sandbox))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, ready: Callable[[], object]) -> None:
        loop = RealTimeLoop()
        try:
            loop.run_until_complete(self._serve(loop, ready))
        finally:
            self._serving = self._stopping = None
            loop.close()
            self._close_sockets()

    async def _serve(self, loop: RealTimeLoop, ready: Callable[[], object]) -> None:
        address = (self.host, self.port)
        serving = ServerState(
            self._operations, self._wsgi, self._limits, address, loop,
            ended=self._ended, bind_loop=self._bind_loop, start=self._start, is_slow=self._is_slow,
        )  # fmt: skip
        self._stopping = stopping = asyncio.Event()
        self._serving = serving
        acceptors = self._accept(loop, serving)
        ready()
        await stopping.wait()
        for acceptor in acceptors:
            acceptor.close()
        await serving.close_all(_GRACE.total_seconds())

    def _accept(self, loop: asyncio.AbstractEventLoop, serving: ServerState) -> list[Acceptor]:
        """The acceptors of clients, one for each socket."""
        plain = [Acceptor(loop, each, partial(Connection, serving, secure=False)) for each in self._plain]
        if self._tls is None:
            return plain
        secure = partial(Connection, serving, secure=True)
        tls = partial(Acceptor, context=self._tls.context, handshake=self._limits.handshake, shutdown=_GRACE)
        return plain + [tls(loop, each, secure) for each in self._secure]

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """The stop signals end the server; their earlier handlers are restored."""
        numbers = stop_signals()
        before = [signal.signal(number, lambda *_: self._ask_to_stop()) or signal.SIG_DFL for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)

    def _ask_to_stop(self) -> None:
        serving, stopping = self._serving, self._stopping
        if serving is not None and stopping is not None:
            _call_in(serving.loop, stopping.set)

    def _close_sockets(self) -> None:
        for listener in (*self._plain, *self._secure):
            listener.close()
        self._plain, self._secure = [], []


def _call_in(loop: asyncio.AbstractEventLoop, act: Callable[[], object]) -> None:
    try:
        loop.call_soon_threadsafe(act)
    except RuntimeError:  # the loop was closed meanwhile: nothing is left to do
        if not loop.is_closed():
            raise
