"""Does the client give up on an answer that does not come?

Real time, from the call to the end of its delivery. No document names a limit; half a minute is the longest that a
released client waits (docs/sources/jquants.md §5.1), so more than that is a warning, and twice that fails.
"""

from __future__ import annotations

from simulator.journal.entry import Entry
from simulator.report.answers import is_broken
from simulator.report.observation import Observation
from simulator.report.timing import SECOND, started_us
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

PATIENT_US = 30 * SECOND
ENDLESS_US = 60 * SECOND


def judge(case: Observation) -> Finding:
    """Checks slow or hanging deliveries: how long the client waited, or whether it disconnected."""
    stayed: list[tuple[int, Entry]] = []
    left: list[Entry] = []
    for entry in case.entries:
        if not (_silence_us(entry) or entry.fault == "hang"):
            continue
        if entry.ended == "left" and not _was_stopped(case, entry):
            left.append(entry)
            continue
        waited = _waited_us(case, entry)
        if waited >= PATIENT_US:
            stayed.append((waited, entry))
    if stayed:
        longest = max(waited for waited, _ in stayed)
        why = f"The client sat {longest / SECOND:.0f} s over an answer."
        return (failed if longest >= ENDLESS_US else warned)(why, [entry for _, entry in stayed])
    if left:
        return passed("The client gave up on an answer that did not come.", left)
    return inconclusive("No answer was held back for half a minute.")


def _was_stopped(case: Observation, entry: Entry) -> bool:
    """Whether the client disconnected because its process was ended from outside."""
    stopped = case.facts.stopped_us
    return bool(stopped) and entry.ended_us >= stopped


def _waited_us(case: Observation, entry: Entry) -> int:
    """How long the client waited at least; 0 where the end was not observed."""
    if _was_stopped(case, entry):
        return case.facts.stopped_us - started_us(entry)
    if entry.ended_us:
        waited = entry.ended_us - started_us(entry)
        return min(waited, _silence_us(entry)) if entry.dribble_us and not entry.fault else waited
    if is_broken(entry) or not entry.connection or _silence_us(entry) < PATIENT_US:
        return 0
    reused = any(call.connection == entry.connection for call in case.after(entry))
    return _silence_us(entry) if reused else 0


def _silence_us(entry: Entry) -> int:
    """The longest time without a byte: a limit per read starts anew with each piece of a body that drips."""
    return max(entry.delay_us, entry.dribble_us // max(1, entry.dribble_chunks))


CHECK = Check(
    question="Does the client give up on an answer that does not come?",
    rule="A call without a time limit holds its thread for ever; a client may close a connection that takes too long.",
    source="RFC 9112 §9.5; docs/sources/jquants.md §5.1 (a released client waits 30 s)",
    remedy="Give every call a time limit (timeout=) well under half a minute, and treat it as a failure that may pass.",
    judge=judge,
)
