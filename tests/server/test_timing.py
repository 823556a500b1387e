"""Waits, deadlines and back-pressure, on a loop whose time stands still until the test moves it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.core.call import Delivery, Dribble, Fault, Reply
from simulator.server.limits import PIPELINE, Limits
from tests.server.timed import Wire

SECOND = timedelta(seconds=1)


def wire(limits: Limits | None = None, **plan: Any) -> Wire:
    made = Wire(limits)
    made.probe.says(Reply(200, (("Date", "d"),), b"0123456789", delivery=Delivery(**plan)))
    return made


def test_a_prompt_answer_is_one_write() -> None:
    """Head and body leave together: no packet waits for an acknowledgement."""
    one = wire()
    one.get()
    assert one.transport.writes == [b"HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 10\r\n\r\n0123456789"]


def test_a_delayed_answer_leaves_at_its_moment() -> None:
    """One millisecond inside, at, and past it."""
    one = wire(delay=30 * SECOND)
    one.get()
    one.loop.advance(29.999)
    assert one.transport.writes == []
    one.loop.advance(30)
    assert len(one.transport.writes) == 1
    one.loop.advance(30.001)
    assert len(one.transport.writes) == 1


def test_a_dribble_is_even_and_ends_at_its_span() -> None:
    """The head at once, then a piece at each share of the time."""
    one = wire(dribble=Dribble(over=4 * SECOND, chunks=4))
    one.get()
    seen = []
    for second in range(5):
        one.loop.advance(second)
        seen.append(one.transport.written.partition(b"\r\n\r\n")[2])
    assert seen == [b"", b"012", b"012345", b"012345678", b"0123456789"]


def test_a_dribble_of_more_pieces_than_bytes_takes_its_time_all_the_same() -> None:
    one = wire(dribble=Dribble(over=20 * SECOND, chunks=1_000))
    one.get()
    one.loop.advance(19.999)
    assert one.transport.written.endswith(b"012345678")
    one.loop.advance(20)
    assert one.transport.written.endswith(b"0123456789")


def test_a_delay_comes_before_a_dribble_and_before_a_fault() -> None:
    one = wire(delay=SECOND, dribble=Dribble(over=2 * SECOND, chunks=2), fault=Fault("truncate", share=0.6))
    one.get()
    bodies = []
    for moment in (0.999, 1, 2, 3):
        one.loop.advance(moment)
        bodies.append((one.transport.written.partition(b"\r\n\r\n")[2], one.transport.closed))
    assert bodies == [(b"", False), (b"", False), (b"012", False), (b"012345", True)]


def test_what_is_pipelined_behind_a_wait_is_answered_after_it_in_order() -> None:
    one = Wire()
    one.probe.delivers(delay=SECOND)
    one.get("/planned")
    one.get("/second")
    assert [seen.path for seen in one.probe.seen] == ["/planned"]
    one.loop.advance(1)
    assert [seen.path for seen in one.probe.seen] == ["/planned", "/second"]
    first, second = one.transport.writes
    assert b"/planned" in first
    assert b"/second" in second


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param({"delay": 30 * SECOND}, id="delay"),
        pytest.param({"dribble": Dribble(over=30 * SECOND, chunks=5)}, id="dribble"),
        pytest.param({"fault": Fault("hang")}, id="hang"),
        pytest.param({"fault": Fault("hang", hold=30 * SECOND)}, id="hang with an end"),
    ],
)
def test_a_client_that_goes_leaves_nothing_behind(plan: dict[str, Any]) -> None:
    """No timer, no entry among those that hang, no connection; and nothing is written to it any more."""
    one = wire(**plan)
    one.get()
    one.transport.writes.clear()
    assert one.connection.eof_received() is False
    one.connection.connection_lost(None)
    assert one.loop.waiting == []
    assert one.serving.connections == set()
    one.serving.release("default")
    one.loop.advance(100)
    assert one.transport.writes == []


def test_a_hang_ends_when_its_hold_passes() -> None:
    one = wire(fault=Fault("hang", hold=35 * SECOND))
    one.get()
    one.loop.advance(34.999)
    assert one.state() == "open"
    one.loop.advance(35)
    assert one.state() == "closed"
    assert one.transport.writes == []


def test_a_release_frees_the_answers_that_hang_in_its_sandbox_alone() -> None:
    one = wire(fault=Fault("hang"), scope="a")
    one.get()
    one.loop.advance(1_000_000)
    assert one.state() == "open"
    one.serving.release("b")
    assert one.state() == "open"
    one.serving.release("a")
    assert one.state() == "closed"
    assert one.transport.writes == []


def test_a_release_does_not_hurry_a_delay() -> None:
    one = wire(delay=30 * SECOND)
    one.get()
    one.serving.release("default")
    one.loop.advance(29)
    assert one.transport.writes == []


def test_a_thousand_calls_wait_while_others_are_served() -> None:
    """Each costs one timer of its own; the others are answered at once."""
    one = Wire()
    one.probe.delivers(delay=30 * SECOND)
    waiting = [one.connect() for _ in range(1_000)]
    for _, connection in waiting:
        connection.data_received(b"GET /planned HTTP/1.1\r\nHost: a\r\n\r\n")
    one.get("/other")
    assert b"/other" in one.transport.written
    assert len(one.loop.waiting) <= 2 * len(waiting) + 1
    one.loop.advance(29.999)
    assert not any(transport.writes for transport, _ in waiting)
    one.loop.advance(30)
    assert all(len(transport.writes) == 1 for transport, _ in waiting)


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
    assert b"Connection: close\r\n" in one.transport.written
    one.connection.data_received(b"hello" * 1_000)
    assert one.state() == "open"
    assert one.transport.eof
    one.loop.advance(1.999)
    assert one.state() == "open"
    one.loop.advance(2)
    assert one.state() == "aborted"
    assert len(one.probe.seen) == 1


def test_shutting_down_ends_what_waits_and_what_idles() -> None:
    plans: list[dict[str, Any]] = [
        {"delay": 30 * SECOND},
        {"fault": Fault("hang")},
        {"dribble": Dribble(over=SECOND, chunks=2)},
    ]
    for plan in plans:
        one = wire(**plan)
        one.get()
        one.connection.shut()
        assert one.state() == "aborted"
    idle = wire()
    idle.connection.shut()
    assert idle.state() == "closed"
