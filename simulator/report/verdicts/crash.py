"""Does the client live through failures that pass? Its process was seen to die of an exception after one.

A program that raises an error of its own once it has tried again in vain, or for a refusal that stays, gives up; it
has not crashed. An exception that speaks of a missing key, a wrong type or text that is no JSON is a mistake of the
program whatever came before. Answers that claim to be successes are ``crash_on_odd_answer``'s.
"""

from __future__ import annotations

import re
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import transient
from simulator.report.observation import Observation
from simulator.report.runs import asked_us, retries
from simulator.report.timing import SECOND
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned
from simulator.report.verdicts.crash_on_odd_answer import is_fatal

_LONG_US: Final = 10 * SECOND
_MISTAKES: Final = re.compile(
    r"\b(KeyError|TypeError|AttributeError|IndexError|NameError|UnboundLocalError|ValueError|JSONDecodeError"
    r"|SyntaxError|ReferenceError|NullPointer\w*|NullReference\w*|ClassCast\w*|NoMethodError|JSON::ParserError"
    r"|panic|panicked|Segmentation fault|nil pointer)\b|Cannot read propert"
)
"""Names that runtimes give to unexpected errors, as opposed to errors that the program raises itself."""


def judge(case: Observation) -> Finding:
    """Finds an exception after a failed or missing answer."""
    failures = [entry for entry in case.entries if entry.operation and (transient(entry) or entry.status >= 400)]
    last = case.entries[-1] if case.entries else None
    crash = case.facts.crash
    if crash and failures and last is failures[-1] and not (case.is_odd(last) and is_fatal(case, last)):
        if _MISTAKES.search(crash):
            return failed(f"The program died of its own mistake after {_what(last)}: {crash}", [last])
        if transient(last) and last.operation and not (_was_retried(case, last) or _is_reason(case, last)):
            return warned(f"The program died at {_what(last)}, which may pass, without another try: {crash}", [last])
    if not failures:
        return inconclusive("No call failed.")
    if next(case.after(failures[-1]), None) is not None:
        return passed("The client went on after a call had failed.", failures)
    if crash:
        return inconclusive(f"The program ended with an error that it may have meant to raise: {crash}", failures)
    if case.facts.exit_status is not None:
        return passed("The client ended without a crash after a call had failed.", failures)
    return inconclusive("The client made no call after the failed one: it gave up, or died.", failures)


def _what(entry: Entry) -> str:
    if entry.fault:
        return f"an answer that was broken ({entry.fault})"
    if entry.ended == "left":
        return "an answer that did not come in time"
    return f"an answer with the status {entry.status}"


def _is_reason(case: Observation, last: Entry) -> bool:
    """Whether giving up was correct: the answer was a page of a gateway, or asked for a long wait."""
    return case.is_odd(last) or (asked_us(case, last) or 0) > _LONG_US


def _was_retried(case: Observation, last: Entry) -> bool:
    return any(after.number == last.number for _, after in retries(case))


CHECK = Check(
    question="Does the client live through failures that pass?",
    rule="An answer of 5xx or 429, a lost answer or a time-out is part of the trade: a client tries again or says so.",
    source="RFC 9110 §15.6; RFC 9110 §9.2.2 (retries); https://docs.python.org/3/tutorial/errors.html",
    remedy="Catch the failure where the call is made, try again with growing waits, and end with a message.",
    judge=judge,
)
