"""Does the client wait as long as Retry-After asks?

Waits are real time; a test that moves the sandbox's clock past the moment has waited for the client. An HTTP date
is the sandbox's: a client in real time cannot read it while the two clocks are apart, and is not judged by it then.
"""

from __future__ import annotations

from heapq import heappop, heappush

from simulator.journal.entry import Entry
from simulator.report.observation import MILLISECOND, Observation, is_broken, received_us, started_us, surely_after
from simulator.report.runs import asked_us
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_TOLERANCE = 100 * MILLISECOND
"""Timers and clocks round; nobody is blamed for a tenth of a second."""


def judge(case: Observation) -> Finding:
    """The next call of the same operation after a 429 or 503 that said when to come back."""
    if not case.real_time_runs:
        return inconclusive("The process's clock stood still, so waits cannot be read.")
    good: list[Entry] = []
    bad: list[Entry] = []
    doubtful: list[Entry] = []
    for entry, after in _followed(case):
        wanted = asked_us(case, entry)
        if wanted is None:
            continue
        waited = max(started_us(after) - received_us(entry), after.at_us - entry.at_us)
        if waited >= wanted - _TOLERANCE:
            good += [entry, after]
        elif surely_after(entry, after):
            bad += [entry, after]
        else:
            doubtful += [entry, after]
    if bad:
        return failed("A call came back before the moment that Retry-After had named.", bad)
    if doubtful:
        return warned("A call came back before Retry-After; it may have been another thread's.", doubtful)
    if good:
        return passed("The client waited as long as Retry-After had asked.", good)
    return inconclusive("The client called no operation again that had answered with a Retry-After it could read.")


def _followed(case: Observation) -> list[tuple[Entry, Entry]]:
    """Answers with Retry-After, each with the next call of that operation that began after it."""
    waiting: dict[str, list[tuple[int, int, Entry]]] = {}
    pairs: list[tuple[Entry, Entry]] = []
    for entry in case.entries:
        if not entry.operation:
            continue
        asked = waiting.setdefault(entry.operation, [])
        while asked and asked[0][0] <= started_us(entry):
            pairs.append((heappop(asked)[-1], entry))
        if entry.retry_after and not is_broken(entry):
            heappush(asked, (received_us(entry), entry.number, entry))
    return pairs


CHECK = Check(
    question="Does the client wait as long as it is asked to?",
    rule="Retry-After names seconds or a date; until then the client should not call again.",
    source="RFC 9110 §10.2.3; RFC 6585 §4",
    remedy="On 429 and 503 read Retry-After, seconds and HTTP date alike, and sleep until then before the next try.",
    judge=judge,
)
