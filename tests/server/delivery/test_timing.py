"""Waits, on a loop whose time stands still until the test moves it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.core.model.call import Dribble, Fault
from simulator.server.connection import TURN
from tests.server.probe import echo
from tests.server.virtual_loop import Wire, wire

SECOND = timedelta(seconds=1)


def test_a_prompt_answer_is_one_write() -> None:
    """Head and body leave together: no packet waits for an acknowledgement."""
    one = wire()
    one.get()
    assert one.transport.writes == [b"HTTP/1.1 200 OK\r\nDate: d\r\ncontent-length: 10\r\n\r\n0123456789"]


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


def test_a_client_that_pipelines_thousands_takes_turns_with_the_others() -> None:
    """All are answered in the end, in order; a second client does not wait for the last of them."""
    one = wire()
    others, other = one.connect()
    one.connection.data_received(b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(1_000)))
    assert len(one.transport.writes) == TURN
    other.data_received(b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
    assert len(others.writes) == 1
    one.loop.advance(0)
    assert len(one.transport.writes) == 1_000
    asked = [seen.path for seen in one.probe.seen if seen.path != "/other"]
    assert asked == [f"/{number}" for number in range(1_000)]


@pytest.mark.parametrize("why", ["they must", "others wait in the same turn"])
def test_answers_that_do_not_leave_in_their_turn_leave_in_the_next_behind_what_was_written_for_them(why: str) -> None:
    """Many that leave together wake whoever reads them once; one alone has nothing to wait for."""
    one = Wire(after_turn=why == "they must")
    one.loop.crowded = why != "they must"
    others, other = one.connect()
    left: list[int] = []
    one.probe.answer = lambda incoming: (
        one.loop.call_soon(lambda: left.append(len(one.transport.writes + others.writes))),
        echo(incoming),
    )[1]
    one.get("/1")
    one.get("/behind")
    other.data_received(b"GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (one.transport.writes, others.writes) == ([], [])
    one.loop.advance(0)
    assert left[0] == 0
    assert [seen.path for seen in one.probe.seen] == ["/1", "/2", "/behind"]
    assert (len(one.transport.writes), len(others.writes)) == (2, 1)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("crowded", [False, True], ids=["alone", "with others"])
def test_a_client_that_only_asks_once_and_says_so_is_answered_once(*, secure: bool, crowded: bool) -> None:
    """Its end comes with its request. TLS knows no half-closing: what has not left by then never does."""
    one = Wire(secure=secure)
    one.loop.crowded = crowded
    one.get()
    if not one.connection.eof_received():
        assert len(one.transport.writes) == 1
        one.transport.close()
        one.connection.connection_lost(None)
    one.loop.advance(0)
    assert (len(one.transport.writes), one.state()) == (1, "closed")


@pytest.mark.parametrize("end", ["the client goes", "the server goes"])
def test_an_answer_that_waits_for_its_turn_and_has_nobody_left_is_dropped_and_one_that_has_is_sent(end: str) -> None:
    one = Wire(after_turn=True)
    one.get()
    if end == "the client goes":
        one.connection.connection_lost(None)
    else:
        one.connection.shut()
    one.loop.advance(0)
    assert (len(one.transport.writes), one.state()) == ((0, "open") if end == "the client goes" else (1, "closed"))


def test_a_client_that_goes_between_its_turns_is_forgotten() -> None:
    one = wire()
    one.connection.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 100)
    one.connection.connection_lost(None)
    one.loop.advance(0)
    assert len(one.probe.seen) == TURN


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
    one = wire(fault=Fault("hang"), sandbox="a")
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
