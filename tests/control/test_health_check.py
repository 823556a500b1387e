"""Asking whether a simulator is alive."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from simulator.control.health_check import PATH, Unhealthy, check
from simulator.core.model.call import Delivery, Fault, Reply
from simulator.server import Server
from tests.server.probe import Probe


@pytest.fixture
def probe() -> Probe:
    return Probe()


@pytest.fixture
def server(probe: Probe) -> Iterator[Server]:
    with Server(probe, port=0) as running:
        yield running


def test_a_simulator_that_answers_is_healthy(server: Server, probe: Probe) -> None:
    check(server.url)
    assert [seen.path for seen in probe.seen] == [PATH]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        pytest.param(Reply(503), "answers 503", id="not ready"),
        pytest.param(Reply(404), "answers 404", id="somebody else's server"),
    ],
)
def test_an_answer_other_than_200_is_not_healthy(server: Server, probe: Probe, reply: Reply, said: str) -> None:
    probe.says(reply)
    with pytest.raises(Unhealthy, match=said) as unhealthy:
        check(server.url)
    assert unhealthy.value.exit_code == 1


@pytest.mark.parametrize("kind", ["empty", "garbage", "reset", "hang"])
def test_no_answer_is_not_healthy(server: Server, probe: Probe, kind: str) -> None:
    probe.says(Reply(200, delivery=Delivery(fault=Fault(kind))))
    with pytest.raises(Unhealthy, match="does not answer"):
        check(server.url, patience=0.05 if kind == "hang" else 5)


def test_nobody_there_is_not_healthy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nothing listens
        with pytest.raises(Unhealthy, match="does not answer"):
            check(f"http://127.0.0.1:{taken.getsockname()[1]}")
