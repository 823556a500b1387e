"""Does the client wait longer with every retry?

Waits are real time; those that a test shortened by moving the sandbox's clock, and those that Retry-After asked
for, are left out. No document here demands a backoff, so constant waits are a warning; not waiting at all fails.
"""

from __future__ import annotations

from itertools import pairwise

from simulator.journal.entry import Entry
from simulator.report.observation import MILLISECOND, Observation
from simulator.report.runs import AT_ONCE_US, Run, runs
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_GROWTH = 1.2
"""Each wait at least this much longer than the one before: it grows."""
_NOISE_US = 10 * MILLISECOND
"""Waits shorter than this, in microseconds, are a computer's and a network's, whichever way they grow."""
_SAME = 1.1
"""Waits that differ by less than this factor are meant to be the same."""


def judge(case: Observation) -> Finding:
    """Runs of three failing calls or more."""
    if not case.real_time_runs:
        return inconclusive("The process's clock stood still, so waits cannot be read.")
    judged = [run for run in runs(case) if len(run.waits) > 1]
    hammered = [run for run in judged if _hammers(run)]
    if hammered:
        proof = _entries(hammered)
        sure = any(len(run.waits) > 2 and all(wait.sure for wait in run.waits) for run in hammered)
        return (failed if sure else warned)("A failing call was repeated without a wait.", proof)
    constant = [run for run in judged if is_constant(run)]
    if constant:
        seconds = constant[0].waits[0].span_us / 1_000_000
        return warned(f"Retries came at constant waits ({seconds:.1f} s).", _entries(constant))
    if judged:
        return passed("Waits between retries grew or varied.", _entries(judged))
    return inconclusive("The client retried no failing call twice.")


def is_constant(run: Run) -> bool:
    """Whether all waits of a run are meant to be the same one."""
    spans = [wait.span_us for wait in run.waits]
    return len(spans) > 1 and max(spans) <= _SAME * min(spans)


def _hammers(run: Run) -> bool:
    spans = [wait.span_us for wait in run.waits]
    grows = all(later >= _GROWTH * max(sooner, 1) for sooner, later in pairwise(spans))
    return max(spans) < _NOISE_US or (max(spans) < AT_ONCE_US and not grows)


def _entries(found: list[Run]) -> list[Entry]:
    return [entry for run in found for entry in run.entries]


CHECK = Check(
    question="Do waits between retries grow?",
    rule="A failing service needs room to recover: whoever retries waits, and longer each time.",
    source=(
        "RFC 9110 §15.6.4; RFC 6585 §4; AWS Architecture Blog, Exponential Backoff And Jitter, "
        "https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"
    ),
    remedy="Double the wait after each failure, up to a limit, and give up after a few tries.",
    judge=judge,
)
