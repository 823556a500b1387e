"""What a verdict is: a check that looks at a case, what it found, and both together as the report shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from simulator.journal.entry import Entry
from simulator.report.observation import Observation


class Outcome(StrEnum):
    """How a verdict went. Warnings are for what no document forbids, and for what looks wrong but may not be."""

    PASS = "pass"
    INCONCLUSIVE = "inconclusive"
    WARN = "warn"
    FAIL = "fail"

    @property
    def weight(self) -> int:
        """Worse is heavier: pass and inconclusive 0, warn 1, fail 2."""
        return {Outcome.WARN: 1, Outcome.FAIL: 2}.get(self, 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: the outcome, why in one sentence, and the numbers of the entries that prove it."""

    outcome: Outcome
    why: str
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a client can do wrong.

    question: what is asked, answered by "pass" with yes. rule: what it rests on. source: where that is written.
    mend: one sentence on how to mend the client. look: judges a case; it never raises, whatever the journal holds.
    """

    question: str
    rule: str
    source: str
    remedy: str
    judge: Callable[[Observation], Finding]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check with what it found; ``mend`` is "" where there is nothing to mend.

    cause: the verdict that names the cause, where this one says of the same calls what follows from it; else its own
    name. evidence: a line for each call in question: what it presented, what was answered, and the time between.
    """

    name: str
    outcome: Outcome
    why: str
    entries: tuple[int, ...]
    question: str
    rule: str
    source: str
    mend: str
    cause: str = ""
    evidence: tuple[str, ...] = ()


_SHOWN = 12
"""Entries that prove a finding; more than these prove no more."""


def passed(why: str, entries: Iterable[Entry] = ()) -> Finding:
    """The client came into the situation and did right."""
    return Finding(Outcome.PASS, why, _numbers(entries))


def inconclusive(why: str, entries: Iterable[Entry] = ()) -> Finding:
    """The client never came into the situation, or what it did cannot be told from outside."""
    return Finding(Outcome.INCONCLUSIVE, why, _numbers(entries))


def warned(why: str, entries: Iterable[Entry]) -> Finding:
    """Nothing forbids it, or it may have been right; somebody should look."""
    return Finding(Outcome.WARN, why, _numbers(entries))


def failed(why: str, entries: Iterable[Entry]) -> Finding:
    """The client did wrong, and could have known."""
    return Finding(Outcome.FAIL, why, _numbers(entries))


def _numbers(entries: Iterable[Entry]) -> tuple[int, ...]:
    return tuple(sorted({entry.number for entry in entries})[:_SHOWN])
