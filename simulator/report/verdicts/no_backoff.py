"""Does the client wait longer with every retry?

Waits are real time; those that a test shortened by moving the sandbox's clock, and those that Retry-After asked
for, are left out. No document here demands a backoff, so constant waits are a warning; not waiting at all fails.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.observation import Observation
from simulator.report.runs import AT_ONCE_US, Run, runs
from simulator.report.timing import MILLISECOND, SECOND, in_words
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_GROWTH: Final = 1.2
"""Each wait at least this much longer than the one before: it grows."""
_NOISE_US: Final = 10 * MILLISECOND
"""Waits shorter than this, in microseconds, are a computer's and a network's, whichever way they grow."""
_SAME: Final = 1.1
"""Waits that differ by less than this factor count as equal."""
_ENOUGH: Final = 3
"""Two waits may be alike by chance."""
_BY_CHANCE: Final = 0.02
"""How often as many waits, drawn between zero and one limit, may lie as close together as these."""
_MOSTLY: Final = 0.6
"""Share of waits that count as no wait: an outer loop may wait between rows of retries."""
_SHORT_US: Final = 250 * MILLISECOND
_MANY: Final = 5
"""Waits after which one drawn from a doubling limit is not that short any more."""
_SHRINKS: Final = 4
_SHRUNK: Final = 0.6
"""The later half of the waits, on the average, beside the earlier one."""
_CROWDED_US: Final = 900 * MILLISECOND
_CROWD: Final = 6
"""So many waits of a doubling limit take longer together."""


def judge(case: Observation) -> Finding:
    """Runs of three failing calls or more: without a wait, and with waits that do not grow."""
    if not case.real_time_runs:
        return inconclusive("The process's clock stood still, so waits cannot be read.")
    judged = [run for run in runs(case) if len(run.waits) > 1]
    hammered = [run for run in judged if _hammers(run)]
    if hammered:
        sure = any(len(run.waits) >= _ENOUGH and all(wait.sure for wait in run.waits) for run in hammered)
        why = f"A failing call was repeated after {_listed(hammered[0])}."
        return (failed if sure else warned)(why, _entries(hammered))
    steady = [run for run in judged if is_constant(run) or does_not_grow(run)]
    if steady:
        return warned(f"A failing call was repeated after {_listed(steady[0])}: no longer each time.", _entries(steady))
    longer = [run for run in judged if len(run.waits) >= _ENOUGH]
    if longer:
        return passed(f"Waits between retries grew or varied: {_listed(longer[0])}.", _entries(longer))
    return inconclusive("The client retried no failing call three times.")


def is_constant(run: Run) -> bool:
    """Whether all waits of a run count as equal."""
    spans = _spans(run)
    return len(spans) >= _ENOUGH and max(spans) <= _SAME * min(spans)


def does_not_grow(run: Run) -> bool:
    """Whether the waits are about equal, always short, shrinking, or too many in too short a time."""
    spans = _spans(run)
    number = len(spans)
    if number <= _ENOUGH or any(wait.before.retry_after for wait in run.waits):
        return False
    trend = fmean(spans[number // 2 :]) / max(1.0, fmean(spans[: number // 2]))
    alike = (1 - min(spans) / max(spans)) ** (number - 1) < _BY_CHANCE
    rises = sum(later > sooner for sooner, later in pairwise(spans))
    if number >= _SHRINKS and rises <= 1 and spans[0] == max(spans) and min(spans) * 4 < spans[0] and trend < _SHRUNK:
        return True
    if alike and trend < _GROWTH:
        return True
    if number >= _MANY and max(spans) < _SHORT_US and trend < 2:
        return True
    return number >= _CROWD and sum(spans) < _CROWDED_US and trend < 2


def _hammers(run: Run) -> bool:
    """Whether the client does not wait: at most the first wait may be the time of a start."""
    spans = _spans(run)
    if max(spans) < (_NOISE_US if len(spans) < _ENOUGH else 2 * _NOISE_US):
        return True
    none = sum(span < 2 * _NOISE_US for span in spans)
    if none >= max(_ENOUGH, _MOSTLY * len(spans)):
        return True
    grows = all(later >= _GROWTH * max(sooner, 1) for sooner, later in pairwise(spans))
    return len(spans) > _ENOUGH and max(spans[1:]) < AT_ONCE_US and spans[0] < SECOND and not grows


def _spans(run: Run) -> list[int]:
    return [wait.span_us for wait in run.waits]


def _listed(run: Run) -> str:
    return ", ".join(in_words(span) for span in _spans(run)[:6])


def _entries(found: list[Run]) -> list[Entry]:
    return [entry for run in found for entry in run.entries]


CHECK = Check(
    question="Do waits between retries grow?",
    rule="A failing service needs room to recover: whoever retries waits, and longer each time.",
    source=("RFC 9110 §15.6.4; RFC 6585 §4; https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"),
    remedy="Double the wait after each failure, up to a limit, keep the count over outer loops, and give up at last.",
    judge=judge,
)
