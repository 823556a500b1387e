"""A proxy in front of a real Redis that plays one kind of reply in the place of another: a Redis with a bad day."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import hiredis

from tests.redis_server import RedisServer

Reply = bytes | None
"""What the client receives in the place of Redis's own reply; None: nothing at all."""

_ERRORS: Final = {
    "full": b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
    "read-only": b"-READONLY You can't write against a read only replica.\r\n",
    "cannot save": b"-MISCONF Redis is configured to save RDB snapshots, but is unable to persist to disk.\r\n",
    "busy": b"-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n",
    "not allowed": b"-NOPERM this user has no permissions to run the 'evalsha' command\r\n",
    "no replicas": b"-NOREPLICAS Not enough good replicas to write.\r\n",
    "loading": b"-LOADING Redis is loading the dataset in memory\r\n",
    "any error": b"-ERR something\r\n",
    "full, as 6.2 says it": b"-ERR Error running script (call to f_ab): @user_script:7: @user_script: 7: -OOM command"
    b" not allowed when used memory > 'maxmemory'.\r\n",
}
REPLIES: Final[dict[str, Reply]] = {
    **_ERRORS,
    "dropped": None,
    "a status": b"+OK\r\n",
    "a number": b":1\r\n",
    "nothing": b"$-1\r\n",
    "an empty list": b"*0\r\n",
    "a list of lists": b"*2\r\n*1\r\n$1\r\na\r\n*0\r\n",
    "not the protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n",
}
"""Every kind of reply that is not the one hoped for."""


@dataclass
class RedisProxy:
    """Listens in front of a Redis. ``plan`` decides, for each command (its words, upper case), what becomes of it:
    "" passes it on, another text is a kind of :data:`REPLIES`, or "cut" to end the connection.
    """

    server: RedisServer
    plan: Callable[[list[str]], str] = lambda _: ""
    played: int = 0
    _listener: socket.socket = field(init=False)
    _open: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"

    def stop(self) -> None:
        for each in (self._listener, *self._open):
            _end(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            redis = socket.create_connection(("127.0.0.1", self.server.port))
            self._open += [client, redis]
            connection = _Connection(self, client, redis)
            for work in (connection.commands, connection.replies):
                threading.Thread(target=work, daemon=True).start()


class _Connection:
    """One client. Commands that are not passed on are answered in their turn, behind the replies of those before."""

    def __init__(self, proxy: RedisProxy, client: socket.socket, redis: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._redis = redis
        self._answering = True
        self._lock = threading.Lock()

    def commands(self) -> None:
        reader = hiredis.Reader(notEnoughData=_MORE)
        while data := _read(self._client):
            reader.feed(data)
            while (command := reader.gets()) is not _MORE:
                self._command([part.decode("utf-8", "replace") for part in command], command)
        _end(self._redis)

    def replies(self) -> None:
        while data := _read(self._redis):
            _write(self._client, data)
        _end(self._client)

    def _command(self, words: list[str], raw: list[bytes]) -> None:
        kind = self._proxy.plan([words[0].upper(), *words[1:]])
        if words[:3] == ["CLIENT", "REPLY", "OFF"]:
            self._answering = False
        if not kind:
            _write(self._redis, b"*%d\r\n" % len(raw) + b"".join(b"$%d\r\n%b\r\n" % (len(p), p) for p in raw))
            return
        self._proxy.played += 1
        if kind == "cut":
            _end(self._client)
            return
        reply = REPLIES[kind]
        if reply is not None and self._answering:
            _write(self._client, reply)


_MORE: Final = object()


def _read(peer: socket.socket) -> bytes:
    try:
        return peer.recv(65_536)
    except OSError:
        return b""


def _write(peer: socket.socket, data: bytes) -> None:
    try:
        peer.sendall(data)
    except OSError:
        _end(peer)


def _end(peer: socket.socket) -> None:
    with contextlib.suppress(OSError):
        peer.shutdown(socket.SHUT_RDWR)
    peer.close()
