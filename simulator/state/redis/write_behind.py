"""Writing without waiting: entries are in the socket buffer before their call is answered."""

from __future__ import annotations

import contextlib
import logging
import select
import ssl
import threading
from collections import deque
from itertools import islice
from socket import socket
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import redis
from redis.exceptions import RedisError

from simulator.core.errors import StateUnreachable
from simulator.state.redis.client import RedisClient

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

logger = logging.getLogger("simulator.state")

LIMIT: Final = 8 * 1024 * 1024
"""Bytes that may wait while Redis does not accept them; entries beyond this are lost, and counted."""
_TOGETHER: Final = 128
"""Groups of commands that are handed to the kernel at a time, at most."""
_KEPT: Final = 3_600_000
"""Milliseconds that counts of an emptied Redis stay; those in use are kept by the leases."""


def command(*parts: str | bytes | int) -> bytes:
    """A command as Redis reads it (RESP2 array of bulk strings)."""
    return b"*%d\r\n" % len(parts) + b"".join(bulk(part) for part in parts)


def bulk(part: str | bytes | int) -> bytes:
    """One part of a command."""
    raw = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
    return b"$%d\r\n%b\r\n" % (len(raw), raw)


_MULTI: Final = command("MULTI")
_EXEC: Final = command("EXEC")


class _Group(NamedTuple):
    """Commands that are sent together, and the journal entries in them."""

    data: bytes
    entries: int


class WriteBehind:
    """One connection on which Redis is told not to answer (``CLIENT REPLY OFF``). Safe to use from many threads.

    The data is in the socket buffer before :meth:`put` returns, so a crash of this process does not lose it; Redis
    would drop it if it had to write replies to a process that has ended. Commands that the thread of a bound loop puts
    are sent together at the end of the loop's turn; answers must be sent after that. Redis carries out the commands of
    one connection in order: once a later one is done, the earlier ones are.

    Redis may refuse a write without a reply. So the entries of a group are in one transaction that also counts them:
    ``<worker>:written`` grows by the entries that Redis took, ``<worker>:sent`` by all of them. The difference is lost.
    """

    def __init__(self, client: RedisClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._connection: redis.Connection | None = None
        self._socket: socket | None = None
        self._waiting: deque[_Group] = deque()
        self._begun = 0  # bytes of the first group that this connection has taken already
        self._size = 0
        self._lost = 0
        self._loop: AbstractEventLoop | None = None
        self._loop_thread = 0
        self._due = False  # the loop will call us after this turn
        self._turn: list[bytes] = []
        self._entries_of_turn = 0
        self._epoch = ""
        self._sent = 0

    def bind_loop(self, loop: AbstractEventLoop) -> None:
        """Send the commands of this thread once for each turn of its loop."""
        with self._lock:
            self._loop, self._loop_thread, self._due = loop, threading.get_ident(), False

    def put(self, *commands: bytes, entries: int = 0) -> None:
        """Send whole commands, or keep them until Redis accepts them. Never waits.

        entries: how many journal entries they hold.
        """
        with self._lock:
            self._turn += commands
            self._entries_of_turn += entries
            loop = self._loop
            if loop is None or threading.get_ident() != self._loop_thread or loop.is_closed():
                self._send_turn()
            elif not self._due:
                self._due = True
                loop.call_soon(self._end_turn)

    def confirm(self, *commands: bytes) -> None:
        """Send commands after all that were put, with the number of entries sent up to here."""
        with self._lock:
            self._close_turn()
            total = () if self._epoch != self._client.epoch else (self._total(),)
            self._turn += (*total, *commands)
            self._send_turn()

    def maintain(self) -> None:
        """Reconnect to Redis, and send pending commands. Call it regularly, on a thread that may wait."""
        with self._lock:
            if self._socket is not None and _has_ended(self._socket):
                self._drop()
            connected = self._socket is not None
        if not connected and not self._client.gone:
            self._connect()
        with self._lock:
            self._send_turn()
            if self._waiting:
                return
            if self._lost:
                logger.warning("%d journal entries were lost while the shared state was gone", self._lost)
                self._lost = 0

    def close(self) -> None:
        """Send what can be sent at once, and close the connection."""
        with self._lock:
            self._send_turn()
            self._drop()

    def _end_turn(self) -> None:
        with self._lock:
            self._due = False
            self._send_turn()

    def _send_turn(self) -> None:
        self._close_turn()
        self._send_waiting()

    def _close_turn(self) -> None:
        """Make one group of the commands put since the last group."""
        commands, entries = self._turn, self._entries_of_turn
        if not commands:
            return
        self._turn, self._entries_of_turn = [], 0
        if entries:
            if self._epoch != self._client.epoch:
                self._epoch, self._sent = self._client.epoch, 0
            self._sent += entries
            counts, worker = self._counts(), self._client.worker
            written = command("HINCRBY", counts, f"{worker}:written", entries)
            commands = [_MULTI, *commands, written, self._total(), command("PEXPIRE", counts, _KEPT), _EXEC]
        self._wait(_Group(b"".join(commands), entries))

    def _counts(self) -> str:
        return f"{self._client.root}{self._epoch}:counts"

    def _total(self) -> bytes:
        return command("HSET", self._counts(), f"{self._client.worker}:sent", self._sent)

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
            several = [group.data for group in islice(self._waiting, _TOGETHER)]
            self._begun += self._send(b"".join(several)[self._begun :])
            for one in several:
                if self._begun < len(one):
                    return
                self._waiting.popleft()
                self._begun, self._size = self._begun - len(one), self._size - len(one)

    def _wait(self, group: _Group) -> None:
        if self._size + len(group.data) > LIMIT:
            self._lost += group.entries
            return
        self._waiting.append(group)
        self._size += len(group.data)

    def _send(self, data: bytes) -> int:
        """How many bytes the kernel took. Redis ignores half a command; a new connection gets the whole one."""
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
            with contextlib.suppress(OSError, RedisError):  # it is discarded: errors do not matter
                connection.disconnect()


def _has_ended(peer: socket) -> bool:
    """Redis never answers here, so something to read is the end of the connection."""
    return bool(select.select([peer], [], [], 0)[0])
