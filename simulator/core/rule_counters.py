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
class Step:
    """One step of a rule: it holds for ``times`` firings; each enters the state ``enters`` (None: the state stays)."""

    times: int = 1
    next_state: str | None = None


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
    steps, at_end: what it does one firing after another; a plain ``then`` is one step that repeats.
    stops: when it fires, no later rule acts (they go on counting).
    """

    key: str = ""
    occurs: Occurs = Occurs()
    states: tuple[str, ...] = ()
    steps: tuple[Step, ...] = (Step(),)
    at_end: AtEnd = "repeat"
    window: Window | None = None
    ends_call: bool = True

    def step_of(self, count: int) -> int | None:
        """The step (from 0) of the firing at this count; None: the sequence is over and passes."""
        if len(self.steps) == 1 and self.at_end != "pass":
            return 0
        ordinal = self.occurs.ordinal(count)
        whole = sum(step.times for step in self.steps)
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

    def state(self) -> str | None:
        """The named state now, None when there is none."""


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


@dataclass(slots=True)
class CounterState:
    """What a tally remembers. Mutable, never shared without a lock: see ``state/memory.py``."""

    state: str | None = None
    counters: dict[str, int] = field(default_factory=dict)
    windows: dict[str, tuple[datetime, int]] = field(default_factory=dict)


def count_and_fire(
    slate: CounterState, candidates: Sequence[MatchedRule], at: datetime, seed: int
) -> tuple[Fired, ...]:
    """One step of a tally; the caller holds whatever lock the slate needs. See :meth:`RuleCounters.step`."""
    fired: list[Fired] = []
    arrived_in = slate.state
    stopped = False
    for index, candidate in enumerate(candidates):
        if candidate.states and arrived_in not in candidate.states:
            continue
        found = _try(slate, candidate, index, at, seed)
        if found is None or stopped:
            continue
        fired.append(found)
        stopped = candidate.ends_call
        enters = candidate.steps[found.step].next_state
        if enters is not None:
            slate.state = enters
    return tuple(fired)


def _try(slate: CounterState, candidate: MatchedRule, index: int, at: datetime, seed: int) -> Fired | None:
    count = 0
    if candidate.key:
        count = slate.counters[candidate.key] = slate.counters.get(candidate.key, 0) + 1
    if not candidate.occurs.fires(count, candidate.key, seed):
        return None
    step = candidate.step_of(count)
    if step is None:
        return None
    if candidate.window is None:
        return Fired(index, count, step)
    opens = _above(slate, candidate.window, at)
    return None if opens is None else Fired(index, count, step, opens)


def _above(slate: CounterState, window: Window, at: datetime) -> timedelta | None:
    """Count the call in its window; until the window closes when it is above the limit, else None."""
    start, calls = slate.windows.get(window.key, (at, 0))
    if not timedelta(0) <= at - start < window.span:
        start, calls = at, 0
    slate.windows[window.key] = (start, calls + 1)
    return window.span - (at - start) if calls + 1 > window.limit else None
