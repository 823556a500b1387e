"""Where the verdicts' limits lie: one step inside, at them, one past."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.report.judging import outcome
from tests.report.wire import DAY, Wire


@pytest.mark.parametrize(
    ("dead_for", "earned"),
    [
        pytest.param(timedelta(milliseconds=998), "inconclusive", id="inside the tolerance"),
        pytest.param(timedelta(milliseconds=1000), "fail", id="at its edge"),
        pytest.param(timedelta(milliseconds=1001), "fail", id="past it"),
    ],
)
def test_a_token_is_used_too_late_a_second_after_its_death(dead_for: timedelta, earned: str) -> None:
    wire = Wire()
    week = wire.login()
    day = wire.renew(week)
    wire.passes(DAY + dead_for - timedelta(milliseconds=1))
    for _ in range(2):
        wire.data(day, status=401, token_state="expired")
    wire.renew(week)
    assert outcome(wire, "late_refresh") == earned


@pytest.mark.parametrize(
    ("waited", "earned"),
    [
        pytest.param(timedelta(milliseconds=1899), "fail", id="inside"),
        pytest.param(timedelta(milliseconds=1900), "pass", id="at the edge of the tolerance"),
        pytest.param(timedelta(milliseconds=2000), "pass", id="as asked"),
    ],
)
def test_retry_after_is_kept_to_a_tenth_of_a_second(waited: timedelta, earned: str) -> None:
    wire = Wire()
    week = wire.login()
    wire.ask(week, status=503, retry_after="2", rules=("down",))
    wire.passes(waited - timedelta(milliseconds=1))
    wire.ask(week, status=200, took_us=0, issued=(wire.token("day", DAY),))
    assert outcome(wire, "ignores_retry_after") == earned


@pytest.mark.parametrize(
    ("wait", "earned"),
    [
        pytest.param(2.0, "inconclusive", id="as asked"),
        pytest.param(2.25, "inconclusive", id="with some rounding"),
        pytest.param(2.3, "warn", id="longer: the client's own constant"),
        pytest.param(5.0, "warn", id="much longer"),
    ],
)
def test_waits_that_retry_after_asked_for_are_not_the_client_s(wait: float, earned: str) -> None:
    wire = Wire()
    week = wire.login()
    for _ in range(4):
        wire.ask(week, status=503, retry_after="2", rules=("down",), took_us=0)
        wire.passes(timedelta(seconds=wait) - timedelta(milliseconds=1))
    assert outcome(wire, "no_backoff") == earned


@pytest.mark.parametrize(
    ("waits", "earned"),
    [
        pytest.param((0.2024, 0.4031, 0.8039, 1.6077), "warn", id="doubling, as a network blurs it"),
        pytest.param((1.0, 3.0, 9.0, 27.0), "warn", id="tripling"),
        pytest.param((1.0, 2.0, 4.3, 7.1), "pass", id="doubling, and a little chance"),
        pytest.param((0.01, 0.02, 0.04, 0.08), "inconclusive", id="too short to tell"),
        pytest.param((1.0, 2.0, 4.0), "inconclusive", id="too few to tell"),
    ],
)
def test_a_formula_needs_four_waits_to_be_told_from_chance(waits: tuple[float, ...], earned: str) -> None:
    wire = Wire()
    week = wire.login()
    for wait in (*waits, 0.0):
        wire.ask(week, status=503, rules=("down",), took_us=0)
        wire.passes(timedelta(seconds=wait) - timedelta(milliseconds=1))
    assert outcome(wire, "no_jitter") == earned
