"""The findings of one report: verdicts that warn or fail, and unexpected call counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.report.citations import REPOSITORY
from simulator.report.judge import Expected, Report
from simulator.report.verdict import Verdict

EXPECTED_CALLS: Final = "expected_calls"
"""The kind of mistake of every failed count of a scenario's ``expect``."""


def findings(report: Report) -> Iterator[Verdict]:
    """The findings, verdicts first. An expectation that names a verdict is that verdict."""
    names = {verdict.name for verdict in report.verdicts}
    yield from (verdict for verdict in report.verdicts if verdict.outcome.weight)
    for expected in report.expected:
        if expected.outcome.weight and expected.text not in names:
            yield _as_verdict(expected)


def _as_verdict(expected: Expected) -> Verdict:
    first, *rest = expected.why.splitlines()
    return Verdict(
        EXPECTED_CALLS,
        expected.outcome,
        first,
        expected.entries,
        "Does the client make the calls that the scenario expects?",
        "A scenario says how often a good client makes a call under it.",
        f"{REPOSITORY}docs/scenarios.md (expect)",
        "Read the scenario (simulator explain NAME) and compare it with the calls.",
        evidence=tuple(line.strip() for line in rest),
    )
