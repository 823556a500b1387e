"""Steps of a tally for an event loop: many under way on one connection, and the loop's thread waits for none.

A call is carried out in a greenlet. Where it needs Redis it sends its command and steps aside; the loop goes on,
and when the answer has come the call goes on where it was. So the code of a call is the same everywhere, and a
round trip costs a third of what a thread for it would.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

import hiredis
import redis
from greenlet import getcurrent, greenlet
from redis.exceptions import ResponseError

from simulator.core.clock import steady
from simulator.core.errors import StateUnreachable
from simulator.state.redis.client import WAIT, RedisClient
from simulator.state.redis.write_behind import command

T = TypeVar("T")

_MORE: Final = object()
"""The parser's word for an answer that is not whole yet."""
_LOOK_EVERY: Final = 0.1
"""Seconds between looks at whether the oldest command has waited for too long."""


class Elsewhere(BaseException):
    """The call is to begin again where waiting is allowed; nothing has been counted. No handler on its way is meant."""


class _Call(greenlet):
    """One call under way."""


class Pipeline:
    """Lives on the thread of one loop, but for :meth:`tend` and :meth:`close`."""

    def __init__(self, link: RedisClient) -> None:
        self._link = link
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: redis.Connection | None = None
        self._socket: Any = None
        self._reader = self._fresh_reader()
        self._waiting: deque[tuple[float, greenlet]] = deque()
        self._unsent: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def attend(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve this loop, once there is a connection for it."""
        self._loop = loop

    def run(self, make: Callable[[], T]) -> asyncio.Future[T] | None:
        """What ``make`` makes, perhaps later; None while there is no connection, and then nothing has been begun."""
        loop = self._loop
        if loop is None or self._socket is None:
            return None
        made: asyncio.Future[T] = loop.create_future()
        _Call(partial(self._carry_out, loop, make, made)).switch()
        return made

    def here(self) -> bool:
        """Whether who asks is a call that :meth:`run` has begun."""
        return type(getcurrent()) is _Call

    def ask(self, script: str, *args: str | int) -> Any:
        """What a script answers, for a call in :meth:`run`. Raises :class:`StateUnreachable` and :class:`Elsewhere`."""
        link, loop = self._link, self._loop
        if link.gone or self._socket is None or loop is None:
            raise link.unreachable("it did not answer before")
        call = getcurrent()
        if call.parent is None:
            raise AssertionError("a call under way was begun by the loop")
        self._waiting.append((steady() + WAIT.total_seconds(), call))
        if not self._unsent:
            loop.call_soon(self._send)  # with all that this turn of the loop still asks
        self._unsent.append(command("EVALSHA", link.sha(script), 1, link.root, *args))
        if self._timer is None:
            self._timer = loop.call_later(_LOOK_EVERY, self._look)
        found = call.parent.switch()
        if isinstance(found, hiredis.ReplyError):
            if str(found).startswith("NOSCRIPT"):
                raise Elsewhere
            raise ResponseError(str(found))
        return found

    def tend(self) -> None:
        """Connect when a loop is to be served; from a thread that may wait."""
        loop = self._loop
        if loop is None or self._connection is not None or self._link.gone:
            return
        connection = self._link.connection()
        try:
            with self._link.named():
                connection.connect()
        except StateUnreachable:
            return
        self._connection = connection
        with contextlib.suppress(RuntimeError):  # the loop was closed a moment ago: there is nobody to serve
            loop.call_soon_threadsafe(self._attach, connection)

    def close(self) -> None:
        """Once the loop has ended."""
        connection, self._connection, self._socket = self._connection, None, None
        if connection is not None:
            connection.disconnect()

    def _carry_out(self, loop: asyncio.AbstractEventLoop, make: Callable[[], T], made: asyncio.Future[T]) -> None:
        try:
            answer = make()
        except Elsewhere:
            loop.run_in_executor(None, make).add_done_callback(partial(_hand_on, made))
            return
        if not made.done():
            made.set_result(answer)

    def _attach(self, connection: redis.Connection) -> None:
        if self._loop is None:
            return
        self._reader = self._fresh_reader()
        self._socket = connection._sock  # noqa: SLF001 - redis-py has no way to share a connection with a loop
        self._socket.setblocking(False)
        self._loop.add_reader(self._socket, self._read)

    def _send(self) -> None:
        if self._socket is None or self._loop is None:
            return
        data = b"".join(self._unsent)
        try:
            sent = self._socket.send(data)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            sent = 0
        except OSError as error:
            self._lose(str(error))
            return
        if sent == len(data):
            self._unsent.clear()
            self._loop.remove_writer(self._socket)
        else:
            self._unsent[:] = [data[sent:]]
            self._loop.add_writer(self._socket, self._send)

    def _read(self) -> None:
        try:
            data = self._socket.recv(65_536)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as error:
            self._lose(str(error))
            return
        if not data:
            self._lose("it closed the connection")
            return
        reader = self._reader
        reader.feed(data)
        while (found := reader.gets()) is not _MORE:
            _, call = self._waiting.popleft()
            call.switch(found)

    def _look(self) -> None:
        self._timer = None
        if not self._waiting or self._loop is None:
            return
        if steady() > self._waiting[0][0]:
            self._link.lost("it took too long")
            self._lose("it took too long")
            return
        self._timer = self._loop.call_later(_LOOK_EVERY, self._look)

    def _lose(self, why: str) -> None:
        """The connection is of no more use; whoever waits on it does not know whether it was counted."""
        if self._loop is not None and self._socket is not None:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        connection, self._socket = self._connection, None
        self._unsent.clear()
        if connection is not None:
            connection.disconnect()
        self._connection = None
        waiting, self._waiting = self._waiting, deque()
        for _, call in waiting:
            call.throw(self._link.unreachable(why))

    @staticmethod
    def _fresh_reader() -> hiredis.Reader:
        return hiredis.Reader(encoding="utf-8", errors="surrogatepass", notEnoughData=_MORE)


def _hand_on(made: asyncio.Future[T], done: asyncio.Future[T]) -> None:
    if not made.done() and not done.cancelled():
        made.set_result(done.result())
