"""Rate limits: what they say, when they let go, and whom they count."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.scenario.rules.decision import FAITHFUL, Canned, NamedError
from tests.scenario.engine_run import Run
from tests.scenario.toy_apis import AT, call


@pytest.mark.parametrize(
    ("form", "later", "expected"),
    [
        pytest.param("seconds", timedelta(0), (("Retry-After", "60"),), id="seconds"),
        pytest.param("seconds", timedelta(microseconds=1), (("Retry-After", "60"),), id="seconds are rounded up"),
        pytest.param("seconds", timedelta(seconds=59.5), (("Retry-After", "1"),), id="to one at least"),
        pytest.param("http_date", timedelta(0), (("Retry-After", "Thu, 04 Jan 2024 00:01:00 GMT"),), id="a date"),
        pytest.param("none", timedelta(0), (), id="none"),
    ],
)
def test_what_a_rate_limit_says(form: str, later: timedelta, expected: tuple[tuple[str, str], ...]) -> None:
    run = Run(f"- {{id: r, then: {{rate_limit: {{limit: 1, window: 1m, retry_after: {form}}}}}}}")
    assert run.decide(call(at=AT)) is FAITHFUL

    assert run.decide(call(at=AT + later)).answer == NamedError("door.too_many_requests", expected)


def test_a_date_is_rounded_up_to_the_second() -> None:
    run = Run("- {id: r, then: {rate_limit: {limit: 0, window: 1m, retry_after: http_date}}}")
    found = run.decide(call(at=AT + timedelta(microseconds=1))).answer

    assert found == NamedError("door.too_many_requests", (("Retry-After", "Thu, 04 Jan 2024 00:01:01 GMT"),))


def test_a_rate_limit_answers_as_it_is_told_or_as_the_api_would_or_plainly() -> None:
    told = Run("- {id: r, then: {rate_limit: {limit: 0, window: 1m, retry_after: none, error: door.shut}}}")
    untold = Run("- {id: r, then: {rate_limit: {limit: 0, window: 1m, retry_after: none}}}")

    assert told.decide().answer == NamedError("door.shut")
    assert untold.decide().answer == NamedError("door.too_many_requests")
    assert untold.decide(operation="lamp.light").answer == Canned(
        429, json={"message": "Too Many Requests"}, is_json=True
    )


def test_below_its_limit_a_rate_limit_lets_later_rules_act() -> None:
    run = Run("- {id: a, then: {rate_limit: {limit: 1, window: 1m}}}\n- {id: b, then: {log: x}}")

    assert run.fired(2) == [("b",), ("a",)]


def test_a_rate_limit_by_client() -> None:
    run = Run("- {id: r, then: {rate_limit: {limit: 1, window: 1m, by: client}}}")

    assert run.fired(2, call(client="a")) == [(), ("r",)]
    assert run.fired(2, call(client="b")) == [(), ("r",)]
