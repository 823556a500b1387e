"""Creating, resetting and deleting while others do the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from simulator.apis import discover
from simulator.core.http.dates import http_date
from simulator.core.model.call import Request
from simulator.sandbox.config import SandboxConfig, SandboxLimits
from simulator.scenario.loader import load
from simulator.scenario.scenario import ClockSetting
from simulator.simulation import Simulation

T = TypeVar("T")
THREADS = 8
START = datetime(2024, 1, 4, tzinfo=UTC)
ONCE = """version: 1
name: once
rules:
  - {id: once, when: {operation: jquants.auth_refresh}, occurs: {first: 1}, then: {error: jquants.server_error}}
"""


@pytest.fixture
def simulation() -> Simulation:
    apis = discover()
    config = SandboxConfig(clock=ClockSetting(at=START, frozen=True), scenario=load(ONCE, apis))
    return Simulation(apis, config=config, limits=SandboxLimits(count=50))


def at_once(work: Callable[[int], T]) -> list[T]:
    ready = threading.Barrier(THREADS)

    def one(number: int) -> T:
        ready.wait(10)
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return [done.result(timeout=30) for done in [pool.submit(one, number) for number in range(THREADS)]]


def refresh(simulation: Simulation, name: str) -> int:
    target = f"/sandbox/{name}/v1/token/auth_refresh"
    reply = simulation.answer(Request("POST", target, "refreshtoken=x", {"host": "localhost"}))
    assert reply.header("Date") == http_date(START)
    return reply.status


def test_whoever_asks_first_gets_what_everybody_gets(simulation: Simulation) -> None:
    """Two sandboxes under one name would let two clients both be the first."""
    for turn in range(20):
        statuses = at_once(lambda _number, name=f"new-{turn}": refresh(simulation, name))  # type: ignore[misc]  # mypy reads no defaults of a lambda
        assert sorted(statuses) == [403] * (THREADS - 1) + [500]


def test_it_is_deleted_once(simulation: Simulation) -> None:
    for _ in range(20):
        simulation.sandboxes.get("a")
        assert sorted(at_once(lambda _number: simulation.sandboxes.delete("a"))) == [False] * (THREADS - 1) + [True]
    assert simulation.sandboxes.names() == ["default"]


def test_create_call_reset_and_delete_may_all_race(simulation: Simulation) -> None:
    """No call fails in any other way than its sandbox says, and what is left works as new."""

    def hammer(number: int) -> set[int]:
        statuses = set()
        for turn in range(60):
            name = f"s{turn % 3}"
            match (number + turn) % 4:
                case 0:
                    simulation.sandboxes.delete(name)
                case 1:
                    simulation.sandboxes.get(name).reset()
                case _:
                    statuses.add(refresh(simulation, name))
        return statuses

    assert set().union(*at_once(hammer)) == {403, 500}
    for name in ("s0", "s1", "s2"):
        simulation.sandboxes.delete(name)
        assert [refresh(simulation, name) for _ in range(3)] == [500, 403, 403]
        assert [entry.number for entry in simulation.sandboxes.get(name).journal.entries()] == [1, 2, 3]


def test_a_call_in_flight_leaves_nothing_to_the_next_sandbox_of_its_name(simulation: Simulation) -> None:
    """It was answered in the old one; what it remembers there dies with it."""
    in_flight = simulation.sandboxes.get("a").status_store("uid2")
    simulation.sandboxes.delete("a")
    in_flight.opt_out("somebody", START)
    in_flight.revoke("mark")
    assert simulation.sandboxes.get("a").status_store("uid2").opted_out("somebody") is None
    assert not simulation.sandboxes.get("a").status_store("uid2").revoked("mark")


def test_a_reset_is_never_half_done(simulation: Simulation) -> None:
    """While one thread resets, a reader sees the beginning of the clock and never the process's time."""
    sandbox = simulation.sandboxes.get("a")
    stop = threading.Event()

    def reset() -> None:
        while not stop.is_set():
            sandbox.reset()

    resetting = threading.Thread(target=reset)
    resetting.start()
    try:
        for _ in range(2_000):
            assert sandbox.clock.now() == START
            assert sandbox.setup.scenario is not None
    finally:
        stop.set()
        resetting.join(10)
