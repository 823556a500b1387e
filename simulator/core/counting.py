"""One step of rule counters over plain data: match by state, count, fire, enter a state. Not safe without a lock.

A shared backend does the same in one script; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.core.rule_counters import Fired, MatchedRule, Step, Window


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
    """One step; the caller holds the lock that ``counters`` needs. See :meth:`RuleCounters.step`."""
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
