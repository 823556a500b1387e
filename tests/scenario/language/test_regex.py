"""Regular expressions take linear time, and what the engine does not offer is refused when the file is read."""

from __future__ import annotations

import re

import pytest

from simulator.scenario.language.regex import compile_regex
from simulator.scenario.loader import check
from tests.imports import imported_by
from tests.scenario.engine_run import Run
from tests.scenario.toy_apis import APIS, call


@pytest.mark.parametrize("expression", ["^(a+)+$", "(a|aa)+$", "^(a|a?)+$", "^([a-z]+)*$", "(.*a){20}$"])
def test_an_expression_that_backtracks_for_hours_elsewhere_ends_at_once(expression: str) -> None:
    """Python's engine doubles its time with each of these characters: 2**10000 steps, so no machine is fast enough."""
    assert not compile_regex(expression).search("a" * 10_000 + "!")


def test_a_rule_with_such_an_expression_delays_no_call() -> None:
    run = Run('- {id: r, when: {headers: {User-Agent: {regex: "^(a+)+$"}}}, then: {delay: 1s}}')

    assert not run.decide(call(headers={"user-agent": "a" * 10_000 + "!"})).rules
    assert run.decide(call(headers={"user-agent": "a" * 10_000})).rules == ("r",)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("(?=a)b", id="look-ahead"),
        pytest.param("(?<!a)b", id="look-behind"),
        pytest.param(r"(a)\1", id="a back-reference"),
        pytest.param("((a{100}){100}){100}", id="a program that fills the memory"),
        pytest.param("([", id="an unclosed bracket"),
        pytest.param("*", id="nothing to repeat"),
    ],
)
def test_what_the_engine_does_not_take_is_refused_with_its_reason(expression: str) -> None:
    text = f"version: 1\nname: x\nrules:\n  - {{when: {{raw_query: {{regex: '{expression}'}}}}, then: {{log: x}}}}\n"
    (problem,) = check(text, APIS)

    assert (problem.line, problem.column, problem.code) == (4, 32, "E108")
    assert "no look-around, no back-references" in problem.message


@pytest.mark.parametrize(
    ("expression", "text"),
    [("^a.c$", "abc"), ("(?i)ABC", "xabcx"), ("あ+", "ああ"), ("b", "\ud800b"), (r"\bfoo\b", "a foo b"), ("", "")],
)
def test_it_finds_what_pythons_engine_finds(expression: str, text: str) -> None:
    assert re.search(expression, text)
    assert compile_regex(expression).search(text)


def test_the_engine_is_imported_for_a_scenario_with_an_expression_only() -> None:
    assert "re2" not in imported_by("import simulator.scenario.loader")
