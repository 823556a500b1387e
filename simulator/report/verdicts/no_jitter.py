"""Do many clients at once not retry in step? Waits are real time; no document demands chance, so this only warns.

Constant waits are ``no_backoff``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Final

from simulator.report.observation import Observation
from simulator.report.runs import AT_ONCE_US, Run, runs
from simulator.report.timing import MILLISECOND, in_words
from simulator.report.verdict import Check, Finding, inconclusive, passed, warned
from simulator.report.verdicts.no_backoff import does_not_grow, is_constant

_WAITS: Final = 4
"""Three waits in a given ratio may be chance; four are a formula."""
_FACTORS: Final = (1.5, 2.0, 3.0)
_LATE_US: Final = 50 * MILLISECOND
"""How late a sleep may end on a busy machine; of six waits one may be later still."""
_ONE_LATE: Final = 6
_PRECISION: Final = 0.02
_NOISE: Final = 10 * MILLISECOND
"""What network and scheduler add to a wait."""
_AT_LIMIT: Final = 3
"""Waits as long as each other at the end: a limit that chance does not touch."""
_TABLE: Final = 3


def judge(case: Observation) -> Finding:
    """Runs of failing calls whose waits follow a formula, end at a fixed limit, or are the same in another run."""
    if not case.real_time_runs:
        return inconclusive("The process's clock stood still, so waits cannot be read.")
    waited = [(run, _readable(run)) for run in runs(case)]
    judged = [(run, spans) for run, spans in waited if len(spans) >= _WAITS]
    rigid = next(((run, spans) for run, spans in judged if _is_formula(spans)), None)
    if rigid is None:
        rigid = next((first for first, second in combinations(waited, 2) if _is_table(first[1], second[1])), None)
    if rigid is not None:
        run, spans = rigid
        waits = ", ".join(in_words(span) for span in spans)
        return warned(f"Waits followed a formula without chance: {waits}.", run.entries)
    if judged:
        return passed("Waits between retries held some chance.", [entry for run, _ in judged for entry in run.entries])
    return inconclusive("The client did not retry a failing call often enough, with growing waits, to tell.")


def _readable(run: Run) -> list[int]:
    """The waits, without a first wait of zero (urllib3). Empty where another is zero, or ``no_backoff`` applies."""
    spans = [wait.span_us for wait in run.waits]
    if spans and spans[0] < AT_ONCE_US:
        spans = spans[1:]
    if not spans or min(spans) < 2 * AT_ONCE_US or is_constant(run) or does_not_grow(run):
        return []
    return spans


def _is_formula(spans: list[int]) -> bool:
    """Whether the waits are multiples of one base, grow by one factor or step, or end at a fixed limit."""
    number = len(spans)
    ladders = [[factor**index for index in range(number)] for factor in _FACTORS] + [[*range(1, number + 1)]]
    if any(_is_ladder(spans, steps) for steps in ladders):
        return True
    factor, step = spans[-1] / spans[-2], spans[-1] - spans[-2]
    if all(_near(later, factor * sooner) for sooner, later in pairwise(spans)):
        return True
    return all(_near(later, sooner + step) for sooner, later in pairwise(spans)) or _has_limit(spans)


def _is_ladder(spans: list[int], steps: Sequence[float]) -> bool:
    """Whether each wait is its multiple of one base, and a little late at most: sleeps are never too short."""
    base = min(span / step for span, step in zip(spans, steps, strict=True))
    late = sum(span - base * step > _LATE_US for span, step in zip(spans, steps, strict=True))
    return late <= len(spans) // _ONE_LATE


def _has_limit(spans: list[int]) -> bool:
    """Whether waits rise to a limit and stay there, as exactly as sleeps do."""
    for index in range(len(spans) - _AT_LIMIT + 1):
        level = spans[index : index + _AT_LIMIT]
        rises = all(sooner < later for sooner, later in pairwise(spans[: index + 1]))
        if max(level) - min(level) <= _NOISE + min(level) * _PRECISION and min(spans[index:]) >= min(level) and rises:
            return True
    return False


def _is_table(first: list[int], second: list[int]) -> bool:
    """Whether two runs waited the same, wait for wait."""
    alike = list(zip(first, second, strict=False))
    return len(alike) >= _TABLE and all(_near(one, other) for one, other in alike)


def _near(span: float, wanted: float) -> bool:
    return abs(span - wanted) <= _PRECISION * span + _NOISE


CHECK = Check(
    question="Is there chance in the waits between retries?",
    rule="Clients that failed together retry together unless their waits differ by chance.",
    source=(
        "https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/; "
        "RFC 2131 §4.1 (randomised exponential backoff)"
    ),
    remedy="Draw each wait at random between zero and the backoff's value.",
    judge=judge,
)
