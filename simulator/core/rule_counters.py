"""Which rules fire: matching by state, counting and entering a state as one atomic step over plain data.

The scenario engine finds the rules whose conditions a call meets and hands them down as
:class:`MatchedRule` rows, in their order. A :class:`RuleCounters` counts them, says which ones fire,
and moves the sandbox's named state, in one step that no other call can come between.
All of it is data, so that a shared backend can do the same in one scripted round trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Entered:
    """A state that a rule has set: since when, and until when (not included; None: until another one)."""

    name: str
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class CounterState:
    """What the counters remember. Mutable, never shared without a lock: see ``state/memory.py``.

    opening: the sandbox's state at the beginning, and whenever a state has ended. entered: by slot.
    """

    opening: str | None = None
    counters: dict[str, int] = field(default_factory=dict)
    windows: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    entered: dict[str, Entered] = field(default_factory=dict)

    @property
    def state(self) -> str | None:
        """The sandbox's state; one that ends is taken not to have ended."""
        return self.state_at(None)

    def state_at(self, at: datetime | None, slot: str = "") -> str | None:
        """The state of a slot at a moment."""
        return current_state(self.opening, self.entered.get(slot), at, slot)

    def age(self, at: datetime, slot: str, began: datetime) -> timedelta:
        """How long the state of a slot has held."""
        entered = self.entered.get(slot)
        if entered is None:
            return at - began
        return at - (entered.since if entered.until is None or at < entered.until else entered.until)


def current_state(opening: str | None, entered: Entered | None, at: datetime | None, slot: str = "") -> str | None:
    """The state of a slot: the entered one until it ends, then the sandbox's opening state, and none for others."""
    if entered is not None and (at is None or entered.until is None or at < entered.until):
        return entered.name
    return opening if slot == "" else None


def count_and_fire(
    remembered: CounterState, candidates: Sequence[MatchedRule], at: datetime, seed: int
) -> tuple[Fired, ...]:
    """One step of the counters; the caller holds the lock that ``state`` needs. See :meth:`RuleCounters.step`."""
    fired: list[Fired] = []
    admitted = [_admits(remembered, candidate, at) for candidate in candidates]
    stopped = False
    for index, candidate in enumerate(candidates):
        if not admitted[index]:
            continue
        found = _try(remembered, candidate, index, at, seed)
        if found is None or stopped:
            continue
        fired.append(found)
        stopped = candidate.ends_call
        _enter(remembered, candidate, candidate.steps[found.step], at)
    return tuple(fired)


def _admits(remembered: CounterState, candidate: MatchedRule, at: datetime) -> bool:
    """Whether one of the call's states is one that the rule wants, for as long as it wants."""
    if not candidate.states and candidate.age is None:
        return True
    for per in candidate.looks:
        slot = candidate.slot(per)
        if slot is None or not _wanted(remembered.state_at(at, slot), candidate.states):
            continue
        if candidate.age is None or candidate.age.holds(remembered.age(at, slot, candidate.age.began)):
            return True
    return False


def _wanted(state: str | None, states: tuple[str, ...]) -> bool:
    return state in states if states else state is not None


def _enter(remembered: CounterState, candidate: MatchedRule, step: Step, at: datetime) -> None:
    slot = candidate.slot(step.per)
    if step.next_state is not None and slot is not None:
        remembered.entered[slot] = Entered(step.next_state, at, None if step.lasts is None else ending(at, step.lasts))


def ending(at: datetime, lasts: timedelta) -> datetime | None:
    """When a state that begins now ends; None when that is after the year 9999."""
    try:
        return at + lasts
    except OverflowError:
        return None


def _try(remembered: CounterState, candidate: MatchedRule, index: int, at: datetime, seed: int) -> Fired | None:
    count = 0
    if candidate.key:
        count = remembered.counters[candidate.key] = remembered.counters.get(candidate.key, 0) + 1
    if not candidate.occurs.fires(count, candidate.key, seed):
        return None
    step = candidate.step_of(count, seed)
    if step is None:
        return None
    if candidate.window is None:
        return Fired(index, count, step)
    opens = _above(remembered, candidate.window, at)
    return None if opens is None else Fired(index, count, step, opens)


def _above(remembered: CounterState, window: Window, at: datetime) -> timedelta | None:
    """Count the call in its window; until the window closes when it is above the limit, else None."""
    start, calls = remembered.windows.get(window.key, (at, 0))
    if not timedelta(0) <= at - start < window.span:
        start, calls = at, 0
    remembered.windows[window.key] = (start, calls + 1)
    return window.span - (at - start) if calls + 1 > window.limit else None
