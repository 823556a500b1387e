"""Faults as clients see them: a raw socket, requests and httpx, over http and https."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from requests.exceptions import ChunkedEncodingError, ReadTimeout
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import JSONDecodeError as RequestsJsonError

from simulator.core.model.call import WIRE_FAULTS, Dribble, Fault
from simulator.server import Server
from simulator.server.delivery.faults.garbage import GARBAGE
from simulator.server.tls import self_signed
from tests.server.probe import Probe
from tests.server.raw_client import RawClient

RAISED: dict[str, tuple[type[Exception], type[Exception]]] = {
    "reset": (RequestsConnectionError, httpx.NetworkError),
    "empty": (RequestsConnectionError, httpx.RemoteProtocolError),
    "garbage": (RequestsConnectionError, httpx.RemoteProtocolError),
    "truncate": (ChunkedEncodingError, httpx.RemoteProtocolError),
    "close_before_body": (ChunkedEncodingError, httpx.RemoteProtocolError),
    "bad_chunk": (ChunkedEncodingError, httpx.RemoteProtocolError),
    "bad_length": (RequestsJsonError, ValueError),
    "hang": (ReadTimeout, httpx.ReadTimeout),
}
"""What ``get(...).json()`` raises with requests and with httpx."""


def raised(scheme: str, kind: str) -> tuple[type[Exception], type[Exception]]:
    """The row for a scheme. CPython's ssl may report an RST as an ordinary end (3.11 with OpenSSL 3.0 does)."""
    if (scheme, kind) == ("https", "reset"):
        return RequestsConnectionError, httpx.TransportError
    return RAISED[kind]


TIMEOUT = 5.0
SHORT = 0.05
"""Seconds, for the one fault that is a time-out: nothing will come, however fast the machine is."""


class Secured:
    """A server with both http and https."""

    def __init__(self, server: Server, probe: Probe, ca_file: Path) -> None:
        self.server = server
        self.probe = probe
        self.ca_file = ca_file
        self.context = ssl.create_default_context(cafile=str(ca_file))

    def url(self, scheme: str) -> str:
        url = self.server.https_url if scheme == "https" else self.server.url
        assert url is not None
        return url

    def raw(self, scheme: str) -> RawClient:
        port = int(self.url(scheme).rpartition(":")[2])
        return RawClient(port, context=self.context if scheme == "https" else None)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    probe = Probe()
    ca_file = tmp_path_factory.mktemp("tls") / "ca.pem"
    with Server(probe, port=0, host="localhost", tls=self_signed(ca_file)) as server:
        yield Secured(server, probe, ca_file)


@pytest.fixture(params=["http", "https"])
def scheme(request: pytest.FixtureRequest, both: Secured) -> str:
    both.probe.reset()
    return str(request.param)


def fetch_with_requests(both: Secured, scheme: str, timeout: float) -> Any:
    with requests.Session() as session:
        return session.get(f"{both.url(scheme)}/planned", timeout=timeout, verify=str(both.ca_file)).json()


def fetch_with_httpx(both: Secured, scheme: str, timeout: float) -> Any:
    with httpx.Client(verify=both.context, timeout=timeout) as session:
        return session.get(f"{both.url(scheme)}/planned").json()


CLIENTS = [pytest.param(fetch_with_requests, 0, id="requests"), pytest.param(fetch_with_httpx, 1, id="httpx")]


@pytest.mark.parametrize(("fetch", "column"), CLIENTS)
def test_without_a_fault_the_clients_read_the_answer(both: Secured, scheme: str, fetch: Any, column: int) -> None:
    """Or the exceptions below would prove nothing."""
    assert fetch(both, scheme, TIMEOUT)["path"] == "/planned"


@pytest.mark.parametrize("kind", sorted(WIRE_FAULTS))
@pytest.mark.parametrize(("fetch", "column"), CLIENTS)
def test_a_client_raises(both: Secured, scheme: str, fetch: Any, column: int, kind: str) -> None:
    """Its own exception for that fault, neither another nor none."""
    both.probe.delivers(fault=Fault(kind))
    with pytest.raises(raised(scheme, kind)[column]):
        fetch(both, scheme, SHORT if kind == "hang" else TIMEOUT)
    both.server.release("default")


@pytest.mark.parametrize("kind", ["truncate", "reset"])
@pytest.mark.parametrize(("fetch", "column"), CLIENTS)
def test_a_client_raises_the_same_after_a_delay(both: Secured, scheme: str, fetch: Any, column: int, kind: str) -> None:
    both.probe.delivers(delay=timedelta(milliseconds=5), fault=Fault(kind))
    with pytest.raises(raised(scheme, kind)[column]):
        fetch(both, scheme, TIMEOUT)


@pytest.mark.parametrize(("fetch", "column"), CLIENTS)
def test_a_dribbled_answer_is_whole(both: Secured, scheme: str, fetch: Any, column: int) -> None:
    both.probe.delivers(dribble=Dribble(over=timedelta(milliseconds=20), chunks=7))
    assert fetch(both, scheme, TIMEOUT)["path"] == "/planned"


GET = b"GET /planned HTTP/1.1\r\nHost: a\r\n\r\n"


def test_reset_is_an_rst(both: Secured, scheme: str) -> None:
    """Not an end in order: the kernel says "connection reset", beneath TLS as well."""
    both.probe.delivers(fault=Fault("reset"))
    with both.raw(scheme) as client:
        client.send(GET)
        with socket.socket(fileno=os.dup(client.socket.fileno())) as beneath:
            beneath.settimeout(TIMEOUT)
            with pytest.raises(ConnectionResetError):
                drain(beneath)


def drain(connected: socket.socket) -> None:
    """Read to the end: an end in order returns."""
    while connected.recv(65536):
        pass


@pytest.mark.parametrize("kind", ["empty", "garbage", "truncate", "close_before_body", "bad_length", "bad_chunk"])
def test_the_others_end_in_order(both: Secured, scheme: str, kind: str) -> None:
    """FIN, and under TLS its own good-bye before; ``rest`` would raise otherwise."""
    both.probe.delivers(fault=Fault(kind))
    with both.raw(scheme) as client:
        seen = client.send(GET).rest()
    if kind in {"empty", "garbage"}:
        assert seen == (GARBAGE if kind == "garbage" else b"")
    else:
        assert seen.startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_hang_says_nothing_until_it_is_released(both: Secured, scheme: str) -> None:
    both.probe.delivers(fault=Fault("hang"), sandbox="mine")
    with both.raw(scheme) as client:
        client.send(GET)
        client.socket.settimeout(SHORT)
        with pytest.raises(TimeoutError):
            client.socket.recv(1)
        both.server.release("other")
        with pytest.raises(TimeoutError):
            client.socket.recv(1)
        client.socket.settimeout(TIMEOUT)
        both.server.release("mine")
        assert client.rest() == b""


def test_a_delay_holds_nobody_else_up(both: Secured, scheme: str) -> None:
    """The slow ones are still waiting when the others have been served."""
    both.probe.delivers(delay=timedelta(seconds=30))
    waiting = [both.raw(scheme) for _ in range(20)]
    for client in waiting:
        client.send(GET)
    with both.raw(scheme) as other:
        for _ in range(50):
            assert other.send(b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n").answer().status == 200
    for client in waiting:
        client.socket.settimeout(0)
        with pytest.raises((BlockingIOError, ssl.SSLWantReadError)):
            client.socket.recv(1)
        client.socket.close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_throwaway_certificate_is_good_for_the_loopbacks(both: Secured, host: str) -> None:
    """Clients that trust the CA file, and no other, accept it."""
    both.probe.reset()
    url = both.url("https").replace("localhost", host)
    assert httpx.get(f"{url}/a", verify=both.context).json()["path"] == "/a"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/a", verify=ssl.create_default_context())


def test_plain_http_on_the_tls_port_ends_at_once(both: Secured) -> None:
    """It neither hangs nor disturbs the others."""
    port = int(both.url("https").rpartition(":")[2])
    with RawClient(port) as client, suppress(ConnectionResetError):  # the handshake's end may overtake its alert
        assert not client.send(GET).rest().startswith(b"HTTP")
    with both.raw("https") as client:
        assert client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().status == 200


def test_the_lane_is_told_what_came_over_tls(both: Secured, scheme: str) -> None:
    with both.raw(scheme) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer()
    assert both.probe.seen[-1].secure is (scheme == "https")
    assert both.probe.seen[-1].client == "127.0.0.1"
