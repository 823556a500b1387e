"""A server in front of shared state: what it does on the thread of its loop, and in which order."""

from __future__ import annotations

import threading
from http.client import HTTPConnection

import pytest

from simulator.app import create_server
from simulator.core.clock import steady
from simulator.core.rule_counters import CountRules, Fired
from simulator.state.redis.write_behind import WriteBehind
from tests.redis_server import PATIENCE
from tests.state.sharing import FIRST_TWO, REFRESH, Join


def test_a_call_that_counts_holds_no_thread(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once there is a connection for the loop: until then counting is asked on threads that may wait."""
    worker, waited = join(), list[str]()
    count = CountRules.__call__

    def counting(need: CountRules) -> tuple[Fired, ...]:
        waited.append(threading.current_thread().name)
        return count(need)

    monkeypatch.setattr(CountRules, "__call__", counting)
    worker.control("PUT", "scenario", FIRST_TWO)
    with create_server(worker.simulation, port=0) as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)

        def call() -> int:
            connection.request("POST", REFRESH)
            response = connection.getresponse()
            response.read()
            return response.status

        def waits() -> bool:
            waited.clear()
            statuses.append(call())
            return bool(waited)

        statuses, deadline = list[int](), steady() + PATIENCE
        while waits():
            assert steady() < deadline, "it never counted without a thread"
            assert waited[0].startswith("simulator-store")
        statuses += [call() for _ in range(20)]
        connection.close()
    assert waited == []
    assert statuses.count(500) == 2


def test_what_a_call_writes_goes_out_before_its_answer(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the loop's next turn, not with the call: what a turn writes goes together."""
    worker, order = join(), list[str]()
    worker.status()
    put, send = WriteBehind.put, WriteBehind._send_waiting

    def note(what: str) -> None:
        if threading.current_thread().name == "simulator-server":
            order.append(what)

    def putting(outlet: WriteBehind, *commands: bytes, entries: int = 0) -> None:
        note("put")
        put(outlet, *commands, entries=entries)
        note("put returns")

    def sending(outlet: WriteBehind) -> None:
        note("sent")
        send(outlet)

    with create_server(worker.simulation, port=0) as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        connection.connect()
        monkeypatch.setattr(WriteBehind, "_send_waiting", sending)
        monkeypatch.setattr(WriteBehind, "put", putting)
        connection.request("POST", REFRESH)
        seen_by_the_answer = (connection.getresponse().status, list(order))
        connection.close()
    assert seen_by_the_answer == (400, ["put", "put returns", "sent"])
