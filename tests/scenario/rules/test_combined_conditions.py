"""Conditions made of conditions, the method, the wall clock and the moment of issue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator.core.model.api import Credentials
from simulator.scenario.loader import check
from tests.scenario.engine_run import Run
from tests.scenario.toy_apis import APIS, AT, call


def _fires(when: str, **made: object) -> bool:
    return bool(Run(f"- {{id: r, when: {{{when}}}, then: {{delay: 1s}}}}").decide(call(**made)).rules)


@pytest.mark.parametrize(
    ("when", "query", "fires"),
    [
        pytest.param("any: [{query: {a: 1}}, {query: {b: 1}}]", "a=1", True, id="one of two"),
        pytest.param("any: [{query: {a: 1}}, {query: {b: 1}}]", "c=1", False, id="neither"),
        pytest.param("any: [{query: {a: 1}}], query: {c: 1}", "a=1", False, id="what stands beside any must hold too"),
        pytest.param("all: [{query: {a: 1}}, {query: {b: 1}}]", "a=1&b=1", True, id="both"),
        pytest.param("all: [{query: {a: 1}}, {query: {b: 1}}]", "a=1", False, id="one is not enough"),
        pytest.param("not: {query: {a: 1}}", "b=1", True, id="not"),
        pytest.param("not: {query: {a: 1, b: 1}}", "a=1", True, id="not both"),
        pytest.param("not: {query: {a: 1, b: 1}}", "a=1&b=1", False, id="both are there"),
        pytest.param("not: {any: [{query: {a: 1}}, {not: {query: {b: 1}}}]}", "b=1", True, id="nested"),
        pytest.param("not: {any: [{query: {a: 1}}, {not: {query: {b: 1}}}]}", "", False, id="nested, and not met"),
    ],
)
def test_any_all_and_not(when: str, query: str, fires: bool) -> None:
    assert _fires(when, raw_query=query) is fires


@pytest.mark.parametrize(("method", "fires"), [("GET", True), ("get", True), ("POST", False), ("[POST, GET]", True)])
def test_the_method(method: str, fires: bool) -> None:
    assert _fires(f"method: {method}") is fires


@pytest.mark.parametrize(
    ("moment", "fires"),
    [
        ("2024-01-05T16:59:59", False),
        ("2024-01-05T17:00:00", True),
        ("2024-01-05T20:59:59", True),
        ("2024-01-05T21:00:00", False),
        ("2024-01-06T18:00:00", False),
    ],
)
def test_maintenance_on_saturdays_in_japan(moment: str, fires: bool) -> None:
    """2024-01-06 is a Saturday; 02:00 in Tokyo is 17:00 of the day before in UTC."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    assert _fires('wall_clock: {days: [sat], from: "02:00", to: "06:00", offset: "+09:00"}', at=at) is fires


@pytest.mark.parametrize(
    ("moment", "fires"),
    [
        ("2024-01-05T21:59:00", False),
        ("2024-01-05T22:00:00", True),
        ("2024-01-06T01:59:00", True),
        ("2024-01-06T02:00:00", False),
        ("2024-01-06T23:00:00", False),
        ("2024-01-05T01:00:00", False),
    ],
)
def test_a_part_of_the_day_over_midnight_belongs_to_the_day_on_which_it_begins(moment: str, fires: bool) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    assert _fires('wall_clock: {days: [fri], from: "22:00", to: "02:00"}', at=at) is fires


def test_a_whole_day_of_the_week() -> None:
    assert _fires("wall_clock: {days: [thu]}", at=AT)
    assert not _fires("wall_clock: {days: [mon, fri]}", at=AT)


def test_tokens_by_their_moment_of_issue() -> None:
    """A signing secret that was rotated ten minutes into the scenario: what was issued earlier is worth nothing."""
    run = Run(
        "- {id: old, when: {clock: {from: 10m}, token: {issued_before: 10m}}, then: {error: door.shut}}\n"
        "- {id: new, when: {token: {issued_after: 10m}}, then: {delay: 1s}}"
    )
    at = AT + timedelta(minutes=11)
    before = Credentials(token="t", issued_at=AT + timedelta(minutes=10) - timedelta(microseconds=1))
    after = before._replace(issued_at=AT + timedelta(minutes=10))
    issued = [run.decide(call(at=at), presented=one).rules for one in (before, after, Credentials())]

    assert issued == [("old",), ("new",), ()]


@pytest.mark.parametrize(
    ("when", "code"),
    [
        pytest.param("{any: []}", "E105", id="none of nothing"),
        pytest.param("{any: {query: {a: 1}}}", "E101", id="a list is wanted"),
        pytest.param("{not: [{query: {a: 1}}]}", "E101", id="a mapping is wanted"),
        pytest.param("{any: [{operation: door.pass}]}", "E102", id="operations stand outside"),
        pytest.param("{not: {state: x}}", "E102", id="states, too"),
        pytest.param("{not: {query: {a: {}}}}", "E109", id="a matcher inside that asks for nothing"),
        pytest.param("{any: [{clock: {from: 2m, to: 1m}}]}", "E105", id="a stretch inside that holds nothing"),
        pytest.param("{wall_clock: {}}", "E109", id="always"),
        pytest.param("{wall_clock: {from: '25:00'}}", "E104", id="no such hour"),
        pytest.param("{wall_clock: {from: '02:00', to: '02:00'}}", "E105", id="never"),
        pytest.param("{wall_clock: {days: [saturday]}}", "E107", id="days have three letters"),
        pytest.param("{wall_clock: {days: [sat], offset: '9'}}", "E104", id="an offset has a sign"),
        pytest.param("{state_age: {from: 2m, to: 1m}}", "E105", id="an age that none has"),
        pytest.param("{operation: lamp.light, not: {token: {older_than: 1m}}}", "E208", id="a token that it lacks"),
    ],
)
def test_what_is_refused(when: str, code: str) -> None:
    found = check(f"version: 1\nname: x\nrules:\n  - {{when: {when}, then: {{log: x}}}}\n", APIS)

    assert [problem.code for problem in found] == [code]
    assert found[0].line == 4
