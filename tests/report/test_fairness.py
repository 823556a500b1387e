"""No verdict fails a client for what it was not told, or could not know; and what a released client does is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from simulator.journal.entry import Change
from simulator.report import Circumstances, judge
from tests.report import clients
from tests.report.clients import Client
from tests.report.judging import outcome
from tests.report.wire import APIS, DAY, HOUR, SECOND, START, WEEK, Wire


def outcomes(wire: Wire, facts: Circumstances | None = None) -> dict[str, str]:
    report = judge(wire.entries, APIS, facts)
    return {verdict.name: str(verdict.outcome) for verdict in report.verdicts if verdict.outcome.weight}


def meets_a_401_after_a_jump(wire: Wire) -> None:
    week = wire.login()
    day = wire.renew(week)
    wire.jump(DAY + HOUR)
    wire.data(day, status=401)
    wire.data(wire.renew(week))


def uses_a_dead_token_twice_after_a_jump(wire: Wire) -> None:
    week = wire.login()
    day = wire.renew(week)
    wire.jump(DAY + HOUR)
    for _ in range(2):
        wire.data(day, status=401, token_state="expired")
    wire.data(wire.renew(week))


def refreshes_one_after_another_on_new_connections(wire: Wire) -> None:
    clients.refreshes_on_new_connections(wire)


def falls_silent_after_an_odd_answer(wire: Wire) -> None:
    clients.dies_without_the_field(wire)


def believes_moments_that_a_rule_changed(wire: Wire) -> None:
    clients.spins_when_the_unit_changes(wire)


def replaces_a_token_when_it_is_refused(wire: Wire) -> None:
    """One refused call for each life: the scenarios on short lives ask for just this."""
    week = wire.login()
    for _ in range(3):
        day = wire.renew(week, lives=5 * SECOND, told=True)
        wire.data(day)
        wire.passes(7 * SECOND)
        wire.data(day, status=401, token_state="expired")
    wire.data(wire.renew(week))


def logs_in_again_after_a_jump(wire: Wire) -> None:
    week = wire.login()
    wire.jump(WEEK)
    wire.refuse(week)
    wire.data(wire.renew(wire.login()))


def is_untold_of_a_short_life(wire: Wire) -> None:
    week = wire.login()
    day = wire.renew(week, lives=SECOND)
    wire.passes(HOUR)
    wire.data(day, status=401)
    wire.data(wire.renew(week, lives=SECOND))


def is_told_of_a_short_life_wrongly(wire: Wire) -> None:
    week = wire.login()
    day = wire.renew(
        week, lives=SECOND, told=True, rules=("units",), changes=(Change("rewritten", "day_expires", "seconds"),)
    )
    wire.passes(HOUR)
    wire.data(day, status=401)
    wire.data(wire.renew(week))


def lives_in_another_year(wire: Wire) -> None:
    wire.jump(timedelta(days=-700))
    tokens = wire.make()
    for _ in range(8):
        tokens = wire.remake(tokens.stub)


def is_spared_the_wait(wire: Wire) -> None:
    week = wire.login()
    wire.ask(week, status=429, retry_after="3600", rules=("limit",))
    wire.jump(HOUR)
    wire.renew(week)


def cannot_read_the_date(wire: Wire) -> None:
    wire.jump(timedelta(days=-700))
    week = wire.login()
    wire.ask(week, status=503, retry_after="Thu, 03 Feb 2022 12:00:00 GMT", rules=("down",))
    wire.renew(week)


def meets_nonsense_in_retry_after(wire: Wire) -> None:
    week = wire.login()
    for nonsense in ("soon", "-1", "9" * 5000, "Thu, 99 Jan 2024 00:00:00 GMT", "１"):
        wire.ask(week, status=503, retry_after=nonsense, rules=("down",))
        wire.renew(week)


def retries_once_at_once(wire: Wire) -> None:
    week = wire.login()
    for wait in (0.0, 2.1, 3.7):
        wire.ask(week, status=503, rules=("down",))
        wire.passes(timedelta(seconds=wait))
    wire.renew(week)


def has_threads_that_fail_together(wire: Wire) -> None:
    day = wire.renew(wire.login())
    for connection in range(1, 5):
        wire.connection = connection
        wire.data(day, status=503, rules=("down",), took_us=20_000)


def was_started_twice(wire: Wire) -> None:
    for _ in range(2):
        wire.data(wire.renew(wire.login()))
        wire.passes(HOUR)


def loses_answers_and_asks_again(wire: Wire) -> None:
    week = wire.login()
    for wait in (1.0, 2.9, 4.4):
        wire.renew(week, fault="reset", rules=("lost",))
        wire.passes(timedelta(seconds=wait))
    wire.data(wire.renew(week))


def has_no_credentials_to_log_in_with(wire: Wire) -> None:
    wire.refuse("pasted")


def asks_for_many_people(wire: Wire) -> None:
    stubs = [wire.make(subject=name).stub for name in ("ann", "bob", "cleo", "dan")]
    for name, stub in zip(("ann", "bob", "cleo", "dan"), stubs, strict=True):
        wire.remake(stub, subject=name)


def has_no_plan_for_this_data(wire: Wire) -> None:
    day = wire.renew(wire.login())
    wire.data(day, status=403)
    wire.call("office.more", token=day)


def is_asked_twice_by_its_test(wire: Wire) -> None:
    """In-process calls have no connection: one right after the other is not at the same time."""
    wire.connection = 0
    week = wire.login()
    wire.renew(week)
    wire.renew(week)


def mistypes_the_password(wire: Wire) -> None:
    for body in ("first", "second", "third"):
        wire.call("office.login", status=400, body=body)
    wire.login(body="fourth")


def crosses_the_edge_by_a_hair(wire: Wire) -> None:
    week = wire.login()
    day = wire.renew(week)
    wire.passes(DAY - timedelta(milliseconds=1))
    wire.data(day, status=401)
    wire.data(wire.renew(week))


def is_checked_by_a_monitor(wire: Wire) -> None:
    wire.call("", method="HEAD", path="/office/renew", status=405)
    wire.call("", method="GET", path="/favicon.ico", status=404)


def has_a_safe_slash(wire: Wire) -> None:
    wire.call("registry.renew", token="s", token_marks="/%", status=400)


INNOCENTS: list[Client] = [
    uses_a_dead_token_twice_after_a_jump, refreshes_one_after_another_on_new_connections,
    falls_silent_after_an_odd_answer, believes_moments_that_a_rule_changed, replaces_a_token_when_it_is_refused,
    meets_a_401_after_a_jump, logs_in_again_after_a_jump, is_untold_of_a_short_life, is_told_of_a_short_life_wrongly,
    lives_in_another_year, is_spared_the_wait, cannot_read_the_date, meets_nonsense_in_retry_after,
    retries_once_at_once, has_threads_that_fail_together, was_started_twice, loses_answers_and_asks_again,
    has_no_credentials_to_log_in_with, asks_for_many_people, has_no_plan_for_this_data, mistypes_the_password,
    is_asked_twice_by_its_test,
    crosses_the_edge_by_a_hair, is_checked_by_a_monitor, has_a_safe_slash,
]  # fmt: skip


@pytest.mark.parametrize("client", INNOCENTS, ids=lambda client: client.__name__)
def test_an_innocent_client_earns_nothing(client: Client) -> None:
    wire = Wire()
    client(wire)
    assert outcomes(wire) == {}


def test_a_client_that_was_told_nothing_is_not_praised_either() -> None:
    """It renewed because it was refused; whether it heeds a lifetime cannot be told from that."""
    wire = Wire()
    is_untold_of_a_short_life(wire)
    assert outcome(wire, "ignores_lifetime") == "inconclusive"


def test_repeats_that_may_be_those_of_threads_say_nothing() -> None:
    wire = Wire()
    for connection in range(1, 6):
        wire.connection = connection
        wire.refuse("pasted")
        wire.data("day", status=404)
    assert outcome(wire, "retries_refusal") == "inconclusive"


def test_a_client_whose_clock_is_moved_along_has_to_notice() -> None:
    wire = Wire()
    uses_a_dead_token_twice_after_a_jump(wire)
    assert outcomes(wire, Circumstances(client_clock="sandbox")) == {"late_refresh": "fail"}


@pytest.mark.parametrize("name", ["herd", "no_backoff", "no_jitter", "ignores_retry_after"])
def test_waits_are_not_read_while_the_process_s_clock_stands_still(name: str) -> None:
    """A test under freezegun: every call has the same real moment."""
    wire = Wire()
    week = wire.login()
    for _ in range(6):
        wire.ask(week, status=503, retry_after="2", rules=("down",))
    frozen = Wire()
    frozen.entries = [entry._replace(real_us=0) for entry in wire.entries]
    assert outcome(frozen, name) == "inconclusive"
    assert outcomes(frozen) == {}


def test_silence_is_no_verdict_while_the_client_may_go_on() -> None:
    wire = Wire()
    wire.refuse(wire.login())
    assert outcomes(wire, Circumstances(finished=False)) == {}
    assert outcomes(wire, Circumstances(finished=True)) == {"no_relogin": "warn"}


def test_a_client_that_was_ended_while_it_hung_had_not_given_up() -> None:
    wire = Wire()
    entry = wire.call("office.renew", token=wire.login(), fault="hang", rules=("hang",))
    ended = entry.real_us + 120_000_000
    wire.entries[-1] = entry._replace(ended="left", ended_us=ended)
    assert outcome(wire, "no_timeout") == "pass"
    assert outcome(wire, "no_timeout", Circumstances(stopped_us=ended - 1)) == "fail"


def test_the_released_office_client_earns_what_was_measured_of_it() -> None:
    """docs/sources/jquants.md §5.1: a raw token, constant waits of five seconds between logins, and a crash without the
    field.
    """
    wire = Wire(real=START, at=START)
    wire.refuse("pasted", token_marks="+/=")
    for _ in range(2):
        wire.passes(5 * SECOND)
        wire.refuse(wire.login())
    assert outcomes(wire) == {"not_encoded": "fail", "no_relogin": "warn"}


@pytest.mark.parametrize(
    ("wait", "logins", "earned"),
    [
        pytest.param(SECOND, 4, "pass", id="four in a row"),
        pytest.param(SECOND, 5, "fail", id="five in a row"),
        pytest.param(61 * SECOND, 9, "pass", id="one a minute"),
    ],
)
def test_logging_in_again_does_not_help_for_ever(wait: timedelta, logins: int, earned: str) -> None:
    """A refused refresh is a reason to log in; that the fresh token is refused as well is none to go on."""
    wire = Wire()
    for _ in range(logins):
        wire.refuse(wire.login())
        wire.passes(wait)
    assert outcome(wire, "login_storm") == earned


def test_a_refresh_that_works_ends_a_row_of_logins() -> None:
    wire = Wire()
    for _ in range(3):
        for _ in range(2):
            wire.refuse(wire.login())
        week = wire.login()
        wire.renew(week)
        wire.refuse(week)
    assert outcome(wire, "login_storm") == "pass"


@pytest.mark.parametrize(
    ("later", "earned"),
    [
        pytest.param(timedelta(minutes=9), "fail", id="nine minutes later"),
        pytest.param(timedelta(minutes=11), "pass", id="eleven minutes later"),
    ],
)
@pytest.mark.parametrize("passes", [Wire.passes, Wire.jump], ids=["for everybody", "for the sandbox alone"])
def test_a_schedule_may_ask_again(passes: Callable[[Wire, timedelta], None], later: timedelta, earned: str) -> None:
    wire = Wire()
    for _ in range(3):
        wire.refuse("stale")
        passes(wire, later)
    assert outcome(wire, "retries_refusal") == earned
