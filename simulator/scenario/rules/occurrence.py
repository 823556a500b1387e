"""Which matching calls a rule fires for, as a question that can be asked ahead of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.scenario.language.document import OccursPart, RulePart

HORIZON = 5_000
"""Calls that are looked at; rules that count further are not doubted."""


@dataclass(frozen=True, slots=True)
class Firing:
    """For which calls, counted from 1, a rule fires.

    beyond: from this count on it fires for all, for none, or for every ``period``-th alike.
    sure: False when chance decides; it may then fire for any call, and need not for any.
    """

    occurs: OccursPart | None
    times: int | None
    sure: bool
    beyond: int
    period: int

    def holds(self, count: int) -> bool:
        """Whether it fires for this call, as far as chance lets it."""
        ordinal = self._ordinal(count)
        return ordinal is not None and (self.times is None or ordinal <= self.times)

    def _ordinal(self, count: int) -> int | None:
        """How-many-th firing this call is; None: it is none."""
        occurs = self.occurs
        if occurs is None or occurs.probability is not None:
            return count
        if occurs.first is not None:
            return count if count <= occurs.first else None
        if occurs.after is not None:
            return count - occurs.after if count > occurs.after else None
        if occurs.every is not None:
            return count // occurs.every if count % occurs.every == 0 else None
        numbers = numbers_of(occurs)
        return numbers.index(count) + 1 if count in numbers else None


def firing(part: RulePart) -> Firing:
    """What a rule's ``occurs`` and the length of its ``sequence`` come to."""
    occurs = part.occurs
    times = None
    if part.sequence is not None and part.at_end == "pass":
        times = sum(step.times for step in part.sequence)
    sure = occurs is None or occurs.probability is None or occurs.probability == 1
    if occurs is None:
        return Firing(None, times, sure, times or 0, 1)
    number = max([occurs.first or 0, occurs.after or 0, *numbers_of(occurs)])
    period = occurs.every or 1
    return Firing(occurs, times, sure, number + (times or 0) * period, period)


def numbers_of(occurs: OccursPart) -> list[int]:
    """The calls of ``nth``, each once, in order."""
    if occurs.nth is None:
        return []
    return sorted(set(occurs.nth)) if isinstance(occurs.nth, list) else [occurs.nth]


def all_taken(rule: Firing, earlier: Sequence[Firing]) -> bool:
    """Whether every call that a rule fires for has been ended by one of the earlier ones, which count alike."""
    sure = [one for one in earlier if one.sure]
    if not sure:
        return False
    last = max(one.beyond for one in (rule, *sure)) + math.lcm(*(one.period for one in (rule, *sure)))
    if last > HORIZON:
        return False
    return all(any(one.holds(count) for one in sure) for count in range(1, last + 1) if rule.holds(count))
