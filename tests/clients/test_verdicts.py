"""The report on the official J-Quants client says what was measured of it: each known habit has its verdict.

Where a verdict reads waits the client really waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clients.catalogue import OFFICIAL, PYJQUANTS, UID2
from clients.drive import Driven
from simulator.apis import discover
from simulator.report import Circumstances, judge
from simulator.testing import Handle, Simulator
from tests.clients.conftest import Drive, driver, fit

pytestmark = pytest.mark.slow

REFRESH = "jquants.auth_refresh"


@pytest.fixture
def official(observed: Simulator, service: Handle) -> Drive:
    return driver(fit(OFFICIAL), observed, service)


@pytest.fixture
def verdict(service: Handle) -> Callable[..., tuple[str, str]]:
    """What a verdict says of the calls so far."""

    def on(name: str, driven: Driven, **facts: Any) -> tuple[str, str]:
        seen = Circumstances(exit_status=driven.exit_status, crash=driven.crash, **facts)
        report = judge(service.journal, discover(), seen)
        found = next(one for one in report.verdicts if one.name == name)
        return str(found.outcome), found.why

    return on


Verdict = Callable[..., tuple[str, str]]


def test_it_pastes_the_refresh_token_into_the_query(official: Drive, verdict: Verdict) -> None:
    """The service's own tokens need no encoding, so it goes unnoticed until one does."""
    driven = official("data", JQUANTS_API_REFRESH_TOKEN="a+refresh/token=")

    assert verdict("not_encoded", driven) == ("fail", "A token stood in the query with a raw + / =.")


def test_eight_threads_that_start_at_once_refresh_eight_times(
    official: Drive, service: Handle, verdict: Verdict
) -> None:
    service.load({"rules": [{"when": {"operation": REFRESH}, "then": {"delay": "1s"}}]})

    driven = official("login", "together:8:data", pace="real")

    assert len(service.calls(REFRESH)) == 8
    assert verdict("herd", driven) == ("fail", "8 refreshes for the same tokens were under way at the same time.")


def test_it_logs_in_anew_after_each_refused_refresh(official: Drive, service: Handle, verdict: Verdict) -> None:
    """Each refresh presents the token of a new login, so no refused call is repeated, and waits are no back-off."""
    service.load({"rules": [{"when": {"operation": REFRESH}, "then": {"error": "jquants.refreshtoken_invalid"}}]})

    driven = official("refresh", pace="real")

    refreshes = service.calls(REFRESH)
    assert (len(refreshes), len({call.token for call in refreshes})) == (3, 3)
    assert verdict("retries_refusal", driven)[0] == "pass"
    assert verdict("no_backoff", driven)[0] == "inconclusive"


def test_it_repeats_a_failing_call_without_a_wait(official: Drive, service: Handle, verdict: Verdict) -> None:
    """Five days, each with three failures: one that no busy machine got between is proof."""
    fails = {"times": 3, "then": {"error": "jquants.server_error"}}
    day = {"when": {"operation": REFRESH}, "sequence": [fails, {"then": {"log": "well again"}}], "at_end": "loop"}
    service.load({"rules": [day]})

    driven = official("refresh", *("later:24h", "refresh") * 4, pace="real")

    assert verdict("no_backoff", driven)[1].startswith("A failing call was repeated after ")


def test_it_dies_of_a_success_without_its_token(official: Drive, service: Handle, verdict: Verdict) -> None:
    service.load("jquants-token-missing")

    driven = official("data", "data", pace="real")

    outcome, why = verdict("crash_on_odd_answer", driven)
    assert outcome == "fail"
    assert "KeyError: 'idToken'" in why


def test_it_goes_by_its_23_hours_when_it_was_told_of_one(official: Drive, service: Handle, verdict: Verdict) -> None:
    """The token's own exp says so, and the client's clock moves along."""
    service.load({"world": {"jquants": {"id_token_lifetime": "1h"}}, "rules": []})

    driven = official("data", "later:2h", "data", "data")

    assert [step.get("raised") for step in driven.of("data")] == [None, "HTTPError", "HTTPError"]
    assert verdict("ignores_lifetime", driven, client_clock="sandbox")[0] == "fail"


def test_it_never_renews_a_token_that_was_refused(official: Drive, service: Handle, verdict: Verdict) -> None:
    service.load("jquants-id-token-dies")

    driven = official(*("data",) * 5, pace="real")

    assert verdict("no_relogin", driven)[0] == "fail"


def test_it_waits_as_it_is_told(official: Drive, service: Handle, verdict: Verdict) -> None:
    rule = {"rate_limit": {"limit": 4, "window": "2s"}}
    service.load({"rules": [{"then": rule}]})

    driven = official("data", "data", "data", pace="real")

    assert driven.waits == (2.0,)
    assert verdict("ignores_retry_after", driven)[0] == "pass"


def test_the_community_client_renews_what_was_refused(observed: Simulator, service: Handle, verdict: Verdict) -> None:
    service.load("jquants-id-token-dies")

    driven = driver(fit(PYJQUANTS), observed, service)(*("data",) * 4, pace="real")

    assert verdict("no_relogin", driven)[0] == "pass"


def test_the_community_client_storms_the_login(observed: Simulator, service: Handle, verdict: Verdict) -> None:
    service.load({"rules": [{"when": {"operation": REFRESH}, "then": {"error": "jquants.refreshtoken_invalid"}}]})

    driven = driver(fit(PYJQUANTS), observed, service)("refresh", pace="real", CLIENT_RECURSION="120")

    assert verdict("login_storm", driven)[0] == "fail"


def test_refreshes_one_after_the_other_are_no_herd(observed: Simulator, service: Handle, verdict: Verdict) -> None:
    """Each on a connection of its own and at once after the last, yet with the token that the last one brought."""
    driven = driver(fit(UID2), observed, service)("generate", *("elapse:16m", "refresh") * 5, pace="real")

    assert len({entry.token for entry in service.calls("uid2.v2_token_refresh")}) == 5
    assert verdict("herd", driven)[0] == "pass"


def test_a_refresh_token_in_the_body_is_where_v2_wants_it(
    observed: Simulator, service: Handle, verdict: Verdict
) -> None:
    service.load("uid2-refresh-token-expired")

    driven = driver(fit(UID2), observed, service)("generate", "refresh", "refresh", pace="real")

    assert [entry.status for entry in service.journal] == [200, 200, 400]
    assert verdict("wrong_method_or_place", driven)[0] == "pass"
