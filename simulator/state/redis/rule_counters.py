"""Counters, windows and the named state on Redis: one script a step, in one round trip."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from simulator.core.clock import from_microseconds, to_microseconds
from simulator.core.rule_counters import CounterState, Fired, MatchedRule, Window, count_and_fire

Ask = Callable[..., Any]
"""Runs a script about the sandbox; None when the sandbox was put away."""

_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_PARTS = 5


class RedisRuleCounters:
    """Counters, windows and the named state of one sandbox; see :class:`simulator.core.rule_counters.RuleCounters`."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def step(self, candidates: Sequence[MatchedRule], at: datetime, seed: int) -> tuple[Fired, ...]:
        """Match, count, fire and enter a state while no other call can. Never sent twice: it counts."""
        seconds, micros = divmod(to_microseconds(at), 1_000_000)
        found = self._ask("step", seconds, micros, seed, json.dumps([_row(one) for one in candidates]))
        if found is None:  # the sandbox was put away while this call was in flight: nobody reads what it counts
            return count_and_fire(CounterState(), candidates, at, seed)
        return tuple(_fired(candidates, found[place : place + _PARTS], at) for place in range(0, len(found), _PARTS))

    def state(self) -> str | None:
        """The named state now."""
        found = self._ask("state")
        return None if found is None else str(found)


def _row(one: MatchedRule) -> list[object]:
    """A candidate as the script reads it."""
    occurs = one.occurs
    return [
        one.key,
        occurs.kind,
        occurs.number,
        occurs.numbers,
        occurs.probability,
        one.states,
        [(step.times, step.next_state) for step in one.steps],
        one.at_end,
        None if one.window is None else _window(one.window),
        one.ends_call,
    ]


def _window(window: Window) -> list[object]:
    whole, rest = divmod(window.span, _SECOND)
    return [window.key, window.limit, whole, rest // _MICROSECOND]


def _fired(candidates: Sequence[MatchedRule], parts: Sequence[Any], at: datetime) -> Fired:
    index, count, step, seconds, micros = parts
    window = candidates[index].window
    if window is None:
        return Fired(index, count, step)
    start = from_microseconds(int(seconds) * 1_000_000 + int(micros))
    return Fired(index, count, step, window.span - (at - start))
