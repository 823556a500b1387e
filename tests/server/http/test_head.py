"""A parser nobody fools: a 4xx or 5xx and a closed connection, whatever comes."""

from __future__ import annotations

import pytest

from simulator.server.http.limits import Limits
from simulator.server.http.reader import RequestReader
from simulator.server.http.refusal import RequestRefused
from simulator.server.server import Server
from tests.server.http.malformed_requests import MALFORMED
from tests.server.probe import Probe
from tests.server.raw_client import RawClient

CASES = [pytest.param(status, raw, id=name) for name, (status, raw) in MALFORMED.items()]


@pytest.mark.parametrize(("status", "raw"), CASES)
def test_it_is_refused_with_a_problem_and_the_connection_ends(
    client: RawClient, probe: Probe, status: int, raw: bytes
) -> None:
    """What follows on the wire is never taken for a second request."""
    answer = client.send(raw).answer()
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    assert answer.json["status"] == status
    assert answer.json["detail"].endswith(".")
    assert client.rest() == b""
    assert probe.seen == []


@pytest.mark.parametrize(("status", "raw"), CASES)
def test_it_is_refused_the_same_when_it_comes_byte_by_byte(status: int, raw: bytes) -> None:
    """The verdict is on the bytes, not on how the network cut them."""
    reader = RequestReader(Limits())

    def feed_all() -> None:
        for at in range(len(raw)):
            reader.feed(raw[at : at + 1])
            assert reader.next() is None

    with pytest.raises(RequestRefused) as refused:
        feed_all()
    assert refused.value.status == status


def test_what_was_smuggled_behind_a_refusal_is_not_answered(server: Server, probe: Probe) -> None:
    """The classic: one reader sees one request, the other two."""
    raw = (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5c\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n\r\n0\r\n\r\n"
    )
    with RawClient(server.port) as client:
        assert client.send(raw).answer().status == 400
        assert client.rest() == b""
    assert probe.seen == []
