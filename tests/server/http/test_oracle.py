"""Hypothesis against the parser, with h11 as the oracle for what is valid HTTP/1.1."""

from __future__ import annotations

from contextlib import suppress

import h11
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.core.model.call import Request
from simulator.server import Server
from simulator.server.http.limits import Limits
from simulator.server.http.reader import RequestReader
from simulator.server.http.refusal import RequestRefused
from tests.server.http.malformed_requests import MALFORMED
from tests.server.http.reading import read
from tests.server.probe import Probe
from tests.server.raw_client import RawClient

VALID = [
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"HEAD /v1?x HTTP/1.1\r\nHost: a:80\r\nConnection: close\r\n\r\n",
    b"GET /v1/token/refresh?refresh_token=%2B HTTP/1.0\r\n\r\n",
    b"POST /v1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello",
    (
        b"POST /v1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        b"A;x\r\n0123456789\r\n0\r\nT: u\r\n\r\n"
    ),
    b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\nA: b\r\nA: c\r\n\r\nx",
]
SPICE = [
    b"\r",
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b":",
    b",",
    b";",
    b"0",
    b"5",
    b"f",
    b"\x00",
    b"\x7f",
    b"\xe9",
    b"+",
    b"-",
    b"_",
]
SPICE += [
    b"chunked",
    b"Content-Length: 3\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Host: b\r\n",
    b"HTTP/1.1",
    b" HTTP/1.0\r\n",
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good request (or a bad one of the corpus) with a few bytes cut out, put in or doubled."""
    raw = draw(st.sampled_from(VALID) | st.sampled_from([raw for _, raw in MALFORMED.values() if len(raw) < 500]))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(raw)))
        upto = draw(st.integers(at, min(len(raw), at + 4)))
        raw = raw[:at] + draw(st.sampled_from(SPICE) | st.binary(max_size=3)) + raw[upto:]
    return raw


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_what_we_accept_h11_accepts_and_reads_the_same(raw: bytes) -> None:
    """h11 is the oracle: we may be stricter, never laxer, and where both accept, we agree on every byte."""
    try:
        requests = read(raw)
    except RequestRefused:
        return
    if not requests:
        return
    ours = requests[0].incoming
    oracle = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    oracle.receive_data(raw.removeprefix(b"\r\n"))  # RFC 9112 §2.2 lets us skip it; h11 does not
    theirs = oracle.next_event()
    assert isinstance(theirs, h11.Request)
    target = theirs.target.decode()
    assert ours.method == theirs.method.decode()
    if target.startswith("/") and "%" not in target:
        assert f"{ours.path}?{ours.raw_query}".rstrip("?") == target.rstrip("?")
    joined: dict[str, str] = {}
    for name, value in theirs.headers:
        key, text = name.decode(), value.decode("latin-1")
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    assert {**ours.headers, "transfer-encoding": ""} == {**joined, "transfer-encoding": ""}  # h11 lower-cases that one
    if ours.oversized:  # the rest is not read
        return
    body = b""
    while isinstance(event := oracle.next_event(), h11.Data):
        body += bytes(event.data)
    assert isinstance(event, h11.EndOfMessage)
    assert ours.body == body


@settings(max_examples=150, deadline=None)
@given(mutated(), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_how_the_network_cuts_the_bytes_changes_nothing(raw: bytes, sizes: list[int]) -> None:
    """The same requests, or the same refusal, for any cut."""

    def outcome(cuts: list[int]) -> tuple[list[Request], int | None]:
        reader = RequestReader(Limits())
        got: list[Request] = []
        at = 0
        try:
            while at < len(raw):
                size = cuts[0]
                cuts = [*cuts[1:], size]
                reader.feed(raw[at : at + size])
                at += size
                while (request := reader.next()) is not None:
                    got.append(request.incoming)
                    if not request.keep_alive:
                        return got, None
        except RequestRefused as refused:
            return got, int(refused.status)
        return got, None

    whole, cut = outcome([max(1, len(raw))]), outcome(sizes)
    assert whole[0] == cut[0]
    assert (whole[1] is None) == (cut[1] is None)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_or_waited_for(raw: bytes) -> None:
    """Nothing but Refused ever comes out of the reader."""
    with suppress(RequestRefused):
        assert all(request.incoming.method for request in read(raw))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutated() | st.binary(max_size=100))
def test_whatever_comes_no_connection_is_stuck_and_no_trace_leaks(
    server: Server, probe: Probe, caplog: pytest.LogCaptureFixture, raw: bytes
) -> None:
    """On a real socket: the client says that it is done, and the end comes well within the time-out."""
    with RawClient(server.port) as client:
        seen = client.send(raw).finish_sending().rest()
    assert seen == b"" or seen.startswith(b"HTTP/1.1 ")
    assert b"Traceback" not in seen
    assert b" 500 " not in seen
    assert caplog.records == []
