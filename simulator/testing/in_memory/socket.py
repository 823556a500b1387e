"""The part of a socket that ``http.client`` uses, over a wire in memory."""

from __future__ import annotations

import io
from typing import Any

from simulator.testing.in_memory.wire import Wire


class WireSocket:
    """The part of a socket that ``http.client`` uses."""

    def __init__(self, wire: Wire, timeout: float | None) -> None:
        self.wire = wire
        self._timeout = timeout

    def settimeout(self, timeout: float | None) -> None:
        """Seconds to wait for bytes; None: for ever."""
        self._timeout = timeout

    def sendall(self, data: bytes) -> None:
        """Send the client's bytes."""
        self.wire.send(bytes(data))

    def makefile(self, _mode: str, *_args: object) -> io.BufferedReader:
        """A file to read from; the mode is always ``"rb"``."""
        return io.BufferedReader(_Incoming(self))

    def receive_into(self, buffer: memoryview) -> int:
        """Read into the buffer: the number of bytes; 0 at the end of the connection."""
        received = self.wire.receive(len(buffer), self._timeout)
        buffer[: len(received)] = received
        return len(received)

    def shutdown(self, _how: int) -> None:
        """Does nothing: the other end does not wait for it."""

    def close(self) -> None:
        """Does nothing: there are no resources to release."""


class _Incoming(io.RawIOBase):
    def __init__(self, socket: WireSocket) -> None:
        super().__init__()
        self._socket = socket

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._socket.receive_into(memoryview(buffer))
