"""``requests`` without a socket: an adapter to mount on a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from requests.adapters import HTTPAdapter

    from simulator.testing.handle import Handle


def requests_adapter(simulator: Handle, **options: Any) -> HTTPAdapter:
    """An adapter whose calls end in ``simulator``, for any host: mount it on the simulator's URL or on
    the real service's, ``session.mount("https://api.jquants.com", requests_adapter(sim))``.

    options: those of ``requests.adapters.HTTPAdapter``; retries work as on the network. An injected
    connection fault raises the same exception as there: ConnectionError, ChunkedEncodingError, ReadTimeout, …
    """
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    from simulator.testing.in_memory.simulation import within
    from simulator.testing.in_memory.socket import WireSocket

    connect = within(simulator).connect

    class Plain(HTTPConnection):
        def connect(self) -> None:
            self.sock = WireSocket(connect(secure=False), self.timeout)

        @property
        def is_connected(self) -> bool:
            return isinstance(self.sock, WireSocket) and self.sock.wire.idle

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            self.is_verified = True  # the call stays in this process
            self.sock = WireSocket(connect(secure=True), self.timeout)

        @property
        def is_connected(self) -> bool:
            return isinstance(self.sock, WireSocket) and self.sock.wire.idle

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
            proxies = None  # a proxy from the environment would use the network
            return super().get_connection_with_tls_context(request, verify, proxies, cert)

        def request_url(self, request: Any, proxies: Any) -> str:
            proxies = None  # as above
            return super().request_url(request, proxies)

    return SimulatorAdapter(**options)
