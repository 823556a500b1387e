"""One server for each module; what its lane says is set by each test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from simulator.server import Limits, Server
from tests.server.probe import Probe
from tests.server.raw_client import RawClient

LIMITS = Limits(arrival=timedelta(seconds=30), connections=1_500)


def pages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The WSGI side: says which path it was asked for."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"page ", environ["PATH_INFO"].encode("latin-1")]


@pytest.fixture(scope="module")
def after_turn() -> bool:
    """Whether answers wait for the loop's next turn, as those do whose journal is shared."""
    return False


@pytest.fixture(scope="module")
def running(*, after_turn: bool) -> Iterator[tuple[Server, Probe]]:
    probe = Probe()
    with Server(probe, pages, port=0, limits=LIMITS, bind_loop=lambda _: after_turn) as server:
        yield server, probe


@pytest.fixture
def server(running: tuple[Server, Probe]) -> Server:
    return running[0]


@pytest.fixture
def probe(running: tuple[Server, Probe]) -> Probe:
    running[1].reset()
    return running[1]


@pytest.fixture
def client(server: Server, probe: Probe) -> Iterator[RawClient]:
    """A connection to the module's server, whose lane echoes unless the test says otherwise."""
    with RawClient(server.port) as connected:
        yield connected
