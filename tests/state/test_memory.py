"""State in this process: atomic under threads. What every backend promises is in test_store."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from simulator.core.rule_counters import MatchedRule, Occurs, Step
from simulator.state.memory import MemoryRuleCounters
from tests.imports import imported_by

AT = datetime(2024, 1, 4, tzinfo=UTC)


def test_first_two_of_ten_thousand_calls_from_fifty_threads_fires_exactly_twice() -> None:
    tally = MemoryRuleCounters()
    candidate = MatchedRule("rule", Occurs("first", 2))
    ready = threading.Barrier(50)

    def work(_: int) -> int:
        ready.wait(timeout=30)
        return sum(len(tally.step([candidate], AT, 0)) for _ in range(200))

    with ThreadPoolExecutor(50) as pool:
        fired = sum(pool.map(work, range(50)))

    assert fired == 2
    assert tally.step([MatchedRule("rule", Occurs("nth", numbers=(10_001,)))], AT, 0)[0].count == 10_001


def test_a_seed_gives_the_same_firings_for_every_order_of_threads() -> None:
    """Which thread meets which count is luck; which counts fire is not."""
    candidate = MatchedRule("rule", Occurs("chance", probability=0.2))
    runs = []
    for workers in (1, 7):
        tally = MemoryRuleCounters()

        def step(_: int, tally: MemoryRuleCounters = tally) -> tuple[int, ...]:
            return tuple(one.count for one in tally.step([candidate], AT, 42))

        with ThreadPoolExecutor(workers) as pool:
            runs.append(sorted(count for counts in pool.map(step, range(500)) for count in counts))

    assert runs[0] == runs[1]
    assert 60 < len(runs[0]) < 140


def test_a_state_is_left_by_one_call_alone() -> None:
    """Fifty threads race for a door that closes behind the first."""
    tally = MemoryRuleCounters()
    tally.begin("open")
    candidate = MatchedRule(states=("open",), steps=(Step(next_state="shut"),))
    ready = threading.Barrier(50)

    def work(_: int) -> int:
        ready.wait(timeout=30)
        return len(tally.step([candidate], AT, 0))

    with ThreadPoolExecutor(50) as pool:
        assert Counter(pool.map(work, range(50))) == {0: 49, 1: 1}
    assert tally.state() == "shut"


def test_beginning_anew_forgets_counts_and_windows() -> None:
    tally = MemoryRuleCounters()
    candidate = MatchedRule("rule", Occurs("first", 1))
    tally.step([candidate], AT, 0)
    tally.begin("calm")

    assert tally.state() == "calm"
    assert len(tally.step([candidate], AT, 0)) == 1


def test_who_shares_nothing_imports_nothing_for_it() -> None:
    """redis-py costs more than the rest of the start together."""
    found, printed = imported_by(
        "import simulator.cli.serve, simulator.app, simulator.simulation; "
        "from simulator.apis import discover; simulator.simulation.Simulation(discover())"
    )
    assert found.isdisjoint({"redis", "hiredis", "simulator.state.redis"})
    assert printed == ""
