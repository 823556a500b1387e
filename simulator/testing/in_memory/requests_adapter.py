"""``requests`` without a socket: an adapter to mount on a session."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from requests.adapters import HTTPAdapter

    from simulator.testing.handle import Handle
    from simulator.testing.in_memory.wire import Wire


def requests_adapter(simulator: Handle, **options: Any) -> HTTPAdapter:
    """An adapter whose calls end in ``simulator``, whatever host they name: mount it on the simulator's URL or on
    the real service's, ``session.mount("https://api.jquants.com", requests_adapter(sim))``.

    options: those of ``requests.adapters.HTTPAdapter``; retries do what they do on the network. An injected
    connection fault raises what it would raise there: ConnectionError, ChunkedEncodingError, ReadTimeout, …
    """
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - for who has requests
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool  # noqa: PLC0415 - as above
    from urllib3.connection import HTTPConnection, HTTPSConnection  # noqa: PLC0415 - as above

    from simulator.testing.in_memory.wire import Wire  # noqa: PLC0415 - the transport, for who goes without a socket
    from simulator.testing.in_memory.within import within  # noqa: PLC0415 - as above

    answer = within(simulator).answer

    class Plain(HTTPConnection):
        def connect(self) -> None:
            self.sock = _Socket(Wire(answer), self.timeout)

        @property
        def is_connected(self) -> bool:
            return _alive(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            self.is_verified = True  # nobody is in between
            self.sock = _Socket(Wire(answer, secure=True), self.timeout)

        @property
        def is_connected(self) -> bool:
            return _alive(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    class SimulatorAdapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

        def get_connection_with_tls_context(
            self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
        ) -> Any:
            proxies = None  # a proxy of the environment would lead onto the network
            return super().get_connection_with_tls_context(request, verify, proxies, cert)

        def request_url(self, request: Any, proxies: Any) -> str:
            proxies = None  # as above
            return super().request_url(request, proxies)

    return SimulatorAdapter(**options)


class _Socket:
    """As much of a socket as ``http.client`` uses."""

    def __init__(self, wire: Wire, timeout: float | None) -> None:
        self.wire = wire
        self._timeout = timeout

    def settimeout(self, timeout: float | None) -> None:
        self._timeout = timeout

    def sendall(self, data: bytes) -> None:
        self.wire.send(bytes(data))

    def makefile(self, _mode: str, *_args: object) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self))

    def receive_into(self, buffer: memoryview) -> int:
        received = self.wire.receive(len(buffer), self._timeout)
        buffer[: len(received)] = received
        return len(received)

    def shutdown(self, _how: int) -> None:
        """Nobody waits at the other end."""

    def close(self) -> None:
        """There is nothing to give back."""


class _Incoming(io.RawIOBase):
    def __init__(self, socket: _Socket) -> None:
        super().__init__()
        self._socket = socket

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._socket.receive_into(memoryview(buffer))


def _alive(socket: Any) -> bool:
    return isinstance(socket, _Socket) and socket.wire.idle
