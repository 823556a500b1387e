"""Counters, windows and the named state on Redis: one script a step, in one round trip."""

from __future__ import annotations

import json
from asyncio import Future
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from simulator.core.clock import from_microseconds, to_microseconds
from simulator.core.counting import CounterState, Entered, count_and_fire, current_state, ending
from simulator.core.rule_counters import CountRules, Fired, MatchedRule, StateAge, Step, Window

_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_PARTS = 5
_SEPARATOR = "\x1f"


class CounterScripts(Protocol):
    """What counters need of the sandbox's store."""

    def ask(self, script: str, *args: str | int) -> Any:
        """Run a script on the sandbox and wait for its reply; None if the sandbox was deleted."""

    def start(self, read: Callable[[Any], Any], script: str, *args: str | int) -> Future[Any] | None:
        """Run a script on the bound loop; ``read`` converts the reply. None: not possible now."""


class RedisRuleCounters:
    """Counters, windows and the named state of one sandbox; see :class:`simulator.core.rule_counters.RuleCounters`.

    A step is never sent twice: it counts.
    """

    def __init__(self, scripts: CounterScripts) -> None:
        self._scripts = scripts

    def step(self, candidates: Sequence[MatchedRule], at: datetime, seed: int) -> tuple[Fired, ...]:
        """Match, count, fire and enter a state in one atomic step. Waits for the reply."""
        return _fired(self._scripts.ask("step", *_arguments(candidates, at, seed)), candidates, at, seed)

    def start(self, need: CountRules) -> Future[Any] | None:
        """The same step on the bound loop."""
        candidates, at, seed = need.candidates, need.at, need.seed
        return self._scripts.start(
            lambda found: _fired(found, candidates, at, seed), "step", *_arguments(candidates, at, seed)
        )

    def state(self, at: datetime | None = None) -> str | None:
        """The named state at a moment."""
        opening, entered = self._scripts.ask("state")
        return current_state(opening, None if entered is None else _entered(entered), at)


def _arguments(candidates: Sequence[MatchedRule], at: datetime, seed: int) -> tuple[int, int, int, str]:
    seconds, micros = divmod(to_microseconds(at), 1_000_000)
    return seconds, micros, seed, json.dumps([_row(one, at) for one in candidates])


def _fired(found: Any, candidates: Sequence[MatchedRule], at: datetime, seed: int) -> tuple[Fired, ...]:
    if found is None:  # the sandbox was deleted while this call was in flight: nothing reads what it counts
        return count_and_fire(CounterState(), candidates, at, seed)
    return tuple(_one_fired(candidates, found[place : place + _PARTS], at) for place in range(0, len(found), _PARTS))


def _entered(text: str) -> Entered:
    """A state as the script writes it: name, beginning and end; moments in seconds and microseconds ("-": no end)."""
    name, *parts = text.split(_SEPARATOR)
    since, until = (
        None if whole == "-" else _moment(whole, rest) for whole, rest in zip(parts[::2], parts[1::2], strict=True)
    )
    if since is None:
        raise AssertionError(f"a state without a beginning: {text!r}")
    return Entered(name, since, until)


def _row(one: MatchedRule, at: datetime) -> list[object]:
    """A candidate as the script reads it."""
    occurs = one.occurs
    return [
        one.key,
        occurs.kind,
        occurs.number,
        occurs.numbers,
        occurs.probability,
        one.states,
        [_step(one, step, at) for step in one.steps],
        one.at_end,
        None if one.window is None else _window(one.window),
        one.ends_call,
        [slot for per in one.looks if (slot := one.slot(per)) is not None],
        None if one.age is None else _age(one.age),
    ]


def _moment(seconds: str, micros: str) -> datetime:
    return from_microseconds(int(seconds) * 1_000_000 + int(micros))


def _step(one: MatchedRule, step: Step, at: datetime) -> list[object]:
    """times, state, slot, and the moment at which the state ends in two parts ("-": it does not)."""
    slot = one.slot(step.per)
    until = None if step.lasts is None else ending(at, step.lasts)
    end = ("-", "-") if until is None else divmod(to_microseconds(until), 1_000_000)
    return [step.times, None if slot is None else step.next_state, slot, *map(str, end)]


def _age(age: StateAge) -> list[object]:
    """The beginning of the scenario, the least age and the excluded age (None: no bound), each in two parts."""
    below = (None, None) if age.below is None else _parts(age.below)
    return [*divmod(to_microseconds(age.began), 1_000_000), *_parts(age.at_least), *below]


def _parts(span: timedelta) -> tuple[int, int]:
    whole, rest = divmod(span, _SECOND)
    return whole, rest // _MICROSECOND


def _window(window: Window) -> list[object]:
    return [window.key, window.limit, *_parts(window.span)]


def _one_fired(candidates: Sequence[MatchedRule], parts: Sequence[Any], at: datetime) -> Fired:
    index, count, step, seconds, micros = parts
    window = candidates[index].window
    if window is None:
        return Fired(index, count, step)
    start = _moment(seconds, micros)
    return Fired(index, count, step, window.span - (at - start))
