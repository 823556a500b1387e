"""Which rules fire: matching by state, counting and entering a state as one atomic step over plain data.

The scenario engine finds the rules whose conditions a call meets and hands them down as
:class:`MatchedRule` rows, in their order. A :class:`RuleCounters` counts them, says which ones fire,
and moves the sandbox's named state, in one step that no other call can come between.
All of it is data, so that a shared backend can do the same in one scripted round trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from simulator.core.chance import uniform

OccursKind = Literal["always", "first", "nth", "after", "every", "chance"]
AtEnd = Literal["pass", "repeat", "loop"]
Per = Literal["sandbox", "subject", "token", "client"]
"""Whose count, window or state it is."""


@dataclass(frozen=True, slots=True)
class Occurs:
    """Which of the calls that a rule matches make it fire; calls are counted from 1.

    first, after, every: by ``number``. nth: by ``numbers``, ascending. chance: with probability ``share``.
    """

    kind: OccursKind = "always"
    number: int = 0
    numbers: tuple[int, ...] = ()
    probability: float = 1.0

    def fires(self, count: int, key: str, seed: int) -> bool:
        """Whether the ``count``-th matching call makes the rule fire."""
        match self.kind:
            case "always":
                return True
            case "first":
                return count <= self.number
            case "nth":
                return count in self.numbers
            case "after":
                return count > self.number
            case "every":
                return count % self.number == 0
            case "chance":
                return uniform(seed, key, count) < self.probability

    def ordinal(self, count: int) -> int:
        """How-many-th firing the ``count``-th matching call is, from 1; for sequences, so never asked of a chance."""
        match self.kind:
            case "nth":
                return self.numbers.index(count) + 1
            case "after":
                return count - self.number
            case "every":
                return count // self.number
            case _:
                return count


@dataclass(frozen=True, slots=True)
class StateAge:
    """How long a state has held: from ``at_least`` (included) to ``below`` (not included) of virtual time.

    began: when the scenario did, and its opening state with it.
    """

    began: datetime
    at_least: timedelta = timedelta(0)
    below: timedelta | None = None

    def holds(self, age: timedelta) -> bool:
        """Whether a state of this age is meant."""
        return self.at_least <= age and (self.below is None or age < self.below)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rule: it holds for ``times`` firings; each enters the state ``next_state`` (None: the state stays).

    lasts: the state ends by itself after so much virtual time; None: it stays. per: whose state it is.
    Where a step is chosen by chance, ``times`` is its weight.
    """

    times: int = 1
    next_state: str | None = None
    lasts: timedelta | None = None
    per: Per = "sandbox"


@dataclass(frozen=True, slots=True)
class Window:
    """The rule fires only above ``limit`` calls in ``span`` of virtual time.

    Windows are fixed: one opens with the first call that finds none open and closes ``span`` later
    (the closing moment is outside). Refused calls do not make it longer. A clock moved back before
    the opening opens a new one.
    """

    key: str
    limit: int
    span: timedelta


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule whose conditions, state apart, a call meets.

    key: its counter; "" when nothing about it depends on a count.
    states: it matches in one of these states only; empty is any.
    steps, at_end: what it does one firing after another; a plain ``then`` is one step that repeats. "choose": a step is
        drawn for each firing.
    ends_call: when it fires, no later rule acts (they go on counting).
    slots: where states are kept, by whose they are: "" for the sandbox's. A call without a token has no token's slot.
    looks: whose states are compared with ``states``. age: how long that state must have held.
    """

    key: str = ""
    occurs: Occurs = Occurs()
    states: tuple[str, ...] = ()
    steps: tuple[Step, ...] = (Step(),)
    at_end: AtEnd | Literal["choose"] = "repeat"
    window: Window | None = None
    ends_call: bool = True
    slots: tuple[tuple[Per, str], ...] = (("sandbox", ""),)
    looks: tuple[Per, ...] = ("sandbox",)
    age: StateAge | None = None

    def slot(self, per: Per) -> str | None:
        """Where this call's state of that kind is kept; None when it has none."""
        return next((slot for name, slot in self.slots if name == per), None)

    def step_of(self, count: int, seed: int = 0) -> int | None:
        """The step (from 0) of the firing at this count; None: the sequence is over and passes."""
        if len(self.steps) == 1 and self.at_end != "pass":
            return 0
        whole = sum(step.times for step in self.steps)
        if self.at_end == "choose":
            ordinal: float = uniform(seed, self.key, count, "choose") * whole
            for index, step in enumerate(self.steps):
                ordinal -= step.times
                if ordinal < 0:
                    return index
            return len(self.steps) - 1
        ordinal = self.occurs.ordinal(count)
        if ordinal > whole:
            if self.at_end == "pass":
                return None
            if self.at_end == "repeat":
                return len(self.steps) - 1
            ordinal = (ordinal - 1) % whole + 1
        for index, step in enumerate(self.steps):
            ordinal -= step.times
            if ordinal <= 0:
                return index
        raise AssertionError("an ordinal within the whole lies in one of its steps")


@dataclass(frozen=True, slots=True)
class Fired:
    """A candidate that fires.

    index: its place among the candidates. count: which of its matching calls this is, from 1 (0: it does not count).
    step: which of its steps, from 0. opens: how long until its window closes, when it has one.
    """

    index: int
    count: int = 0
    step: int = 0
    closes_in: timedelta | None = None


class RuleCounters(Protocol):
    """Counters, rate windows and the one named state of a sandbox's scenario. Every verb is atomic."""

    def step(self, candidates: Sequence[MatchedRule], at: datetime, seed: int) -> tuple[Fired, ...]:
        """Count every candidate that the state admits, and answer those that fire, in order.

        All see the state as it was when the call arrived; when several enter one, the last one stays.
        """

    def state(self, at: datetime | None = None) -> str | None:
        """The sandbox's named state at this moment of its clock, None when there is none.

        Without a moment, states that end are taken not to have ended.
        """


@dataclass(frozen=True, slots=True)
class CountRules:
    """What a call with counting rules needs from the store (see :mod:`simulator.core.model.call_steps`).

    Calling it waits; a store may instead carry it out on an event loop (``Store.start``).
    """

    counters: RuleCounters
    candidates: Sequence[MatchedRule]
    at: datetime
    seed: int

    def __call__(self) -> tuple[Fired, ...]:
        """Count, and return the rules that fire. Never repeated: counting twice would change the result."""
        return self.counters.step(self.candidates, self.at, self.seed)
