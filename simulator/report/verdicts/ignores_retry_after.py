"""Does the client wait as long as Retry-After asks?

The wait is real time or the sandbox's, whichever is longer: a test that moves the clock past the moment has waited for
the client. An HTTP date is the sandbox's: a client in real time cannot read it while the two clocks are apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import is_broken
from simulator.report.observation import Observation
from simulator.report.runs import asked_us, retries, same_call
from simulator.report.timing import MILLISECOND, gap_us, in_words, same_connection
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_TOLERANCE: Final = 100 * MILLISECOND
"""Tolerance for timers and clocks that round: a tenth of a second."""


def judge(case: Observation) -> Finding:
    """The same call again by the same caller, or a login in a refresh's place, after an answer that said when."""
    if not case.real_time_runs:
        return inconclusive("The process's clock stood still, so waits cannot be read.")
    good: list[Entry] = []
    bad: list[Entry] = []
    doubtful: list[Entry] = []
    words = ""
    for entry, after in _followed(case):
        wanted = asked_us(case, entry)
        if wanted is None:
            continue
        waited = gap_us(entry, after)
        if waited >= wanted - _TOLERANCE:
            good += [entry, after]
            continue
        words = words or f"{in_words(waited)} instead of {in_words(wanted)}"
        key = same_call(case, entry)
        shared = case.is_shared(one for one in case.entries if one.operation and same_call(case, one) == key)
        if same_connection(entry, after) and shared:
            doubtful += [entry, after]
        elif same_connection(entry, after) or not entry.connection:
            bad += [entry, after]
        elif case.same_program(entry, after) or (case.connects_each_time and not case.is_concurrent):
            doubtful += [entry, after]
    if bad:
        return failed(f"A call was sent again after {words} that Retry-After had asked for.", bad)
    if doubtful:
        return warned(f"A call came after {words}; it may have been another thread's or run's.", doubtful)
    if good:
        return passed("The client waited as long as Retry-After had asked.", good)
    return inconclusive("The client called no operation again that had answered with a Retry-After it could read.")


def _followed(case: Observation) -> Iterator[tuple[Entry, Entry]]:
    """Answers with Retry-After, each with its retry, and a refused-for-now refresh with the login that came instead."""
    retried = set()
    for before, after in retries(case):
        if before.retry_after and not is_broken(before):
            retried.add(before.number)
            yield before, after
    for entry in case.of("refresh"):
        if not entry.retry_after or is_broken(entry) or entry.number in retried:
            continue
        login = next((call for call in case.after(entry) if case.same_program(entry, call)), None)
        if login is not None and case.role(login) == "login":
            yield entry, login


CHECK = Check(
    question="Does the client wait as long as it is asked to?",
    rule="Retry-After names seconds or a date; until then the client should not call again.",
    source="RFC 9110 §10.2.3; RFC 6585 §4",
    remedy="On 429 and 503 read Retry-After, seconds and HTTP date alike, and sleep until then before the next try.",
    judge=judge,
)
