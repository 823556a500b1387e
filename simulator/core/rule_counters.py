"""Which rules fire: matching by state, counting and entering a state as one atomic step over plain data.

The scenario engine finds the rules whose conditions a call meets and passes them as
:class:`MatchedRule` rows, in their order. A :class:`RuleCounters` counts them, says which ones fire,
and moves the sandbox's named state, in one atomic step.
All input is data, so that a shared backend can do the same in one scripted round trip.
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
"""The scope of a count, window or state."""


@dataclass(frozen=True, slots=True)
class Occurs:
    """Selects the matching calls that make a rule fire; calls are counted from 1.

    first, after, every: by ``number``. nth: by ``numbers``, ascending. chance: with ``probability``.
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
        """The number of the firing at the ``count``-th matching call, from 1; for sequences, never for a chance."""
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

    began: when the scenario, and with it its initial state, began.
    """

    began: datetime
    at_least: timedelta = timedelta(0)
    below: timedelta | None = None

    def holds(self, age: timedelta) -> bool:
        """Whether a state of this age matches."""
        return self.at_least <= age and (self.below is None or age < self.below)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rule: it holds for ``times`` firings; each enters the state ``next_state`` (None: the state stays).

    lasts: the state ends after this virtual time; None: it stays. per: the state's scope.
    If the step is chosen at random, ``times`` is its weight.
    """

    times: int = 1
    next_state: str | None = None
    lasts: timedelta | None = None
    per: Per = "sandbox"


@dataclass(frozen=True, slots=True)
class Window:
    """The rule fires only above ``limit`` calls in ``span`` of virtual time.

    Windows are fixed: one opens with the first call that finds none open and closes ``span`` later
    (the closing moment is outside). Refused calls do not extend it. A clock moved back before
    the opening opens a new one.
    """

    key: str
    limit: int
    span: timedelta


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule whose conditions, except its state, a call meets.

    key: its counter; "" when it does not depend on a count.
    states: it matches only in one of these states; empty: in any.
    steps, at_end: its actions, one step for each firing; a plain ``then`` is one step that repeats. "choose": a step is
        drawn for each firing.
    ends_call: when it fires, later rules do not act (but still count).
    slots: where states are stored, by scope: "" for the sandbox's. A call without a token has no token slot.
    looks: the scopes whose states are compared with ``states``. age: how long that state must have held.
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
        """Where this call's state of that scope is stored; None without one."""
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

    index: its index in the candidates. count: the number of the matching call, from 1 (0: it does not count).
    step: the index of its step, from 0. closes_in: the time until its window closes; None without a window.
    """

    index: int
    count: int = 0
    step: int = 0
    closes_in: timedelta | None = None


class RuleCounters(Protocol):
    """Counters, rate windows and the one named state of a sandbox's scenario. Every method is atomic."""

    def step(self, candidates: Sequence[MatchedRule], at: datetime, seed: int) -> tuple[Fired, ...]:
        """Count every candidate that matches the state, and return those that fire, in order.

        All see the state at the call's arrival; when several enter a state, the last one stays.
        """

    def state(self, at: datetime | None = None) -> str | None:
        """The sandbox's named state at this moment of its clock; None without one.

        Without a moment, states with an end count as not ended.
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
