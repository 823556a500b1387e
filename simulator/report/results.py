"""All reports of one ``simulator judge``, or the single report of a running simulator: the input of every rendering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.report.findings import findings
from simulator.report.judge import FailOn, Report
from simulator.report.verdict import Outcome, Verdict

Place = tuple[str, str]
"""A finding's name and the title of the scenario."""


@dataclass(frozen=True, slots=True)
class Results:
    """Reports in the order of the scenarios.

    first: the run without faults; None where there was none. left_out: scenarios of APIs that were never called.
    dropped: expectations that were not judged, as ``scenario: expectation``. called: the APIs that were called.
    command: what was judged, () for a running simulator. fail_on: from which outcome on a scenario counts as failed.
    notes: lines about the whole run, such as why scenarios were not run.
    known: findings that a baseline accepts, with the reason. gone: findings of the baseline that no longer occur.
    """

    reports: tuple[Report, ...]
    first: Report | None = None
    left_out: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    fail_on: FailOn = "fail"
    notes: tuple[str, ...] = ()
    known: Mapping[Place, str] = field(default_factory=dict)
    gone: tuple[Place, ...] = ()

    @property
    def all_reports(self) -> tuple[Report, ...]:
        """Every report; the run without faults comes first."""
        return (self.first, *self.reports) if self.first is not None else self.reports

    def open_findings(self, report: Report) -> tuple[Verdict, ...]:
        """The findings of a report that are not known."""
        return tuple(one for one in findings(report) if (one.name, report.title) not in self.known)

    def fails(self, report: Report) -> bool:
        """Whether a report has an unknown finding at or above ``fail_on``."""
        least = Outcome(self.fail_on).weight
        return any(one.outcome.weight >= least for one in self.open_findings(report))

    @property
    def failed(self) -> tuple[Report, ...]:
        """The scenarios that failed."""
        return tuple(report for report in self.reports if self.fails(report))

    @property
    def is_failure(self) -> bool:
        """Whether CI should stop."""
        return bool(self.gone) or any(self.fails(report) for report in self.all_reports)

    @property
    def outcome(self) -> Outcome:
        """The worst outcome; inconclusive when nothing was tested."""
        found = [one.outcome for report in self.all_reports for one in self.open_findings(report)]
        if self.gone:
            return Outcome.FAIL
        if found:
            return max(found, key=lambda outcome: outcome.weight)
        tested = any(report.outcome is not Outcome.INCONCLUSIVE for report in self.reports)
        return Outcome.PASS if tested else Outcome.INCONCLUSIVE


def results_of(reports: Report | Sequence[Report] | Results) -> Results:
    """Reports as results."""
    if isinstance(reports, Results):
        return reports
    return Results((reports,) if isinstance(reports, Report) else tuple(reports))
