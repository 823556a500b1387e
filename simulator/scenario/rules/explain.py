"""A dry run of a scenario: for call 1, 2, 3 … of an operation, the rules that fire, why others do not, the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from simulator.core import defaults
from simulator.core.clock import EPOCH
from simulator.core.counting import CounterState, count_and_fire
from simulator.core.duration import format_duration
from simulator.core.errors import UsageError
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call
from simulator.core.rule_counters import MatchedRule, Occurs
from simulator.core.suggestion import nearest
from simulator.scenario.rules.call_view import CallView
from simulator.scenario.rules.engine import outcome
from simulator.scenario.rules.rule import Rule
from simulator.scenario.rules.wording import outcome_in_words
from simulator.scenario.scenario import Scenario

MOST_CALLS = 1_000
"""Maximum number of calls in a dry run."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The calls of a dry run: all alike, ``every`` apart on the clock, which begins at ``begins``.

    The defaults are a typical call of a client that has logged in: with a valid token, in an Authorization header.

    presented: who calls, with which token.
    note: the operation's own (:attr:`simulator.core.model.api.Operation.note`).
    """

    presented: Credentials = field(default_factory=lambda: Credentials(state="valid", authorised=True))
    raw_query: str = ""
    headers: tuple[tuple[str, str], ...] = (("authorization", "Bearer token"),)
    body: bytes = b""
    sandbox: str = defaults.SANDBOX
    client: str = "127.0.0.1"
    begins: datetime = EPOCH
    every: timedelta = timedelta(seconds=1)
    note: Callable[[datetime], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class Explained:
    """One call of a dry run.

    number: from 1. since: since the scenario began. fired: ids of the rules. gets: what the client gets, in words.
    others: (id, why it did not fire), for every other rule of the file, in its order.
    note: the API's remark on a call at that time, or "".
    """

    operation: str
    number: int
    since: timedelta
    fired: tuple[str, ...]
    gets: str
    others: tuple[tuple[str, str], ...] = field(default=())
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """For ``--format json``."""
        return {
            "operation": self.operation,
            "call": self.number,
            "since": format_duration(self.since),
            "fired": list(self.fired),
            "gets": self.gets,
            "others": [{"rule": rule, "why": why} for rule, why in self.others],
            **({"note": self.note} if self.note else {}),
        }


def explain(scenario: Scenario, operation: str, calls: int, caller: Caller | None = None) -> Iterator[Explained]:
    """The first calls of an operation under a scenario. Its counters are separate from those of running sandboxes.

    Raises :class:`UsageError` for an operation without rules, and for a number of calls that is not 1 to 1000.
    """
    if not 1 <= calls <= MOST_CALLS:
        raise UsageError(f"{calls} calls cannot be explained.", remedy=f"Ask for 1 to {MOST_CALLS}.")
    index = scenario.indexes.get(operation)
    if index is None:
        hint = nearest(operation, scenario.indexes)
        known = ", ".join(sorted(scenario.indexes)) or "nothing"
        remedy = f'Did you mean "{hint}"?' if hint else f"Its rules are about {known}."
        raise UsageError(f'no rule of "{scenario.name}" is about "{operation}".', remedy=remedy)
    return _run(scenario, operation, index.rules, calls, caller or Caller())


def _run(
    scenario: Scenario, operation: str, rules: tuple[Rule, ...], calls: int, caller: Caller
) -> Iterator[Explained]:
    remembered = CounterState(scenario.state)
    began = at = scenario.clock.at if scenario.clock and scenario.clock.at else caller.begins
    for number in range(1, calls + 1):
        call = Call("", "", caller.raw_query, dict(caller.headers), caller.body, at, caller.sandbox, caller.client)
        view = CallView(call, caller.presented)
        state = remembered.state_at(at)
        matching = [rule for rule in rules if rule.matches(view, at - began)]
        matched = {rule.order for rule in matching}
        candidates = [rule.candidate(view, began) for rule in matching]
        fired = count_and_fire(remembered, candidates, at, scenario.seed)
        decision = outcome(matching, candidates, fired, at, scenario.seed)
        why = {rule.id: _not_matching(rule, view, at - began) for rule in rules if rule.order not in matched}
        for rule, candidate in zip(matching, candidates, strict=True):
            why[rule.id] = _not_firing(candidate, state, remembered, scenario.seed, decision.rules)
        others = tuple(
            (name, why.get(name, "it is about other operations"))
            for name in scenario.rule_ids
            if name not in decision.rules
        )
        yield Explained(
            operation, number, at - began, decision.rules, outcome_in_words(decision), others, caller.note(at)
        )
        at += caller.every + decision.advance


def _not_matching(rule: Rule, view: CallView, since: timedelta) -> str:
    failed = next(condition for condition in rule.conditions if not condition.holds(view, since))
    return f"not: {failed.label}"


def _not_firing(
    candidate: MatchedRule, state: str | None, remembered: CounterState, seed: int, fired: tuple[str, ...]
) -> str:
    """Why a rule whose conditions held did not fire, read from the counters after the step."""
    if candidate.states and state not in candidate.states:
        return f"the state is {_quoted(state)}, not {' or '.join(map(_quoted, candidate.states))}"
    count = remembered.counters.get(candidate.key, 0)
    if not candidate.occurs.fires(count, candidate.key, seed):
        return f"this is matching call {count}; it fires {_when(candidate.occurs)}"
    if candidate.step_of(count) is None:
        return "its sequence is over"
    if candidate.window is not None and remembered.windows[candidate.window.key][1] <= candidate.window.limit:
        seen = remembered.windows[candidate.window.key][1]
        return f"call {seen} of {candidate.window.limit} that its window allows"
    return f'"{fired[-1]}" ended the call before'


def _when(occurs: Occurs) -> str:
    match occurs.kind:
        case "first":
            return f"for the first {occurs.number}"
        case "nth":
            return f"for number {', '.join(map(str, occurs.numbers))}"
        case "after":
            return f"after the first {occurs.number}"
        case "chance":
            return f"with probability {occurs.probability:g}, and chance was against it"
        case _:
            return f"for every {occurs.number}th"


def _quoted(state: str | None) -> str:
    return "none" if state is None else f'"{state}"'


def in_text(lines: list[Explained]) -> str:
    """For people: a line a call, and below it the rules that did not fire."""
    written = []
    for line in lines:
        by = f" [{', '.join(line.fired)}]" if line.fired else ""
        written.append(f"{line.operation}  call {line.number}  +{format_duration(line.since)}  {line.gets}{by}")
        written += [f"    {name}: {why}" for name, why in line.others]
        written += [f"    note: {line.note}"] if line.note else []
    return "\n".join(written)
