"""Predicts which matching calls a rule fires for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.core.rule_counters import MatchedRule, Occurs, Step
from simulator.scenario.language.document import OccursPart, RulePart

HORIZON = 5_000
"""Maximum number of calls examined; rules that count further get no warning."""


@dataclass(frozen=True, slots=True)
class Firing:
    """For which calls, counted from 1, a rule fires.

    rule: as the counters see it; where chance decides, one that fires for every call.
    beyond: from this count on it fires for all, for none, or for every ``period``-th alike.
    sure: False when chance decides; it may then fire for any call, and need not for any.
    """

    rule: MatchedRule
    sure: bool
    beyond: int
    period: int

    def holds(self, count: int) -> bool:
        """Whether it fires for this call; where chance decides, whether it may fire."""
        return self.rule.occurs.fires(count, "", 0) and self.rule.step_of(count) is not None


def occurs_of(part: OccursPart | None) -> Occurs:
    """An ``occurs`` as the counters read it."""
    if part is None:
        return Occurs()
    if part.probability is not None:
        return Occurs("chance", probability=part.probability)
    if part.nth is not None:
        return Occurs("nth", numbers=tuple(sorted({*part.nth} if isinstance(part.nth, list) else {part.nth})))
    if part.first is not None:
        return Occurs("first", part.first)
    if part.after is not None:
        return Occurs("after", part.after)
    return Occurs("every", part.every or 1)


def firing(part: RulePart) -> Firing:
    """The firing pattern of a rule's ``occurs`` and the length of its ``sequence``."""
    occurs = occurs_of(part.occurs)
    steps = tuple(Step(step.times) for step in part.sequence or ()) or (Step(),)
    at_end = "repeat" if part.sequence is None else part.at_end
    period = occurs.number if occurs.kind == "every" else 1
    beyond = max([0 if occurs.kind == "every" else occurs.number, *occurs.numbers])
    if at_end == "pass":
        beyond += sum(step.times for step in steps) * period
    sure = occurs.kind != "chance" or occurs.probability == 1
    counted = Occurs() if occurs.kind == "chance" else occurs
    return Firing(MatchedRule("rule", counted, steps=steps, at_end=at_end), sure, beyond, period)


def all_taken(rule: Firing, earlier: Sequence[Firing]) -> bool:
    """Whether every call that a rule fires for has been ended by one of the earlier ones, which count alike."""
    sure = [one for one in earlier if one.sure]
    if not sure:
        return False
    last = max(one.beyond for one in (rule, *sure)) + math.lcm(*(one.period for one in (rule, *sure)))
    if last > HORIZON:
        return False
    return all(any(one.holds(count) for one in sure) for count in range(1, last + 1) if rule.holds(count))
