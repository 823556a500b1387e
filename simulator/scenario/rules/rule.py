"""Compiled rules: conditions that can explain a mismatch, prepared effects, and the index that finds rules."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from simulator.core.rule_counters import AtEnd, MatchedRule, Occurs, Per, StateAge, Step, Window
from simulator.scenario.rules.call_view import CallView
from simulator.scenario.rules.decision import Decision

Dimension = tuple[str, str]
"""The place of a literal in a call: ("query" | "header" | "json", its name), ("subject", "") or ("sandbox", "")."""

_HALF_A_STEP = 2.0**-53
"""Keeps a drawn share off 0, where the normal distribution has no value."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a ``when``. ``holds`` takes a :class:`CallView` and the time since the scenario began.

    label: the condition in words ('query code is "86970"'), for explaining a mismatch.
    """

    label: str
    holds: Callable[[CallView, timedelta], bool]


@dataclass(frozen=True, slots=True)
class Key:
    """A condition that the index answers: the call has one of these literal values in this dimension."""

    dimension: Dimension
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DelaySpec:
    """A delay, fixed or drawn.

    median is the fixed span, or the lognormal's median; low and high bound what is drawn; sigma is of the logarithm.
    virtual: the sandbox's clock moves by the delay; the call does not wait.
    """

    kind: Literal["fixed", "uniform", "lognormal"]
    median: timedelta = timedelta(0)
    low: timedelta = timedelta(0)
    high: timedelta = timedelta.max
    sigma: float = 0.0
    virtual: bool = False

    def span(self, share: float) -> timedelta:
        """The delay for a share of chance (0 to 1): the distribution's quantile, to the microsecond."""
        if self.kind == "uniform":
            return self.low + (self.high - self.low) * share
        if self.kind == "lognormal":
            from statistics import NormalDist

            stretch = math.exp(self.sigma * NormalDist().inv_cdf(share + _HALF_A_STEP))
            if self.median.total_seconds() * stretch >= self.high.total_seconds():
                return self.high
            return self.median * stretch
        return self.median


@dataclass(frozen=True, slots=True)
class RateLimit:
    """More than ``limit`` calls in ``span``: the step's answer, with Retry-After in one of three forms."""

    limit: int
    span: timedelta
    by: Per
    retry_after: Literal["seconds", "http_date", "none"]


@dataclass(frozen=True, slots=True)
class StepEffect:
    """What one step of a rule does: a decision that contains the rule's id, and the parts that depend on the call.

    waits: delays still to be drawn. limit: the decision's answer is that of a rate limit.
    """

    decision: Decision
    waits: tuple[DelaySpec, ...] = ()
    limit: RateLimit | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule for the operations of one API (a pattern that spans two APIs is compiled for each).

    order: its place in the file, from 0. key: one of its literal conditions, for the index.
    plans: one for each of ``steps``. counts: the outcome depends on how many calls it has matched.
    needs_counters: the outcome depends on, or changes, what is remembered between calls.
    looks: whose states ``states`` are looked for in. age: how long the state must have held, least and excluded.
    """

    order: int
    id: str
    conditions: tuple[Condition, ...]
    key: Key | None
    states: tuple[str, ...]
    occurs: Occurs
    per: Per
    steps: tuple[Step, ...]
    at_end: AtEnd | Literal["choose"]
    stops: bool
    effects: tuple[StepEffect, ...]
    counts: bool
    needs_counters: bool
    looks: tuple[Per, ...] = ("sandbox",)
    age: tuple[timedelta, timedelta | None] | None = None
    same_for_all: MatchedRule | None = field(init=False, compare=False, repr=False)
    """The matched rule if it is the same for all calls. Most rules count by sandbox and have no limit."""

    def __post_init__(self) -> None:
        pers = {*self.looks, *(step.per for step in self.steps if step.next_state is not None)}
        alone = (
            (self.per == "sandbox" or not self.counts)
            and self.effects[0].limit is None
            and pers == {"sandbox"}
            and self.age is None
        )
        object.__setattr__(self, "same_for_all", self._candidate("") if alone else None)

    def matches(self, view: CallView, since: timedelta) -> bool:
        """Whether all conditions hold, except the state."""
        return not self.conditions or all(condition.holds(view, since) for condition in self.conditions)

    def candidate(self, view: CallView, began: datetime) -> MatchedRule:
        """The :class:`MatchedRule` for a call that meets the conditions, in a scenario that began at ``began``."""
        if self.same_for_all is not None:
            return self.same_for_all
        limit = self.effects[0].limit
        window = None
        if limit is not None:
            window = Window(f"{self.id}\x1f{limit.by}\x1f{view.counted_by(limit.by)}", limit.limit, limit.span)
        made = self._candidate(view.counted_by(self.per) if self.counts else "", window)
        age = None if self.age is None else StateAge(began, *self.age)
        return replace(made, slots=self._slots(view), age=age)

    def _candidate(self, counted_by: str, window: Window | None = None) -> MatchedRule:
        key = f"{self.id}\x1f{counted_by}" if self.counts else ""
        return MatchedRule(key, self.occurs, self.states, self.steps, self.at_end, window, self.stops, looks=self.looks)

    def _slots(self, view: CallView) -> tuple[tuple[Per, str], ...]:
        """The keys of the states that this rule reads or sets; a call without a token has no state of a token."""
        pers: list[Per] = [*self.looks, *(step.per for step in self.steps)]
        kept = [(per, view.counted_by(per)) for per in dict.fromkeys(pers) if per != "sandbox"]
        return (("sandbox", ""), *((per, f"{per}\x1f{whose}") for per, whose in kept if whose))


@dataclass(frozen=True, slots=True)
class Lookup:
    """One dimension of the index: literal value → rules, in file order."""

    dimension: Dimension
    table: Mapping[str, tuple[Rule, ...]]

    def find(self, view: CallView) -> Iterable[Rule]:
        """The rules whose literal the call has."""
        for value in literals(view, self.dimension):
            yield from self.table.get(value, ())


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """The rules of one operation: those without a literal, the others by dimension, and all of them in file order."""

    plain: tuple[Rule, ...]
    lookups: tuple[Lookup, ...]
    rules: tuple[Rule, ...]

    def find(self, view: CallView) -> Sequence[Rule]:
        """Every rule whose operation and literal fit, in file order; its other conditions are not tested yet."""
        found: list[Rule] = list(self.plain)
        for lookup in self.lookups:
            found.extend(lookup.find(view))
        if self.lookups and len(found) > 1:
            unique = {rule.order: rule for rule in found}
            return [unique[order] for order in sorted(unique)]
        return found


def index_rules(rules: Iterable[Rule]) -> RuleIndex:
    """Index the rules of one operation."""
    every = tuple(rules)
    plain: list[Rule] = []
    tables: dict[Dimension, dict[str, list[Rule]]] = defaultdict(lambda: defaultdict(list))
    for rule in every:
        if rule.key is None:
            plain.append(rule)
            continue
        for value in rule.key.values:
            tables[rule.key.dimension][value].append(rule)
    return RuleIndex(
        tuple(plain),
        tuple(
            Lookup(dimension, {value: tuple(found) for value, found in table.items()})
            for dimension, table in tables.items()
        ),
        every,
    )


def literals(view: CallView, dimension: Dimension) -> Sequence[str]:
    """What a call has in a dimension of the index."""
    kind, name = dimension
    match kind:
        case "raw_query":
            return (view.call.raw_query,)
        case "query":
            return view.query.get(name, ())
        case "header":
            value = view.call.headers.get(name)
            return () if value is None else (value,)
        case "json":
            found = view.field(name)
            return (found,) if isinstance(found, str) else ()
        case "subject":
            subject = view.presented.subject
            return () if subject is None else (subject,)
        case _:
            return (view.call.sandbox,)
