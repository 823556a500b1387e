"""A loop whose time a test moves, and a transport that keeps what is written: no second is ever waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from simulator.core.model.call import Delivery, Reply
from simulator.server.connection import Connection
from simulator.server.http.limits import Limits
from simulator.server.loop import RealTimeLoop
from simulator.server.server_state import ServerState
from tests.server.probe import Probe


class Handle:
    def __init__(self, when: float, act: Callable[[], object]) -> None:
        self._when = when
        self.act = act
        self.cancelled = False

    def when(self) -> float:
        return self._when

    def cancel(self) -> None:
        self.cancelled = True


class TimedLoop:
    """As much of an event loop as connections use, from second 0 on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.crowded = False
        self.handles: list[Handle] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, act: Callable[[], object]) -> Handle:
        handle = Handle(when, act)
        self.handles.append(handle)
        return handle

    def is_crowded(self) -> bool:
        return self.crowded

    def call_soon(self, act: Callable[..., object], *arguments: object) -> Handle:
        return self.call_at(self.now, partial(act, *arguments))

    @property
    def waiting(self) -> list[Handle]:
        return sorted((one for one in self.handles if not one.cancelled), key=Handle.when)

    def advance(self, to: float) -> None:
        """Let everything happen that is due up to that second, the second itself included."""
        while (due := self.waiting) and due[0].when() <= to:
            self.now = max(self.now, due[0].when())
            self.handles.remove(due[0])
            due[0].act()
        self.now = to


class KeepingTransport(asyncio.Transport):
    """Keeps every write apart; like asyncio's own, it tells of its loss later, when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = self.aborted = self.eof = False
        self.paused = False

    @property
    def written(self) -> bytes:
        return b"".join(self.writes)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("192.0.2.7", 5)}.get(name, default)

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        assert not self.closed
        self.writes.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = self.aborted = True

    def is_closing(self) -> bool:
        return self.closed

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.eof = True

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


class Wire:
    """A connection on a timed loop.

    after_turn: answers are not to leave in the turn that made them. secure: as under TLS.
    """

    def __init__(self, limits: Limits | None = None, *, after_turn: bool = False, secure: bool = False) -> None:
        self._secure = secure
        self.probe = Probe()
        self.loop = TimedLoop()
        loop = cast(RealTimeLoop, self.loop)
        self.serving = ServerState(
            self.probe, None, limits or Limits(), ("127.0.0.1", 1), loop, bind_loop=lambda _: after_turn
        )
        self.transport, self.connection = self.connect()

    def connect(self) -> tuple[KeepingTransport, Connection]:
        transport = KeepingTransport()
        connection = Connection(self.serving, secure=self._secure)
        connection.connection_made(transport)
        return transport, connection

    def get(self, path: str = "/", headers: str = "") -> None:
        self.connection.data_received(f"GET {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\n".encode())

    def state(self) -> str:
        """What became of the connection."""
        if self.transport.aborted:
            return "aborted"
        return "closed" if self.transport.closed else "open"

    def is_reading(self) -> bool:
        return not self.transport.paused


def wire(limits: Limits | None = None, **plan: Any) -> Wire:
    """A connection whose lane answers ten digits, delivered by this plan."""
    made = Wire(limits)
    made.probe.says(Reply(200, (("Date", "d"),), b"0123456789", delivery=Delivery(**plan)))
    return made
