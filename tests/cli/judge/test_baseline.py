"""Findings that a project accepts: known ones pass, new ones and ones that are gone do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from simulator.cli.judge.baseline import apply, read, write
from simulator.core.errors import UsageError
from simulator.report import Circumstances, Report, judge
from simulator.report.mistakes import mistakes
from simulator.report.render import render
from simulator.report.renderings.words import headline
from simulator.report.results import Results
from tests.report import clients
from tests.report.wire import APIS, Wire

LEAKS = ("token_leaks", "leaking")
ENTRY = {"finding": "token_leaks", "scenarios": ["leaking"], "reason": "a proxy adds it"}


def report(client: clients.Client, scenario: str) -> Report:
    wire = Wire()
    client(wire)
    return judge(wire.entries, APIS, Circumstances(scenario=scenario))


def results(*scenarios: str) -> Results:
    """Leaks under ``leaking``, warnings under ``jittery``, nothing under any other."""
    chosen = {"leaking": clients.leaks, "jittery": clients.doubles}
    return Results(
        tuple(report(chosen.get(name, clients.renews_in_time), name) for name in scenarios),
        first=report(clients.renews_in_time, ""),
    )


@pytest.mark.parametrize(
    ("scenarios", "known", "fails", "says"),
    [
        pytest.param(("leaking", "clean"), (LEAKS,), False, "PASSED: 2 of 2 scenarios, 1 known", id="known"),
        pytest.param(("leaking", "clean"), (), True, "FAILED: 1 of 2 scenarios, 1 kind of mistakes", id="new"),
        pytest.param(("clean",), (("token_leaks", "clean"),), True, "1 entry to remove from the baseline", id="gone"),
        pytest.param(("clean",), (LEAKS,), False, "PASSED: 1 of 1 scenario", id="its scenario was not run"),
    ],
)
def test_only_what_is_known_is_accepted(
    scenarios: Sequence[str], known: Sequence[tuple[str, str]], fails: bool, says: str
) -> None:
    judged = apply(results(*scenarios), dict.fromkeys(known, "a reason"))
    assert (judged.is_failure, says in headline(judged, mistakes(judged))) == (fails, True)


def test_a_report_says_what_is_known_and_why_and_what_to_remove() -> None:
    known = {LEAKS: "a proxy adds it", ("herd", "clean"): "two workers"}
    judged = apply(results("leaking", "clean"), known)
    text = render(judged, "text")
    assert "known (1): token_leaks in leaking (a proxy adds it)" in text
    assert "remove from the baseline, no longer found (1): herd in clean" in text
    assert "FAIL  token_leaks" not in text
    case = re.search(
        r'<testcase classname="simulator.leaking" name="token_leaks".*?</testcase>', render(judged, "junit"), re.DOTALL
    )
    assert case is not None
    assert "known, a proxy adds it" in case[0]
    assert "<failure" not in case[0]


@pytest.mark.parametrize("name", ["baseline.yaml", "baseline.json"])
def test_what_is_written_is_known_from_then_on_and_keeps_its_reasons(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(path, results("leaking", "jittery"), {})
    assert read(path) == {LEAKS: "not explained yet"}  # a warning fails nothing, so it is not in it

    write(path, results("leaking"), {LEAKS: "a proxy adds it"})
    assert read(path) == {LEAKS: "a proxy adds it"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("findings: []", "expected a mapping with version: 1"),
        ("version: 1", "expected findings to be a list"),
        ("version: 1\nfindings: [", "cannot be read: while parsing"),
        (
            yaml.safe_dump({"version": 1, "findings": [{**ENTRY, "reason": " "}]}),
            "finding 1: expected a name and a reason",
        ),
        (
            yaml.safe_dump({"version": 1, "findings": [{"finding": "herd"}]}),
            "finding 1: expected finding, reason, scen",
        ),
        (yaml.safe_dump({"version": 1, "findings": [{**ENTRY, "scenarios": "x"}]}), "scenarios to be a list of names"),
    ],
)
def test_a_wrong_baseline_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "baseline.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=re.escape(says)):
        read(path)


def test_a_missing_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file or directory"):
        read(tmp_path / "none.yaml")
