"""The laboratory's figures: what counts as undeserved, found and conclusive."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.report import Circumstances, Report
from simulator.report.client_run import ProcessResult
from simulator.report.judge import Expected
from simulator.report.verdict import Outcome as Weight
from simulator.report.verdict import Verdict
from tests.report.laboratory import measuring
from tests.report.laboratory.catalogue import Program
from tests.report.laboratory.probing import FAITHFUL, JQUANTS, UID2
from tests.report.laboratory.run import Outcome

GOOD = Program("good", ("true",), JQUANTS, beside=("early_refresh",))
BAD = Program("bad", ("true",), JQUANTS, "herd", "faithful", beside=("login_storm",))


def outcome(program: Program, *expected: Expected, **verdicts: str) -> Outcome:
    judged = tuple(Verdict(name, Weight(weight), "", (), "", "", "", "") for name, weight in verdicts.items())
    return Outcome(program, FAITHFUL, ProcessResult(0), Report(Circumstances(), judged, expected, (), ()))


@pytest.mark.parametrize(
    ("program", "verdicts", "undeserved"),
    [
        pytest.param(GOOD, {"herd": "pass", "no_backoff": "inconclusive"}, {}, id="nothing"),
        pytest.param(GOOD, {"herd": "warn"}, {"herd": "warn"}, id="a warning"),
        pytest.param(GOOD, {"early_refresh": "warn"}, {}, id="a warning that a good program deserves"),
        pytest.param(GOOD, {"early_refresh": "fail"}, {"early_refresh": "fail"}, id="a failure is never deserved"),
        pytest.param(BAD, {"herd": "fail", "login_storm": "fail"}, {}, id="what a bad program deserves"),
        pytest.param(BAD, {"herd": "fail", "no_jitter": "warn"}, {"no_jitter": "warn"}, id="something else as well"),
    ],
)
def test_what_is_undeserved(program: Program, verdicts: dict[str, str], undeserved: dict[str, str]) -> None:
    assert outcome(program, **verdicts).undeserved == undeserved


def test_a_failed_count_is_an_accusation_and_a_verdict_that_is_expected_counts_once() -> None:
    counts = Expected("at most 4 times", Weight.FAIL, "")
    verdict = Expected("herd", Weight.FAIL, "")
    assert outcome(GOOD, counts, verdict, herd="fail").accused == {"herd": "fail", "expect: at most 4 times": "fail"}


def test_fairness_counts_runs_and_accusations_of_good_programs() -> None:
    runs = [
        outcome(GOOD, herd="fail", no_backoff="warn"),
        outcome(GOOD, no_backoff="warn"),
        outcome(GOOD),
        outcome(BAD),
    ]
    found = measuring.fairness(runs)
    assert (found.runs, len(found.failed), len(found.warned), found.programs) == (3, 1, 2, ("good",))
    assert found.accused == {("herd", "fail"): 1, ("no_backoff", "warn"): 2}


def test_power_tells_found_from_found_by_another_and_from_missed() -> None:
    runs = [
        outcome(BAD, herd="warn"),
        outcome(BAD, herd="fail", no_jitter="warn"),
        outcome(BAD, no_jitter="fail"),
        outcome(BAD, herd="pass"),
        outcome(GOOD, herd="fail"),
    ]
    found = measuring.power(runs)
    assert [len(group) for group in (found.found, found.by_another, found.missed)] == [2, 1, 1]
    assert found.accused_besides == (runs[1],)


def test_a_verdict_is_conclusive_where_it_passes_or_accuses() -> None:
    runs = [
        outcome(GOOD, herd="pass"),
        outcome(GOOD, herd="inconclusive"),
        outcome(replace(GOOD, api=UID2), herd="inconclusive"),
        outcome(BAD, herd="fail"),
    ]
    assert measuring.conclusive(runs) == {("herd", JQUANTS): {"faithful": 0.5}, ("herd", UID2): {}}
