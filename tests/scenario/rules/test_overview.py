"""An overview of a scenario fits on a screen: equal operations together, equal calls in one line."""

from __future__ import annotations

import pytest

from simulator.apis import discover
from simulator.scenario import shipped
from simulator.scenario.loader import load
from simulator.scenario.rules.explain import explain
from simulator.scenario.rules.overview import MOST_LINES, overview
from tests.scenario.toy_apis import APIS

HEAD = "version: 1\nname: x\nrules:\n"


def _lines(rules: str, calls: int = 5) -> list[str]:
    scenario = load(f"{HEAD}{rules}\n", APIS)
    runs = {operation: list(explain(scenario, operation, calls)) for operation in sorted(scenario.indexes)}
    return overview(scenario, runs).splitlines()


@pytest.mark.parametrize("name", shipped.names())
def test_every_shipped_scenario_fits_on_a_screen(name: str) -> None:
    scenario = load(shipped.find(name).read_bytes(), discover())
    runs = {operation: list(explain(scenario, operation, 5)) for operation in sorted(scenario.indexes)}
    lines = overview(scenario, runs).splitlines()

    assert len(lines) <= MOST_LINES
    assert "more is left out" not in lines[-1], "nothing that a client gets is left out"


def test_operations_with_the_same_outcome_are_one_block_and_equal_calls_one_line() -> None:
    assert _lines('- {id: r, when: {operation: "door.*"}, occurs: {first: 2}, then: {error: door.shut}}') == [
        "door.enter, door.pass",
        "  calls 1 to 2  +0s  door.shut instead of the operation [r]",
        "  calls 3 to 5  +2s  the faithful answer",
        '"r" counts the calls of 2 operations together.',
    ]


def test_a_rule_that_never_fires_says_why() -> None:
    assert _lines("- {id: r, when: {operation: door.pass, query: {code: 5}}, then: {delay: 1s}}") == [
        "door.pass",
        "  calls 1 to 5  +0s  the faithful answer",
        '    r: not: query code is "5"',
    ]


def test_a_typical_call_has_logged_in() -> None:
    assert "[r]" in _lines("- {id: r, when: {headers: {Authorization: {exists: true}}}, then: {delay: 1s}}")[1]


def test_what_does_not_fit_is_said() -> None:
    rules = "\n".join(
        f"- {{id: r{number}, when: {{operation: door.pass}}, occurs: {{nth: {number}}}, then: {{delay: {number}s}}}}"
        for number in range(1, 60)
    )
    lines = _lines(rules, calls=60)

    assert len(lines) == MOST_LINES
    assert "more is left out" in lines[-1]
    assert "--operation" in lines[-1]
