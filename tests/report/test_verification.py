"""Counting calls, and saying what came instead."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.core.errors import UsageError
from simulator.report import Circumstances, judge, render
from simulator.report.verification import CallCount, Filter, count, read_wanted, verify
from simulator.scenario.scenario import Expectation
from tests.report.wire import APIS, HOUR, START, Wire


@pytest.fixture
def wire() -> Wire:
    """A login, two refreshes (one under a rule, an hour later) and a data call."""
    made = Wire()
    week = made.login()
    made.renew(week)
    made.passes(HOUR)
    made.ask(week, status=503, rules=("down",), error="unavailable")
    made.data("day2")
    return made


def test_a_call_of_no_operation_is_none_of_any_operation(wire: Wire) -> None:
    wire.call("", path="/nowhere", status=404)

    assert count(wire.entries, Filter(("*",))) == 4
    assert count(wire.entries, Filter()) == 5


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        pytest.param(Filter(), 4, id="everything"),
        pytest.param(Filter(operations=("office.renew",)), 2, id="an operation"),
        pytest.param(Filter(operations=("office.*",)), 4, id="a pattern"),
        pytest.param(Filter(operations=("office.login", "office.data")), 2, id="a list"),
        pytest.param(Filter(operations=("office.ren",)), 0, id="no part of a name"),
        pytest.param(Filter(rule="down"), 1, id="a rule"),
        pytest.param(Filter(status=200), 3, id="a status"),
        pytest.param(Filter(status=200, method="POST"), 2, id="two things at once"),
        pytest.param(Filter(error="unavailable"), 1, id="an error"),
        pytest.param(Filter(token="day2"), 1, id="a token"),
        pytest.param(Filter(path="/office/data"), 1, id="a path"),
        pytest.param(Filter(since=START + HOUR), 2, id="since a moment"),
    ],
)
def test_a_filter_counts_what_fits_all_of_it(wire: Wire, chosen: Filter, expected: int) -> None:
    assert count(wire.entries, chosen) == expected


@pytest.mark.parametrize(
    ("bounds", "met"),
    [
        pytest.param({"count": 1}, False, id="one fewer"),
        pytest.param({"count": 2}, True, id="exactly"),
        pytest.param({"count": 3}, False, id="one more"),
        pytest.param({"at_least": 2}, True, id="at the lower edge"),
        pytest.param({"at_least": 3}, False, id="below it"),
        pytest.param({"at_most": 2}, True, id="at the upper edge"),
        pytest.param({"at_most": 1}, False, id="above it"),
        pytest.param({"at_least": 1, "at_most": 3}, True, id="between"),
        pytest.param({"count": 0}, False, id="never"),
    ],
)
def test_both_bounds_are_included(wire: Wire, bounds: dict[str, int], *, met: bool) -> None:
    assert verify(wire.entries, read_wanted({"operation": "office.renew", **bounds})).met is met


def test_too_few_calls_say_what_came_instead_nearest_first(wire: Wire) -> None:
    wanted = read_wanted({"operation": "office.renew", "status": 403, "at_least": 1})
    verified = verify(wire.entries, wanted)
    assert verified.message.splitlines() == [
        "office.renew, status 403: at least once; but it came never.",
        "What came instead, nearest first:",
        "  #2 office.renew 200 (status is 200)",
        "  #3 office.renew 503 (status is 503)",
        "  #1 office.login 200 (operation is office.login; status is 200)",
        "  #4 office.data 200 (operation is office.data; status is 200)",
    ]
    assert verified.as_json()["instead"][0]["misses"] == ["status is 200"]


@pytest.mark.parametrize(
    ("wish", "bound", "met"),
    [
        pytest.param({"at_most": 5}, 4, False, id="full, and a call is gone: there may have been more"),
        pytest.param({"count": 2}, 4, False, id="nor is it known to be exactly so many"),
        pytest.param({"at_least": 2}, 4, True, id="so many came whatever is gone"),
        pytest.param({"at_least": 3}, 4, False, id="too few, and what is gone may have been the rest"),
        pytest.param({"at_most": 5}, 5, True, id="not full: nothing is gone"),
        pytest.param({"at_most": 5}, None, True, id="a journal without a bound"),
        pytest.param({"at_most": 5, "since": START + HOUR}, 4, True, id="what is gone came before"),
    ],
)
def test_what_a_full_journal_forgot_may_have_matched(
    wire: Wire, wish: dict[str, Any], bound: int | None, *, met: bool
) -> None:
    wire.data("day3")
    verified = verify(wire.entries[1:], read_wanted({"operation": "office.renew", **wish}), bound=bound)

    assert verified.met is met
    assert verified.unknown is not met
    assert ("Older ones are forgotten" in verified.message) is not met


def test_a_full_journal_that_forgot_nothing_knows(wire: Wire) -> None:
    assert verify(wire.entries, read_wanted({"operation": "office.renew", "count": 2}), bound=4).met


def test_too_many_calls_say_which_they_were(wire: Wire) -> None:
    verified = verify(wire.entries, read_wanted({"operation": "office.*", "at_most": 1}))
    assert verified.message.splitlines() == [
        "office.*: at most once; but it came 4 times.",
        "It was #1, #2, #3, #4.",
    ]
    assert verified.matching == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param({"operation": "x"}, 'nothing says how often. Give "count"', id="no bound"),
        pytest.param({"count": 1, "at_most": 2}, '"count" excludes "at_least"', id="two kinds of bounds"),
        pytest.param({"at_least": 3, "at_most": 1}, "at_least is 3 and at_most is 1", id="bounds that nothing fits"),
        pytest.param({"count": 1, "operation": ["x"] * 101}, "101 operations; at most 100", id="too many names"),
    ],
)
def test_a_wish_that_cannot_be_meant_is_refused(document: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as wrong:
        read_wanted(document)
    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("expectation", "outcome"),
    [
        pytest.param(Expectation(verdict="not_encoded"), "inconclusive", id="a verdict that did not come up"),
        pytest.param(Expectation(verdict="login_storm"), "pass", id="a verdict"),
        pytest.param(Expectation(verdict="no_such"), "fail", id="no verdict"),
        pytest.param(Expectation(operation="office.renew", at_least=2, at_most=2), "pass", id="a count"),
        pytest.param(Expectation(operation="office.renew", at_most=1), "fail", id="a count that is not met"),
    ],
)
def test_what_a_scenario_expects_is_judged_alike(wire: Wire, expectation: Expectation, outcome: str) -> None:
    report = judge(wire.entries, APIS, Circumstances(expect=(expectation,)))
    assert [one.outcome for one in report.expected] == [outcome]
    assert report.is_failure() is (outcome == "fail")


@pytest.mark.parametrize(
    ("expectation", "outcome"),
    [
        pytest.param(Expectation(operation="office.renew", at_most=5), "inconclusive", id="there may have been more"),
        pytest.param(Expectation(operation="office.renew", at_least=3), "inconclusive", id="or enough"),
        pytest.param(Expectation(operation="office.renew", at_least=2), "pass", id="so many are there"),
        pytest.param(Expectation(operation="office.renew", at_most=1), "fail", id="too many are there"),
    ],
)
def test_what_was_expected_of_calls_that_are_forgotten_cannot_be_told(
    wire: Wire, expectation: Expectation, outcome: str
) -> None:
    wire.data("day3")
    report = judge(wire.entries[1:], APIS, Circumstances(expect=(expectation,), journal_bound=4))
    assert [one.outcome for one in report.expected] == [outcome]
    assert ("Older ones are forgotten" in render(report, "text")) is (outcome == "inconclusive")


def test_a_wish_reads_aloud() -> None:
    assert str(CallCount(Filter(("a", "b"), status=200), 2, 2)) == "a or b, status 200: exactly 2 times"
    assert str(CallCount(Filter(), 1, None)) == "any operation: at least once"
