"""Verdicts on how the client's process ended, which no journal shows: at its limit, by a signal, with another status.

The run without faults is the measure: a client that always ends with 3 is not accused of it under a scenario.
"""

from __future__ import annotations

import signal
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from simulator.core.duration import format_duration
from simulator.journal.entry import Entry
from simulator.report.answers import is_broken
from simulator.report.client_run import ProcessResult
from simulator.report.judge import Report
from simulator.report.verdict import Outcome, Verdict

GIVING_UP: Final = "giving-up"
"""The tag of scenarios under which a good client gives up, so that its exit status may differ."""
_EXPLAINED: Final = {
    "stopped_at_limit": ("no_timeout",),
    "ended_by_signal": ("crash", "crash_on_odd_answer"),
    "exit_status": ("crash", "crash_on_odd_answer"),
}
"""Finding about the end → verdicts that report the same with its cause. With such a verdict the finding is left out."""
_LONG_WAIT: Final = 10
"""Seconds of a Retry-After, or a date, for which a client may rather give up than wait."""
_LOOKED_AT: Final = 10
"""Calls before the last one among which an earlier try is looked for."""
_STATUS: Final = (
    "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html (2.8.2 Exit Status for Commands)"
)
_LOOP: Final = "RFC 9110 §9.2.2 (automatic retries end)"


@dataclass(frozen=True, slots=True)
class _Kind:
    question: str
    rule: str
    source: str
    fix: str


_KINDS: Final = {
    "stopped_at_limit": _Kind(
        "Does the client end by itself?",
        "A client ends when it has what it wants, or when it gives up.",
        _LOOP,
        "Bound every loop: pages, retries and renewals. Give a longer --limit if the client needs more time.",
    ),
    "ended_by_signal": _Kind(
        "Does the client end by itself?",
        "A process that a signal ends has crashed, or was killed.",
        _STATUS,
        "Run the command under this scenario and read its output.",
    ),
    "exit_status": _Kind(
        "Does the client end as it does without faults?",
        "A failure that passes must not end a client that could have tried again; a status other than 0 says it did.",
        _STATUS,
        "Catch the failure, wait and try again; report it only when it lasts.",
    ),
}


def with_ending(
    report: Report, result: ProcessResult, first: ProcessResult | None, *, limit: timedelta, tags: Collection[str] = ()
) -> Report:
    """The report with the findings about the end of the process that no verdict covers.

    first: how the run without faults ended; None for that run itself. tags: the scenario's.
    """
    gives_up = GIVING_UP in tags or (not result.crash and _gave_up(report.entries))
    found = _found(result, first, limit, gives_up=gives_up)
    if found is None:
        return report
    name, outcome, why = found
    known = {verdict.name for verdict in report.verdicts if verdict.outcome.weight}
    if known.intersection(_EXPLAINED[name]):
        return report
    kind = _KINDS[name]
    last = tuple(entry.number for entry in report.entries[-1:])
    verdict = Verdict(name, outcome, why, last, kind.question, kind.rule, kind.source, kind.fix)
    verdicts = sorted((*report.verdicts, verdict), key=lambda one: -one.outcome.weight)
    return replace(report, verdicts=tuple(verdicts))


def _found(
    result: ProcessResult, first: ProcessResult | None, limit: timedelta, *, gives_up: bool
) -> tuple[str, Outcome, str] | None:
    status = result.exit_status
    if result.stopped_us:
        return (
            "stopped_at_limit",
            Outcome.FAIL,
            f"The client had not ended after {format_duration(limit)} and was stopped.",
        )
    if status < 0:
        return "ended_by_signal", Outcome.FAIL, f"The client was ended by {_signal_name(-status)}."
    said = f": {result.crash}" if result.crash else "."
    if first is None and status:
        outcome = Outcome.FAIL if result.crash else Outcome.WARN
        return "exit_status", outcome, f"The client ended with {status} although no fault was injected{said}"
    if first is not None and status and not first.exit_status and not gives_up:
        return "exit_status", Outcome.WARN, f"The client ended with {status}; without faults it ended with 0{said}"
    return None


def _gave_up(entries: Sequence[Entry]) -> bool:
    """Whether giving up was reasonable: the same call had failed before, or the answer asked for a long wait."""
    if not entries:
        return False
    last, *earlier = reversed(entries)
    wait = last.retry_after.strip()
    if wait and not (wait.isascii() and wait.isdigit() and int(wait[:20]) < _LONG_WAIT):
        return True
    return any(call.operation == last.operation and _is_failure(call) for call in earlier[:_LOOKED_AT])


def _is_failure(entry: Entry) -> bool:
    """Whether the answer was an error or arrived incomplete."""
    return entry.status >= 400 or is_broken(entry)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name of its own
        return f"signal {number}"
