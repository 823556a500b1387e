"""Does the client live through an answer that is not what it should be? What counts is what it does next, in real time.

From the wire a crash is silence. A client that reports the odd answer and stops is silent as well, so silence is
a warning; it fails when its process was seen to die of an exception.
"""

from __future__ import annotations

from simulator.journal.entry import Entry
from simulator.report.observation import Observation, received_us, started_us
from simulator.report.runs import AT_ONCE_US, same_call
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_SPIN = 5
"""This many odd answers in a row, each followed at once by the same call."""


def judge(case: Observation) -> Finding:
    """HTML, cut or broken JSON, another type, or a success without its token."""
    odd = [entry for entry in case.entries if entry.operation and case.is_odd(entry)]
    if not odd:
        return inconclusive("Every answer was what it should be.")
    spun = _spun(case, odd)
    if spun:
        return failed(f"An odd answer was followed by the same call at once, {len(spun)} times.", spun)
    unanswered = [entry for entry in odd[:1] if next(case.after(entry), None) is None]
    if not unanswered:
        return passed("The client went on sensibly after an odd answer.", odd)
    if case.facts.crash:
        return failed(f"The client died of {_what(unanswered[0])}: {case.facts.crash}", unanswered)
    if case.facts.finished:
        return warned(f"The client fell silent after {_what(unanswered[0])}.", unanswered)
    return inconclusive("The last answer was odd; what the client makes of it is still to come.", unanswered)


def _what(entry: Entry) -> str:
    if entry.odd:
        return f"an answer that was {', '.join(entry.odd)}"
    return "a cut answer" if entry.fault == "truncate" else "a success without its token"


def _spun(case: Observation, odd: list[Entry]) -> list[Entry]:
    """The longest tail of odd answers to one call that followed each other without a wait."""
    rows: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in odd:
        row = rows.setdefault(same_call(case, entry), [])
        if row and started_us(entry) - received_us(row[-1]) >= AT_ONCE_US:
            row.clear()
        row.append(entry)
        if len(row) >= _SPIN and case.real_time_runs:
            return row
    return []


CHECK = Check(
    question="Does the client live through an answer that is not what it should be?",
    rule="A gateway answers with HTML, a body is cut, a field is missing: the client has to look before it uses.",
    source=(
        "RFC 9110 §15.6.3 (bad gateway); RFC 9110 §8.6 (incomplete content); RFC 8259 §9; docs/sources/jquants.md §5.1"
    ),
    remedy="Check status, Content-Type and the field before using them, and treat the rest as a failure that may pass.",
    judge=judge,
)
