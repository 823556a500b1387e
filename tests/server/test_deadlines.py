"""Deadlines and back-pressure, on a loop whose time stands still until the test moves it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.core.model.call import Fault
from simulator.server.http.limits import PIPELINE, Limits
from tests.server.virtual_loop import wire

SECOND = timedelta(seconds=1)


ARRIVING = [
    pytest.param(b"G", id="the first byte"),
    pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n", id="half a head"),
    pytest.param(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", id="a head"),
    pytest.param(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", id="half a chunk"),
]


@pytest.mark.parametrize("part", ARRIVING)
def test_a_request_has_a_time_to_arrive_in(part: bytes) -> None:
    """From its first byte, however slowly the others come."""
    one = wire(Limits(arrival=10 * SECOND))
    one.loop.advance(5)
    one.connection.data_received(part[:1])
    one.loop.advance(9)
    one.connection.data_received(part[1:])
    one.loop.advance(14.999)
    assert one.transport.writes == []
    one.loop.advance(15)
    assert one.transport.written.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"over 10 s to arrive" in one.transport.written
    assert one.transport.eof
    one.loop.advance(20)
    assert one.state() == "aborted"


def test_a_request_that_arrives_in_time_is_answered_however_long_the_answer_takes() -> None:
    one = wire(Limits(arrival=10 * SECOND, idle=20 * SECOND), delay=300 * SECOND)
    one.connection.data_received(b"GET / HTTP/1.1\r\n")
    one.loop.advance(9.999)
    one.connection.data_received(b"Host: a\r\n\r\n")
    one.loop.advance(310)
    assert one.transport.written.startswith(b"HTTP/1.1 200 OK\r\n")
    assert one.state() == "open"


def test_each_request_has_the_whole_time_to_arrive() -> None:
    one = wire(Limits(arrival=10 * SECOND))
    for begins in (0, 8, 16):
        one.loop.advance(begins)
        one.connection.data_received(b"GET / HTTP/1.1\r\n")
        one.loop.advance(begins + 7)
        one.connection.data_received(b"Host: a\r\n\r\n")
    assert one.transport.written.count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize("requests", [0, 1, 3])
def test_an_idle_connection_is_closed_without_a_word(requests: int) -> None:
    """The time counts from the last answer."""
    one = wire(Limits(idle=20 * SECOND))
    for number in range(requests):
        one.loop.advance(number * 15)
        one.get()
    one.transport.writes.clear()
    since = max(0, requests - 1) * 15
    one.loop.advance(since + 19.999)
    assert one.state() == "open"
    one.loop.advance(since + 20)
    assert one.state() == "closed"
    assert one.transport.writes == []


def test_an_empty_line_too_many_keeps_a_connection_idle() -> None:
    """Some clients end a body with a CR LF that belongs to nothing; they are not asked to finish a request."""
    one = wire(Limits(arrival=SECOND, idle=20 * SECOND))
    one.connection.data_received(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx\r\n")
    one.transport.writes.clear()
    one.loop.advance(19)
    assert one.state() == "open"
    assert one.transport.writes == []


def test_a_client_that_sends_too_much_ahead_is_made_to_wait() -> None:
    """What is read ahead of an answer is bounded; TCP holds back the rest, and the answer lets it go on."""
    one = wire(delay=SECOND)
    one.get()
    one.connection.data_received(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (2 * PIPELINE))
    assert one.is_reading()
    one.connection.data_received(b"x" * PIPELINE)
    assert not one.is_reading()
    one.loop.advance(1)
    assert one.is_reading()


def test_a_client_that_does_not_read_gets_no_further_answers() -> None:
    one = wire()
    one.connection.pause_writing()
    for _ in range(10):
        one.get()
    assert one.probe.seen == []
    one.connection.resume_writing()
    assert len(one.transport.writes) == 10


def test_a_client_that_never_reads_is_let_go() -> None:
    """After its idle time the connection is dropped with whatever it still held."""
    one = wire(Limits(idle=20 * SECOND))
    one.get()
    one.connection.pause_writing()
    one.loop.advance(20)
    assert one.state() == "aborted"


def test_a_broken_answer_that_nobody_reads_is_let_go() -> None:
    one = wire(Limits(idle=20 * SECOND), fault=Fault("truncate"))
    one.get()
    assert one.state() == "closed"
    one.loop.advance(20)
    assert one.state() == "aborted"


def test_more_connections_than_the_limit_are_told_so() -> None:
    """At the limit they are served, one past it is told to come back later."""
    one = wire(Limits(connections=2))
    at, past = one.connect()[0], one.connect()[0]
    assert at.writes == []
    assert past.written.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert past.eof


def test_the_rest_of_an_oversized_request_is_thrown_away_for_a_while() -> None:
    """Closing at once would reset the connection, and the client would never read why."""
    one = wire(Limits(body=4))
    one.connection.data_received(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
    assert one.probe.seen[0].oversized
    assert b"connection: close\r\n" in one.transport.written
    one.connection.data_received(b"hello" * 1_000)
    assert one.state() == "open"
    assert one.transport.eof
    one.loop.advance(1.999)
    assert one.state() == "open"
    one.loop.advance(2)
    assert one.state() == "aborted"
    assert len(one.probe.seen) == 1
