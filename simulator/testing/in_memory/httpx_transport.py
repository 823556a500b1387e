"""A transport for ``httpx.Client`` without a socket, with the faults of a real connection."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from httpx import BaseTransport

    from simulator.testing.handle import Handle
    from simulator.testing.in_memory.wire import Wire


def httpx_transport(simulator: Handle) -> BaseTransport:
    """A transport whose calls end in ``simulator``, for any host.

    An injected connection fault raises the same exception as on the network: ReadError, RemoteProtocolError,
    ReadTimeout, … (``httpx.WSGITransport(sim.app)`` also works for tests without connection faults.)
    """
    import httpcore
    import httpx

    from simulator.testing.in_memory.simulation import within

    connect = within(simulator).connect

    class Stream(httpcore.NetworkStream):
        def __init__(self, *, secure: bool = False) -> None:
            self._secure = secure

        @cached_property
        def _wire(self) -> Wire:
            return connect(secure=self._secure)  # not before it is known whether TLS is spoken

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            try:
                return self._wire.receive(max_bytes, timeout)
            except TimeoutError as late:
                raise httpcore.ReadTimeout(str(late)) from late
            except OSError as broken:
                raise httpcore.ReadError(str(broken)) from broken

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            try:
                self._wire.send(buffer)
            except OSError as broken:
                raise httpcore.WriteError(str(broken)) from broken

        def close(self) -> None:
            """Does nothing: there are no resources to release."""

        def start_tls(self, *_args: object, **_options: object) -> httpcore.NetworkStream:
            return Stream(secure=True)

        def get_extra_info(self, info: str) -> Any:
            return not self._wire.idle if info == "is_readable" else None

    class WireBackend(httpcore.NetworkBackend):
        def connect_tcp(self, *_args: object, **_options: object) -> httpcore.NetworkStream:
            return Stream()

    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool.close()  # noqa: SLF001 - httpx has no public option for a custom network
    transport._pool = httpcore.ConnectionPool(network_backend=WireBackend())  # noqa: SLF001 - as above
    return transport
