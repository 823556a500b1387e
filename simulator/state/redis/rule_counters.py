"""Counters, windows and the named state on Redis: one script a step, in one round trip."""

from __future__ import annotations

import json
from asyncio import Future
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from simulator.core.clock import from_microseconds, to_microseconds
from simulator.core.rule_counters import CounterState, CountRules, Fired, MatchedRule, Window, count_and_fire

_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_PARTS = 5


class CounterScripts(Protocol):
    """What counters need of the sandbox's store."""

    def ask(self, script: str, *args: str | int) -> Any:
        """What a script answers about the sandbox, after a wait; None when the sandbox was deleted."""

    def start(self, read: Callable[[Any], Any], script: str, *args: str | int) -> Future[Any] | None:
        """The same on the bound loop, through ``read``; None: not possible now."""


class RedisRuleCounters:
    """Counters, windows and the named state of one sandbox; see :class:`simulator.core.rule_counters.RuleCounters`.

    A step is never sent twice: it counts.
    """

    def __init__(self, scripts: CounterScripts) -> None:
        self._scripts = scripts

    def step(self, candidates: Sequence[MatchedRule], at: datetime, seed: int) -> tuple[Fired, ...]:
        """Match, count, fire and enter a state while no other call can. Waits for the answer."""
        return _fired(self._scripts.ask("step", *_arguments(candidates, at, seed)), candidates, at, seed)

    def start(self, need: CountRules) -> Future[Any] | None:
        """The same step on the bound loop."""
        candidates, at, seed = need.candidates, need.at, need.seed
        return self._scripts.start(
            lambda found: _fired(found, candidates, at, seed), "step", *_arguments(candidates, at, seed)
        )

    def state(self) -> str | None:
        """The named state now."""
        found = self._scripts.ask("state")
        return None if found is None else str(found)


def _arguments(candidates: Sequence[MatchedRule], at: datetime, seed: int) -> tuple[int, int, int, str]:
    seconds, micros = divmod(to_microseconds(at), 1_000_000)
    return seconds, micros, seed, json.dumps([_row(one) for one in candidates])


def _fired(found: Any, candidates: Sequence[MatchedRule], at: datetime, seed: int) -> tuple[Fired, ...]:
    if found is None:  # the sandbox was deleted while this call was in flight: nothing reads what it counts
        return count_and_fire(CounterState(), candidates, at, seed)
    return tuple(_one_fired(candidates, found[place : place + _PARTS], at) for place in range(0, len(found), _PARTS))


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


def _one_fired(candidates: Sequence[MatchedRule], parts: Sequence[Any], at: datetime) -> Fired:
    index, count, step, seconds, micros = parts
    window = candidates[index].window
    if window is None:
        return Fired(index, count, step)
    start = from_microseconds(int(seconds) * 1_000_000 + int(micros))
    return Fired(index, count, step, window.span - (at - start))
