"""What a verdict is: a check that looks at a case, what it found, and both together as the report shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from simulator.journal.entry import Entry
from simulator.report.observation import Observation


class Outcome(StrEnum):
    """The outcome of a verdict. A warning marks behaviour that no document forbids, or that is probably wrong."""

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

    question: asked about the client; "pass" means yes. rule: the rule behind it. source: where the rule is written.
    remedy: one sentence on how to fix the client. judge: judges a case; it never raises for any journal.
    """

    question: str
    rule: str
    source: str
    remedy: str
    judge: Callable[[Observation], Finding]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check with what it found; ``mend`` is "" where no fix is needed.

    cause: the verdict that names the cause, where this one describes its consequence on the same calls; else its own
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
"""Maximum number of entries that prove a finding."""


def passed(why: str, entries: Iterable[Entry] = ()) -> Finding:
    """The client met the situation and behaved correctly."""
    return Finding(Outcome.PASS, why, _numbers(entries))


def inconclusive(why: str, entries: Iterable[Entry] = ()) -> Finding:
    """The client did not meet the situation, or its behaviour is not observable from outside."""
    return Finding(Outcome.INCONCLUSIVE, why, _numbers(entries))


def warned(why: str, entries: Iterable[Entry]) -> Finding:
    """The behaviour is not forbidden, or may have been correct; it needs a review."""
    return Finding(Outcome.WARN, why, _numbers(entries))


def failed(why: str, entries: Iterable[Entry]) -> Finding:
    """The client behaved incorrectly and had the information to avoid it."""
    return Finding(Outcome.FAIL, why, _numbers(entries))


def _numbers(entries: Iterable[Entry]) -> tuple[int, ...]:
    return tuple(sorted({entry.number for entry in entries})[:_SHOWN])
