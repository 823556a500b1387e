"""The index: the one rule of many that names what the call has is found, and no other is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.core.model.api import Credentials
from simulator.scenario.rules.call_view import CallView
from tests.scenario.engine_run import Run
from tests.scenario.toy_apis import call


@pytest.mark.parametrize(
    ("when", "made", "presented"),
    [
        pytest.param("query: {code: c%}", call("code=c77&x=1"), Credentials(), id="query"),
        pytest.param("headers: {X-Id: c%}", call(headers={"x-id": "c77"}), Credentials(), id="header"),
        pytest.param("json: {a.id: c%}", call(body=b'{"a": {"id": "c77"}}'), Credentials(), id="json"),
        pytest.param("raw_query: c%", call("c77"), Credentials(), id="raw query"),
        pytest.param("sandbox: c%", call(sandbox="c77"), Credentials(), id="sandbox"),
        pytest.param("subject: c%@x", call(), Credentials(subject="c77@x"), id="subject"),
    ],
)
def test_one_rule_of_many_is_found_by_its_literal(when: str, made: Any, presented: Credentials) -> None:
    """And no other one is even looked at: 200 rules, of which the index hands out one, and the plain one."""
    rules = "\n".join(
        f"- {{id: r{n}, when: {{operation: door.pass, {when.replace('%', str(n))}}}, then: {{log: x}}}}"
        for n in range(200)
    )
    run = Run(f"- {{id: first, continue: true, then: {{log: x}}}}\n{rules}\n- {{id: last, then: {{log: x}}}}")

    index = run.scenario.indexes["door.pass"]
    assert [rule.id for rule in index.find(CallView(made, presented))] == ["first", "r77", "last"]
    assert run.decide(made, presented=presented).rules == ("first", "r77")


def test_a_rule_with_several_literals_is_handed_out_once_and_in_its_place() -> None:
    run = Run(
        """
- {id: a, continue: true, when: {operation: door.pass, subject: [ann@x, ben@x]}, then: {log: x}}
- {id: b, continue: true, when: {query: {q: x}}, then: {log: x}}
- {id: c, continue: true, when: {query: {q: "y"}}, then: {log: x}}
- {id: d, then: {log: x}}
"""
    )

    found = run.decide(call("q=y&q=x"), presented=Credentials(subject="ben@x"))
    assert found.rules == ("a", "b", "c", "d")
