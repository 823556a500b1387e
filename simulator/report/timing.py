"""When a call came in, when its answer reached the client, and the time between two calls. Microseconds everywhere."""

from __future__ import annotations

from typing import Final

from simulator.journal.entry import Entry

SECOND: Final = 1_000_000
MILLISECOND: Final = 1_000
"""Microseconds in each."""
IN_FLIGHT: Final = 25 * MILLISECOND
"""A call on another connection this soon after an answer may have been sent by a thread that had not seen it."""
RESTART: Final = 50 * MILLISECOND
"""A new process needs longer than this between the last answer of the one before and its own first call."""
_LARGEST = ((86_400 * SECOND, "d"), (3_600 * SECOND, "h"), (60 * SECOND, "min"))


def started_us(entry: Entry) -> int:
    """When the call came in, by the process's clock."""
    return entry.real_us - entry.took_us


def received_us(entry: Entry) -> int:
    """When the client received the answer or gave up, by the process's clock; the planned time if unobserved."""
    return entry.ended_us or entry.real_us + slow_us(entry)


def slow_us(entry: Entry) -> int:
    """How long the delivery was to take; 0 for a prompt one, and for one that hangs."""
    return entry.delay_us + entry.dribble_us


def real_gap_us(before: Entry, after: Entry) -> int:
    """Real time from the answer to one call until the next one came in; negative when they overlap."""
    return started_us(after) - received_us(before)


def gap_us(before: Entry, after: Entry) -> int:
    """The longer of the real gap and the gap by the sandbox's clock, which a test may have moved."""
    return max(real_gap_us(before, after), after.at_us - before.at_us - (received_us(before) - before.real_us))


def same_connection(before: Entry, after: Entry) -> bool:
    """Whether both came on one connection; in-process calls have none, and come one after the other."""
    return before.connection == after.connection


def surely_after(answer: Entry, call: Entry) -> bool:
    """Whether the caller must have known the answer: same or unknown connection, or at least IN_FLIGHT later."""
    if not answer.connection or not call.connection or same_connection(answer, call):
        return True
    return real_gap_us(answer, call) >= IN_FLIGHT


def in_words(span_us: int) -> str:
    """``"3 ms"``, ``"2 s"``, ``"1.5 min"``: a time between two calls."""
    if span_us < SECOND:
        return f"{max(0, span_us) / MILLISECOND:.0f} ms"
    for size, unit in _LARGEST:
        if span_us >= size:
            return f"{span_us / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{span_us / SECOND:.1f}".removesuffix(".0") + " s"
