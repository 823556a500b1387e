"""All reports of one ``simulator judge``, or the one of a running simulator: what every rendering is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.report.judge import FailOn, Report
from simulator.report.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Results:
    """Reports in the order of the scenarios.

    first: the run without faults; None where there was none. left_out: scenarios of APIs that were never called.
    dropped: expectations that were not judged, as ``scenario: expectation``. called: the APIs that were called.
    command: what was judged, () for a running simulator. fail_on: from which outcome on a scenario counts as failed.
    notes: lines about the whole run, such as why scenarios were not run.
    """

    reports: tuple[Report, ...]
    first: Report | None = None
    left_out: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    fail_on: FailOn = "fail"
    notes: tuple[str, ...] = ()

    @property
    def all_reports(self) -> tuple[Report, ...]:
        """Every report, that of the run without faults first."""
        return (self.first, *self.reports) if self.first is not None else self.reports

    @property
    def failed(self) -> tuple[Report, ...]:
        """The scenarios that failed."""
        return tuple(report for report in self.reports if report.is_failure(self.fail_on))

    @property
    def is_failure(self) -> bool:
        """Whether CI should stop."""
        return any(report.is_failure(self.fail_on) for report in self.all_reports)

    @property
    def outcome(self) -> Outcome:
        """The worst outcome; inconclusive when nothing was tested."""
        found = [report.outcome for report in self.all_reports if report.outcome is not Outcome.INCONCLUSIVE]
        return max(found, key=lambda outcome: outcome.weight, default=Outcome.INCONCLUSIVE)


def results_of(reports: Report | Sequence[Report] | Results) -> Results:
    """Reports as results."""
    if isinstance(reports, Results):
        return reports
    return Results((reports,) if isinstance(reports, Report) else tuple(reports))
