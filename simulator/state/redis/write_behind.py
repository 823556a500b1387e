"""Writing without waiting: entries are with the kernel before their call is answered."""

from __future__ import annotations

import contextlib
import logging
import select
import ssl
import threading
from collections import deque
from itertools import islice
from socket import socket
from typing import TYPE_CHECKING, Final, cast

import redis
from redis.exceptions import RedisError

from simulator.core.errors import StateUnreachable
from simulator.state.redis.client import RedisClient

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

logger = logging.getLogger("simulator.state")

LIMIT: Final = 8 * 1024 * 1024
"""Bytes that wait for a Redis that does not take them; what comes then is lost, and counted."""
_TOGETHER: Final = 128
"""Commands that are sent in one breath, at most."""


def command(*parts: str | bytes | int) -> bytes:
    """A command as Redis reads it (RESP2 array of bulk strings)."""
    return b"*%d\r\n" % len(parts) + b"".join(bulk(part) for part in parts)


def bulk(part: str | bytes | int) -> bytes:
    """One part of a command."""
    raw = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
    return b"$%d\r\n%b\r\n" % (len(raw), raw)


class WriteBehind:
    """One connection on which Redis is told not to answer (``CLIENT REPLY OFF``). Safe to use from many threads.

    What is put here goes to the kernel in the same breath: the death of this process does not lose it. What the thread
    of an attended loop puts goes there at the end of the loop's turn, in one breath with all that the turn has put;
    answers that leave after that do not outlive their entries either. Redis carries out the commands of one connection
    in order, so whoever sees a later one done knows that the earlier ones are.
    """

    def __init__(self, client: RedisClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._connection: redis.Connection | None = None
        self._socket: socket | None = None
        self._waiting: deque[bytes] = deque()
        self._begun = 0  # bytes of the first that waits which this connection has taken already
        self._size = 0
        self._lost = 0
        self._loop: AbstractEventLoop | None = None
        self._loop_thread = 0  # the loop's thread
        self._due = False  # the loop will call us after this turn

    def bind_loop(self, loop: AbstractEventLoop) -> None:
        """Send what this thread puts once a turn of its loop."""
        with self._lock:
            self._loop, self._loop_thread, self._due = loop, threading.get_ident(), False

    def put(self, *commands: bytes) -> None:
        """Send commands, each whole, or keep them until Redis takes them. Never waits."""
        with self._lock:
            for one in commands:
                self._wait(one)
            loop = self._loop
            if loop is None or threading.get_ident() != self._loop_thread or loop.is_closed():
                self._send_waiting()
            elif not self._due:
                self._due = True
                loop.call_soon(self._turn)

    def maintain(self) -> None:
        """Reach Redis again, and send what waits; call it from time to time, not on a thread that must not wait."""
        with self._lock:
            if self._socket is not None and _has_ended(self._socket):
                self._drop()
            connected = self._socket is not None
        if not connected and not self._client.gone:
            self._connect()
        with self._lock:
            self._send_waiting()
            if self._waiting:
                return
            if self._lost:
                logger.warning("%d journal entries were lost while the shared state was gone", self._lost)
                self._lost = 0

    def close(self) -> None:
        """Send what can be sent at once, and end."""
        with self._lock:
            self._send_waiting()
            self._drop()

    def _turn(self) -> None:
        with self._lock:
            self._due = False
            self._send_waiting()

    def _connect(self) -> None:
        connection = self._client.connection()
        try:
            with self._client.named():
                connection.connect()
                connection.send_command("CLIENT", "REPLY", "OFF")
        except StateUnreachable:
            connection.disconnect()
            return
        opened = cast(socket, connection._sock)  # noqa: SLF001 - redis-py has no way to send without waiting
        opened.setblocking(False)
        with self._lock:
            self._connection, self._socket = connection, opened

    def _send_waiting(self) -> None:
        while self._waiting and self._socket is not None:
            several = list(islice(self._waiting, _TOGETHER))
            self._begun += self._send(b"".join(several)[self._begun :])
            for one in several:
                if self._begun < len(one):
                    return
                self._waiting.popleft()
                self._begun, self._size = self._begun - len(one), self._size - len(one)

    def _wait(self, one: bytes) -> None:
        if self._size + len(one) > LIMIT:
            self._lost += 1
            return
        self._waiting.append(one)
        self._size += len(one)

    def _send(self, data: bytes) -> int:
        """How many bytes the kernel took. Redis does nothing with half a command: a new connection gets it whole."""
        if self._socket is None:
            return 0
        try:
            return self._socket.send(data)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return 0
        except OSError:
            self._drop()
            return 0

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._socket, self._begun = None, 0
        if connection is not None:
            with contextlib.suppress(OSError, RedisError):  # it is being given up: how it ends is all the same
                connection.disconnect()


def _has_ended(peer: socket) -> bool:
    """Redis never answers here, so something to read is the end of the connection."""
    return bool(select.select([peer], [], [], 0)[0])
