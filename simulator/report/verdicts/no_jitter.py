"""Do many clients at once not retry in step? Waits are real time; no document demands chance, so this only warns.

Constant waits are ``no_backoff``'s.
"""

from __future__ import annotations

from itertools import pairwise

from simulator.report.observation import MILLISECOND, Observation
from simulator.report.runs import AT_ONCE_US, Run, runs
from simulator.report.verdict import Check, Finding, inconclusive, passed, warned
from simulator.report.verdicts.no_backoff import is_constant

_WAITS = 3
"""Two waits in a given ratio may be chance; three are a formula."""
_PRECISION = 0.02
_NOISE = 10 * MILLISECOND
"""What network and scheduler add to a wait."""


def judge(case: Observation) -> Finding:
    """Runs of four failing calls or more whose waits follow each other by one factor."""
    if not case.real_time_runs:
        return inconclusive("The process's clock stood still, so waits cannot be read.")
    judged = [run for run in runs(case) if len(run.waits) >= _WAITS and _is_readable(run)]
    rigid = [run for run in judged if _is_formula(run)]
    if rigid:
        waits = ", ".join(f"{wait.span_us / 1_000_000:.2f}" for wait in rigid[0].waits)
        return warned(f"Waits followed a formula without chance: {waits} s.", rigid[0].entries)
    if judged:
        return passed("Waits between retries held some chance.", [entry for run in judged for entry in run.entries])
    return inconclusive("The client did not retry a failing call often enough, with growing waits, to tell.")


def _is_readable(run: Run) -> bool:
    return min(wait.span_us for wait in run.waits) >= 2 * AT_ONCE_US and not is_constant(run)


def _is_formula(run: Run) -> bool:
    """Whether one factor leads from each wait to the next; the last two, being the longest, tell it best."""
    spans = [wait.span_us for wait in run.waits]
    factor = spans[-1] / spans[-2]
    return all(abs(later - factor * sooner) <= _PRECISION * later + _NOISE for sooner, later in pairwise(spans))


CHECK = Check(
    question="Is there chance in the waits between retries?",
    rule="Clients that failed together retry together unless their waits differ by chance.",
    source=(
        "AWS Architecture Blog, Exponential Backoff And Jitter, "
        "https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/; "
        "RFC 2131 §4.1 (randomised exponential backoff)"
    ),
    remedy="Draw each wait at random between zero and the backoff's value.",
    judge=judge,
)
