"""Each fault as data: what is sent, and how it ends. How clients see them: test_clients.py."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.core.errors import UsageError
from simulator.core.model.call import WIRE_FAULTS, Delivery, Dribble, Fault, Reply
from simulator.server.delivery import faults
from simulator.server.delivery.faults.garbage import GARBAGE
from simulator.server.delivery.plan import steps
from simulator.server.delivery.steps import Close, HoldOpen, Reset, Send, Step, Wait
from simulator.server.http.answer import render

DATED = (("Date", "d"),)
ANSWER = render(Reply(200, DATED, b"0123456789"))
EMPTY = render(Reply(200, DATED))
START = b"HTTP/1.1 200 OK\r\nDate: d\r\n"
HEAD = START + b"content-length: 10\r\n\r\n"
SECOND = timedelta(seconds=1)


def test_the_list_of_faults_is_the_listing_of_the_folder() -> None:
    assert faults.names() == WIRE_FAULTS


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(Fault("reset"), [Reset()], id="reset"),
        pytest.param(Fault("empty"), [Close()], id="empty"),
        pytest.param(Fault("garbage"), [Send(GARBAGE), Close()], id="garbage"),
        pytest.param(Fault("hang"), [HoldOpen(None), Close()], id="hang"),
        pytest.param(Fault("hang", hold=SECOND), [HoldOpen(SECOND), Close()], id="hang, with an end"),
        pytest.param(Fault("close_before_body"), [Send(HEAD), Close()], id="close_before_body"),
        pytest.param(Fault("truncate"), [Send(HEAD, b"01234"), Close()], id="truncate in the middle"),
        pytest.param(Fault("truncate", share=0), [Send(HEAD, b""), Close()], id="truncate at the start"),
        pytest.param(Fault("truncate", share=0.69), [Send(HEAD, b"012345"), Close()], id="truncate rounds down"),
        pytest.param(Fault("truncate", share=1), [Send(HEAD, b"012345678"), Close()], id="truncate keeps a byte back"),
        pytest.param(
            Fault("bad_length"),
            [Send(START + b"content-length: 5\r\n\r\n", b"0123456789"), Close()],
            id="bad_length",
        ),
        pytest.param(
            Fault("bad_chunk"),
            [Send(START + b"transfer-encoding: chunked\r\n\r\n", b"5\r\n01234\r\nxyz\r\n56789\r\n"), Close()],
            id="bad_chunk",
        ),
    ],
)
def test_a_fault_is_a_few_steps(fault: Fault, expected: list[Step]) -> None:
    assert list(steps(ANSWER, Delivery(fault=fault))) == expected


@pytest.mark.parametrize("kind", sorted(WIRE_FAULTS))
def test_every_fault_also_breaks_an_answer_without_a_body(kind: str) -> None:
    """None of them turns into a whole answer on a connection that stays."""
    taken = list(steps(EMPTY, Delivery(fault=Fault(kind))))
    assert taken[-1] in {Close(), Reset()}
    if kind != "close_before_body":  # which has nothing left to keep back
        assert not any(isinstance(step, Send) and step.head == EMPTY.head for step in taken)


def test_an_unknown_fault_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r'"resett" is no fault\. Choose from bad_chunk, bad_length'):
        faults.find("resett")


def test_an_answer_without_a_plan_is_one_step() -> None:
    assert list(steps(ANSWER, Delivery())) == [Send(HEAD, b"0123456789")]


def test_a_dribble_of_a_fault_dribbles_what_the_fault_sends() -> None:
    plan = Delivery(delay=SECOND, dribble=Dribble(over=4 * SECOND, chunks=2), fault=Fault("truncate", share=0.4))
    assert list(steps(ANSWER, plan)) == [
        Wait(SECOND),
        Send(HEAD),
        Wait(2 * SECOND),
        Send(b"01"),
        Wait(2 * SECOND),
        Send(b"23"),
        Close(),
    ]


@pytest.mark.parametrize(("chunks", "sizes"), [(1, [10]), (3, [4, 4, 2]), (10, [1] * 10), (99, [1] * 10)])
def test_a_dribble_has_at_most_that_many_pieces(chunks: int, sizes: list[int]) -> None:
    taken = list(steps(ANSWER, Delivery(dribble=Dribble(over=30 * SECOND, chunks=chunks))))
    assert [len(step.head) for step in taken[1:] if isinstance(step, Send)] == sizes
    assert sum((step.span for step in taken if isinstance(step, Wait)), timedelta(0)) == 30 * SECOND


def test_a_dribble_of_nothing_is_the_head() -> None:
    assert list(steps(EMPTY, Delivery(dribble=Dribble(over=SECOND, chunks=3)))) == [Send(EMPTY.head)]
