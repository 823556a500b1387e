"""A delivery plan as steps: plain data, carried out by the owner of the socket. No I/O.

An answer's steps are made lazily, so that a call that waits holds an iterator and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.core.model.call import Delivery, Dribble
from simulator.server.delivery import faults
from simulator.server.delivery.steps import Close, Send, Step, Wait
from simulator.server.http.answer import Answer


def steps(answer: Answer, delivery: Delivery) -> Iterator[Step]:
    """The steps for an answer, in order: wait, then send it or break it; in pieces if the plan dribbles it.

    For a dribbled answer the head is sent at once and the body by :meth:`Dribble.pieces`.
    Raises :class:`UsageError` for an unknown fault, before anything is sent.
    """
    fault = delivery.fault
    sent = (Send(answer.head, answer.body),) if fault is None else faults.find(fault.kind)(answer, fault)
    return _in_time((*sent, Close()) if delivery.close else sent, delivery)


def _in_time(sent: Iterable[Step], delivery: Delivery) -> Iterator[Step]:
    if delivery.delay:
        yield Wait(delivery.delay)
    for step in sent:
        if delivery.dribble is not None and isinstance(step, Send):
            yield from _dribbled(step, delivery.dribble)
        else:
            yield step


def _dribbled(step: Send, dribble: Dribble) -> Iterator[Step]:
    yield Send(step.head)
    for wait, piece in dribble.pieces(step.body):
        yield Wait(wait)
        yield Send(piece)
