"""One plan for a dribble: our own server and a WSGI server put the same bytes at the same moments."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import flask_adapter
from simulator.core.model.call import Delivery, Dribble, Reply
from simulator.flask_adapter import WireResponse
from simulator.server.delivery.plan import steps
from simulator.server.delivery.steps import Send, Step, Wait
from simulator.server.http.answer import render

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 15, 1_000])
@pytest.mark.parametrize("chunks", [1, 3, 10])
def test_both_adapters_dribble_alike(size: int, chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """15 bytes in 10 chunks took 8 s of the promised 10 under Flask."""
    body = bytes(range(256)) * 4
    reply = Reply(200, (), body[:size], delivery=Delivery(dribble=Dribble(10 * SECOND, chunks)))
    slept: list[timedelta] = []
    monkeypatch.setattr(flask_adapter, "pause", lambda span: slept.append(span) if span else None)
    under_flask = list(WireResponse(reply).get_app_iter({"REQUEST_METHOD": "GET"}))
    ours: list[Step] = list(steps(render(reply), reply.delivery))[1:]

    assert under_flask == [step.head for step in ours if isinstance(step, Send)]
    assert slept == [step.span for step in ours if isinstance(step, Wait)]
    assert b"".join(under_flask) == body[:size]
    assert len(under_flask) <= chunks
    if size:
        assert abs(sum(slept, timedelta(0)) - 10 * SECOND) < timedelta(microseconds=chunks)
