"""Does the client live through an answer that is not what it should be? What counts is what it does next, in real time.

From the wire a crash is silence, and so is a client that reports the odd answer and stops: silence alone says nothing.
It fails when its process was seen to die of an exception.
"""

from __future__ import annotations

from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import succeeded
from simulator.report.observation import Observation
from simulator.report.runs import AT_ONCE_US, CallKey, same_call
from simulator.report.timing import received_us, started_us
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed

_SPIN: Final = 5
"""This many odd answers in a row, each followed at once by the same call."""


def judge(case: Observation) -> Finding:
    """HTML, cut or broken JSON, another type, or a success without its token."""
    odd = [entry for entry in case.entries if entry.operation and case.is_odd(entry)]
    if not odd:
        return inconclusive("Every answer was what it should be.")
    spun = _spun(case, odd)
    if spun:
        return failed(f"An odd answer was followed by the same call at once, {len(spun)} times.", spun)
    last = odd[-1]
    if is_fatal(case, last):
        return failed(f"The client died of {_what(last)}: {case.facts.crash}", [last])
    if any(next(case.after(entry), None) is not None for entry in odd):
        return passed("The client went on sensibly after an odd answer.", odd)
    if case.facts.exit_status == 0 and case.facts.finished:
        return passed("The client ended by itself, without a crash, after an odd answer.", odd)
    if case.facts.finished:
        return inconclusive(f"The client fell silent after {_what(last)}: it gave up, or died.", [last])
    return inconclusive("The last answer was odd; what the client makes of it is still to come.", [last])


def is_fatal(case: Observation, odd: Entry) -> bool:
    """Whether the client crashed on an odd answer with a success status, as the last answer it received."""
    return bool(case.facts.crash) and succeeded(odd) and odd.number == case.entries[-1].number


def _what(entry: Entry) -> str:
    if entry.odd:
        return f"an answer that was {', '.join(entry.odd)}"
    return "a cut answer" if entry.fault == "truncate" else "a success without its token"


def _spun(case: Observation, odd: list[Entry]) -> list[Entry]:
    """The longest tail of odd answers to one call that followed each other without a wait."""
    rows: dict[CallKey, list[Entry]] = {}
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
    source=("RFC 9110 §15.6.3 and §8.6 (bad gateway, incomplete content); RFC 8259 §9; docs/sources/jquants.md §5.1"),
    remedy="Check status, Content-Type and the field before using them, and treat the rest as a failure that may pass.",
    judge=judge,
)
