"""Scripts for an event loop: many pending on one connection, and the loop never waits for Redis."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import hiredis
import redis

from simulator.core.clock import steady
from simulator.core.errors import StateUnreachable
from simulator.state.redis.client import WAIT, RedisClient
from simulator.state.redis.write_behind import command

_MORE: Final = object()
"""What the parser returns for a reply that is not complete yet."""
_READ: Final = 65_536
"""Bytes that are read at a time."""
_LOOK_EVERY: Final = 0.1
"""Seconds between checks whether the oldest command has waited for too long."""


class _Sent(NamedTuple):
    """A command without a reply yet. deadline: on the steady clock. read: turns the reply into the answer."""

    script: str
    deadline: float
    answer: asyncio.Future[Any]
    read: Callable[[Any], Any]


class Pipeline:
    """Belongs to the thread of one loop, except for :meth:`maintain` and :meth:`close`."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: redis.Connection | None = None
        self._socket: Any = None
        self._reader = self._fresh_reader()
        self._sent: deque[_Sent] = deque()
        self._unsent: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def bind_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve this loop once a connection for it exists."""
        self._loop = loop

    def ask(self, read: Callable[[Any], Any], script: str, *args: str | int) -> asyncio.Future[Any] | None:
        """Run a script; ``read`` converts its reply. None without a connection: nothing has been sent.

        The future fails with :class:`StateUnreachable`, or as ``read`` fails.
        """
        client, loop = self._client, self._loop
        if loop is None or self._socket is None or client.gone:
            return None
        answer: asyncio.Future[Any] = loop.create_future()
        self._sent.append(_Sent(script, steady() + WAIT.total_seconds(), answer, read))
        if not self._unsent:
            loop.call_soon(self._send)  # with every command of this turn of the loop
        self._unsent.append(command("EVALSHA", client.sha(script), 1, client.root, *args))
        if self._timer is None:
            self._timer = loop.call_later(_LOOK_EVERY, self._check_deadline)
        return answer

    def maintain(self) -> None:
        """Connect if a loop is bound; call it on a thread that may wait."""
        loop = self._loop
        if loop is None or self._connection is not None or self._client.gone:
            return
        connection = self._client.connection()
        try:
            with self._client.named():
                connection.connect()
        except StateUnreachable:
            return
        self._connection = connection
        with contextlib.suppress(RuntimeError):  # the loop was closed a moment ago: no call is left to serve
            loop.call_soon_threadsafe(self._attach, connection)

    def close(self) -> None:
        """Close the connection; call it after the end of the loop."""
        connection, self._connection, self._socket = self._connection, None, None
        if connection is not None:
            connection.disconnect()

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
            self._disconnect(str(error))
            return
        if sent == len(data):
            self._unsent.clear()
            self._loop.remove_writer(self._socket)
        else:
            self._unsent[:] = [data[sent:]]
            self._loop.add_writer(self._socket, self._send)

    def _read(self) -> None:
        try:
            data = self._received()
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as error:
            self._disconnect(str(error))
            return
        if not data:
            self._disconnect("it closed the connection")
            return
        reader = self._reader
        try:
            reader.feed(data)
            while (reply := reader.gets()) is not _MORE:
                self._answer(reply)
        except (hiredis.HiredisError, StateUnreachable) as error:
            self._client.lost(str(error))
            self._disconnect(str(error))

    def _received(self) -> bytes:
        """The bytes that have arrived. Under TLS also the bytes already decrypted, which select does not report."""
        data: bytes = self._socket.recv(_READ)
        while isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            data += self._socket.recv(_READ)
        return data

    def _answer(self, reply: Any) -> None:
        """Give the oldest command its reply. Raises :class:`StateUnreachable` if the reply cannot belong to it."""
        if not self._sent:
            raise self._client.unreachable("a reply to nothing")
        sent = self._sent.popleft()
        if sent.answer.done():  # the call was cancelled
            return
        if isinstance(reply, hiredis.ReplyError):
            sent.answer.set_exception(self._client.refused(reply))
            return
        try:
            found = sent.read(self._client.expected(sent.script, reply))
        except StateUnreachable as unexpected:
            sent.answer.set_exception(unexpected)
            raise
        except Exception as error:  # noqa: BLE001 - the call receives it
            sent.answer.set_exception(error)
        else:
            sent.answer.set_result(found)

    def _check_deadline(self) -> None:
        self._timer = None
        if not self._sent or self._loop is None:
            return
        if steady() > self._sent[0].deadline:
            self._client.lost("it took too long")
            self._disconnect("it took too long")
            return
        self._timer = self._loop.call_later(_LOOK_EVERY, self._check_deadline)

    def _disconnect(self, why: str) -> None:
        """Close the connection; a call that waits on it cannot know whether it was counted."""
        if self._loop is not None and self._socket is not None:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        connection, self._socket = self._connection, None
        self._unsent.clear()
        if connection is not None:
            connection.disconnect()
        self._connection = None
        waiting, self._sent = self._sent, deque()
        for sent in waiting:
            if not sent.answer.done():
                sent.answer.set_exception(self._client.unreachable(why))

    @staticmethod
    def _fresh_reader() -> hiredis.Reader:
        return hiredis.Reader(encoding="utf-8", errors="surrogatepass", notEnoughData=_MORE)
