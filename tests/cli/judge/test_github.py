"""What a workflow of GitHub Actions shows of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.cli.judge.github import annotate, check, summarise
from simulator.core.errors import UsageError
from simulator.report import Circumstances, judge
from simulator.report.results import Results
from tests.report import clients
from tests.report.wire import APIS, Wire


@pytest.fixture
def results() -> Results:
    wire = Wire()
    clients.leaks(wire)
    return Results((judge(wire.entries, APIS, Circumstances(scenario="leaking")),))


def test_the_job_s_summary_gains_the_report(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# Tests\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    annotate(results)
    summarise(results)
    assert summary.read_text().startswith("# Tests\n## ❌ FAILED: leaking, 1 kind of mistakes\n")
    assert capsys.readouterr().out == ""


def test_the_worst_mistakes_become_annotations(
    results: Results, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    annotate(results)
    summarise(results)
    assert capsys.readouterr().out.startswith("::error title=token_leaks::leaking: ")


def test_a_summary_that_cannot_be_written_is_an_error(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    with pytest.raises(UsageError, match="cannot be written: it is a folder"):
        check()
    with pytest.raises(UsageError, match=r"GITHUB_STEP_SUMMARY.*cannot be written"):
        summarise(results)
