"""One of several outcomes, drawn by weight: the same for every run with the same seed."""

from __future__ import annotations

from collections import Counter

import pytest

from simulator.scenario.loader import check
from tests.scenario.engine_run import Run
from tests.scenario.toy_apis import APIS

RULES = """
- id: r
  choose:
    - {weight: 6, then: {log: common}}
    - {weight: 3, then: {log: rare}}
    - {then: {error: door.shut}}
"""


def _drawn(seed: int) -> list[str]:
    run = Run(RULES, head=f"seed: {seed}")
    return [decision.logs[0][1] if decision.logs else "error" for decision in (run.decide() for _ in range(1_000))]


def test_outcomes_come_as_often_as_their_weights_say() -> None:
    """Drawn from the seed, so the counts are always these; six, three and one of ten are meant."""
    counts = Counter(_drawn(7))

    assert counts["common"] == pytest.approx(600, abs=50)
    assert counts["rare"] == pytest.approx(300, abs=50)
    assert counts["error"] == pytest.approx(100, abs=50)


def test_the_same_seed_draws_the_same_and_another_one_differently() -> None:
    assert _drawn(7) == _drawn(7)
    assert _drawn(7) != _drawn(8)


def test_each_outcome_can_set_a_state() -> None:
    run = Run("- {id: r, choose: [{then: {set_state: a}}, {weight: 1000000, then: {set_state: b}}]}")
    run.decide()

    assert run.counters.state() == "b"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        pytest.param("{choose: [{then: {log: x}}]}", "E105", id="one is no choice"),
        pytest.param("{choose: [{then: {log: x}}, {weight: 0, then: {log: y}}]}", "E105", id="a weight is above zero"),
        pytest.param("{choose: [{then: {log: x}}, {weight: 1}]}", "E109", id="an outcome does something"),
        pytest.param("{choose: [{then: {log: x}}, {then: {log: y}}], then: {log: z}}", "E111", id="beside then"),
        pytest.param("{choose: [{then: {fault: resett}}, {then: {log: y}}]}", "E107", id="a fault that is none"),
        pytest.param(
            "{choose: [{then: {rate_limit: {limit: 1, window: 1m}}}, {then: {log: y}}]}", "E111", id="a limit counts"
        ),
    ],
)
def test_what_is_refused(rule: str, code: str) -> None:
    assert [problem.code for problem in check(f"version: 1\nname: x\nrules:\n  - {rule}\n", APIS)] == [code]
