"""Concurrent calls told step by step: two in flight, one late, the older one last. Nothing here sleeps."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from typing import Any

import pytest

from simulator.core.errors import UsageError
from simulator.testing import Simulator

REFRESH = "jquants.auth_refresh"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as started:
        yield started


@pytest.fixture
def begin() -> Iterator[Callable[..., Future[Any]]]:
    """Begins something in a thread of its own."""
    with ThreadPoolExecutor(16) as threads:
        yield threads.submit


def _post(simulator: Simulator, path: str) -> tuple[int, bytes]:
    host, port = simulator.url.removeprefix("http://").split(":")
    connection = HTTPConnection(host, int(port), timeout=30)
    try:
        connection.request("POST", path, body=b"")
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _refresh(simulator: Simulator, token: str) -> tuple[int, bytes]:
    return _post(simulator, f"/v1/token/auth_refresh?refreshtoken={token}")


class GoodClient:
    """Refreshes once for all who ask at the same time."""

    def __init__(self, simulator: Simulator, token: str, begin: Callable[..., Future[Any]]) -> None:
        self._simulator, self._token, self._begin = simulator, token, begin
        self._running: Future[Any] | None = None

    def refresh(self) -> Future[Any]:
        if self._running is None:
            self._running = self._begin(_refresh, self._simulator, self._token)
        return self._running


class BadClient(GoodClient):
    """Refreshes for each who asks."""

    def refresh(self) -> Future[Any]:
        return self._begin(_refresh, self._simulator, self._token)


@pytest.mark.parametrize("_round", range(10))
def test_a_good_client_has_one_refresh_in_flight_and_a_bad_one_all_of_them(
    simulator: Simulator, begin: Callable[..., Future[Any]], _round: int
) -> None:
    token = simulator.token("jquants", "refresh_token")
    for kind, in_flight in ((GoodClient, 1), (BadClient, 8)):
        client = kind(simulator, token, begin)
        with simulator.hold(REFRESH) as gate:
            asked = [client.refresh() for _ in range(8)]
            gate.wait_for(in_flight)
            assert gate.waiting == in_flight
            assert gate.release() == in_flight
            assert {future.result()[0] for future in asked} == {200}


def test_the_older_answer_arrives_last(simulator: Simulator, begin: Callable[..., Future[Any]]) -> None:
    token = simulator.token("jquants", "refresh_token")
    order: list[str] = []

    def refresh(name: str) -> None:
        _refresh(simulator, token)
        order.append(name)

    with simulator.hold(REFRESH) as gate:
        first = begin(refresh, "first")
        gate.wait_for(1)
        second = begin(refresh, "second")
        gate.wait_for(2)
        gate.release(order="newest", count=1)
        second.result()
        gate.release()
        first.result()

    assert order == ["second", "first"]


def test_an_answer_that_waits_has_happened_and_one_before_has_not(
    simulator: Simulator, begin: Callable[..., Future[Any]]
) -> None:
    token = simulator.token("jquants", "refresh_token")
    with simulator.hold(REFRESH) as gate:
        begin(_refresh, simulator, token)
        gate.wait_for()
        assert len(simulator.calls(REFRESH)) == 1
    with simulator.hold(REFRESH, before=True) as gate:
        begin(_refresh, simulator, token)
        gate.wait_for()
        assert len(simulator.calls(REFRESH)) == 1
    simulator.verify(operation=REFRESH, count=2, within="10s")


def test_a_token_can_die_while_its_call_waits_to_run(simulator: Simulator, begin: Callable[..., Future[Any]]) -> None:
    """The clock moves while a call is held; what counts is the moment at which the operation runs."""
    token = simulator.token("jquants", "refresh_token")
    simulator.clock.freeze()
    with simulator.hold(REFRESH, before=True) as gate:
        late = begin(_refresh, simulator, token)
        gate.wait_for()
        simulator.clock.advance("8d")
        gate.release()
        assert late.result()[0] == 403


def test_the_answer_can_be_lost_on_release(simulator: Simulator, begin: Callable[..., Future[Any]]) -> None:
    token = simulator.token("jquants", "refresh_token")
    for before in (False, True):
        with simulator.hold(REFRESH, before=before) as gate:
            lost = begin(_refresh, simulator, token)
            gate.wait_for()
            gate.release(fault="reset")
            with pytest.raises((OSError, HTTPException)):
                lost.result()


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("ending", ["leaving the block", "reset", "another scenario", "the server's end"])
def test_a_hold_ends(begin: Callable[..., Future[Any]], ending: str, before: bool) -> None:
    with ExitStack() as running, ExitStack() as holding:
        simulator = running.enter_context(Simulator())
        token = simulator.token("jquants", "refresh_token")
        gate = holding.enter_context(simulator.hold(REFRESH, before=before))
        waiting = begin(_refresh, simulator, token)
        gate.wait_for()
        match ending:
            case "leaving the block":
                holding.close()
            case "reset":
                simulator.reset()
            case "another scenario":
                simulator.load("slow-answer")
            case _:
                holding.pop_all()
                running.close()
        if ending == "the server's end":
            with pytest.raises((OSError, HTTPException)):
                waiting.result()
        else:
            assert waiting.result()[0] == 200


@pytest.mark.parametrize("before", [False, True])
def test_a_client_that_leaves_waits_no_longer(simulator: Simulator, before: bool) -> None:
    host, port = simulator.url.removeprefix("http://").split(":")
    token = simulator.token("jquants", "refresh_token")
    request = f"POST /v1/token/auth_refresh?refreshtoken={token} HTTP/1.1\r\nHost: {host}\r\n\r\n"
    with simulator.hold(REFRESH, before=before) as gate:
        with socket.create_connection((host, int(port)), 10) as peer:
            peer.sendall(request.encode())
            gate.wait_for()
        assert any(gate.waiting == 0 for _ in range(10_000)), "it still waits after ten thousand questions"
    assert [call.ended for call in simulator.calls(REFRESH)] == ([] if before else ["left"])


def test_calls_that_do_not_come_are_said(simulator: Simulator) -> None:
    with (
        simulator.hold("uid2.token_refresh") as gate,
        pytest.raises(AssertionError, match=r"expected 2 calls .* got 0"),
    ):
        gate.wait_for(2, within="1ms")


def test_a_scenario_holds_calls_too(simulator: Simulator, begin: Callable[..., Future[Any]]) -> None:
    rule = {
        "id": "together",
        "when": {"operation": REFRESH},
        "then": {"hold": {"name": "together", "limit": "30s"}},
    }
    simulator.load({"version": 1, "name": "holds", "rules": [rule]})
    token = simulator.token("jquants", "refresh_token")
    answers = [begin(_refresh, simulator, token) for _ in range(2)]
    plane = simulator._plane
    assert plane.post("holds/together/await", {"waiting": 2, "within": "10s"}) == {"name": "together", "waiting": 2}
    (hold,) = plane.get("holds")["holds"]
    assert [(call["operation"], call["before"]) for call in hold["waiting"]] == [(REFRESH, False)] * 2
    assert plane.post("holds/together/release", {"count": 1}) == {"released": 1, "waiting": 1}
    assert plane.post("holds/together/release") == {"released": 1, "waiting": 0}

    assert [answer.result()[0] for answer in answers] == [200, 200]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        pytest.param("holds/x/await", {"within": "2m"}, id="too long a wait"),
        pytest.param("holds/x/release", {"order": "random"}, id="no such order"),
        pytest.param("holds/x/release", {"fault": "not_json"}, id="not a fault of the connection"),
        pytest.param("holds/A%20B/release", {}, id="no name of a hold"),
    ],
)
def test_what_is_refused(simulator: Simulator, path: str, asked: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        simulator._plane.post(path, asked)


def test_a_hold_is_placed_on_an_operation_that_is_known(simulator: Simulator) -> None:
    with pytest.raises(UsageError, match="auth_refresh"), simulator.hold("jquants.auth_refesh"):
        pass
