"""Every verdict: a good client passes all, a bad one earns that verdict and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.report import Circumstances, Report, checks, judge
from simulator.report import verdicts as folder
from tests.report.clients import Client
from tests.report.pairs import PAIRS, Pair
from tests.report.wire import APIS, Wire

PROMISED = {
    "crash",
    "follows_redirect_with_token",
    "login_on_outage",
    "never_issued_token",
    "renewal_loop",
    "stale_refresh_token",
    "crash_on_odd_answer",
    "early_refresh",
    "herd",
    "ignores_lifetime",
    "ignores_optout",
    "ignores_retry_after",
    "late_refresh",
    "login_storm",
    "milliseconds_as_seconds",
    "new_connection_each_call",
    "no_backoff",
    "no_jitter",
    "no_relogin",
    "no_timeout",
    "not_encoded",
    "retries_refusal",
    "token_leaks",
    "wrong_method_or_place",
}
ROWS = [
    pytest.param(name, pair, id=f"{name}-{pair.bad.__name__}-{pair.outcome}")
    for name, pairs in PAIRS.items()
    for pair in pairs
]


def observe(client: Client, facts: Circumstances) -> Report:
    wire = Wire()
    client(wire)
    return judge(wire.entries, APIS, facts)


def outcomes(report: Report) -> dict[str, str]:
    return {verdict.name: str(verdict.outcome) for verdict in report.verdicts if verdict.outcome.weight}


def test_the_folder_is_the_list_of_verdicts() -> None:
    files = {path.stem for path in Path(folder.__path__[0]).glob("*.py")} - {"__init__"}
    assert set(checks()) == files == PROMISED == set(PAIRS)


@pytest.mark.parametrize(("name", "pair"), ROWS)
def test_a_bad_client_earns_exactly_that_verdict(name: str, pair: Pair) -> None:
    report = observe(pair.bad, pair.facts)
    assert outcomes(report) == {name: pair.outcome}
    verdict = next(verdict for verdict in report.verdicts if verdict.name == name)
    assert verdict.entries
    assert set(verdict.entries) <= {entry.number for entry in report.entries}
    assert verdict.mend


@pytest.mark.parametrize(("name", "pair"), ROWS)
def test_a_good_client_passes_and_earns_nothing(name: str, pair: Pair) -> None:
    report = observe(pair.good, pair.facts)
    assert outcomes(report) == {}
    assert next(verdict.outcome for verdict in report.verdicts if verdict.name == name) == "pass"


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_nothing_is_concluded_from_an_empty_journal(name: str) -> None:
    verdict = next(verdict for verdict in judge((), APIS).verdicts if verdict.name == name)
    assert verdict.outcome == "inconclusive"
    assert verdict.why
    assert verdict.entries == ()


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_every_check_says_what_it_rests_on(name: str) -> None:
    check = checks()[name]
    assert check.question.endswith("?")
    assert any(root in check.source for root in ("docs/sources/", "RFC "))
    assert check.rule.endswith(".")
    assert check.remedy.endswith(".")
