"""The engine: selects the rules of a scenario that fire for a call, and combines their effects."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from simulator.core.chance import uniform
from simulator.core.counting import CounterState, count_and_fire
from simulator.core.http.dates import http_date
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call, Headers
from simulator.core.model.call_steps import Steps
from simulator.core.rule_counters import CountRules, Fired, MatchedRule, RuleCounters
from simulator.scenario.rules.call_view import CallView
from simulator.scenario.rules.decision import FAITHFUL, Decision, added
from simulator.scenario.rules.previous import PreviousAnswers
from simulator.scenario.rules.rule import RateLimit, Rule, StepEffect
from simulator.scenario.scenario import Scenario

_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_LAST = datetime.max.replace(tzinfo=UTC)
"""The Retry-After date of a window that ends after the year 9999."""


class Engine:
    """One scenario active in one sandbox. It keeps only the answers that ``previous`` repeats; the rule counters keep
    all counts.

    began: the moment of the sandbox's clock at which the scenario began, for ``when: {clock: …}``.
    The counters must have been begun with ``scenario.state``.
    """

    __slots__ = ("_counters", "_indexes", "answers", "began", "scenario")

    def __init__(self, scenario: Scenario, counters: RuleCounters, *, began: datetime) -> None:
        self.scenario = scenario
        self.began = began
        self._indexes = scenario.indexes
        self._counters = counters
        self.answers = PreviousAnswers(scenario.repeatable)

    def decide(self, call: Call, operation: str, credentials: Credentials) -> Steps[Decision]:
        """The decision for this call of an operation. Counts the call and moves the named state in one atomic step:
        yields :class:`CountRules` when a rule depends on state kept between calls, else yields nothing.

        FAITHFUL (the very object) when no rule fires.
        """
        index = self._indexes.get(operation)
        if index is None:
            return FAITHFUL
        view = CallView(call, credentials)
        since = call.at - self.began
        rules = [rule for rule in index.find(view) if rule.matches(view, since)]
        if not rules:
            return FAITHFUL
        candidates = [rule.candidate(view, self.began) for rule in rules]
        if any(rule.needs_counters for rule in rules):
            fired = yield CountRules(self._counters, candidates, call.at, self.scenario.seed)
        else:
            fired = count_and_fire(CounterState(), candidates, call.at, self.scenario.seed)
        return outcome(rules, candidates, fired, call.at, self.scenario.seed)


def outcome(
    rules: list[Rule], candidates: list[MatchedRule], fired: tuple[Fired, ...], at: datetime, seed: int
) -> Decision:
    """The combined effect of the fired rules: the first answer is used, other effects add up."""
    whole = FAITHFUL
    for one in fired:
        plan = rules[one.index].effects[one.step]
        decision = plan.decision
        if plan.waits:
            decision = _waited(plan, decision, uniform(seed, candidates[one.index].key, one.count, "delay"))
        if plan.limit is not None and one.closes_in is not None:
            decision = _limited(plan.limit, decision, at, one.closes_in)
        whole = decision if whole is FAITHFUL else whole.then(decision)
    return whole


def _waited(plan: StepEffect, decision: Decision, share: float) -> Decision:
    for wait in plan.waits:
        span = wait.span(share)
        if wait.virtual:
            decision = replace(decision, advance=added(decision.advance, span))
        else:
            decision = replace(decision, delay=added(decision.delay, span))
    return decision


def _limited(limit: RateLimit, decision: Decision, at: datetime, opens: timedelta) -> Decision:
    if decision.answer is None:
        raise AssertionError(f"rate limit of {decision.rules} was compiled without an answer")
    headers = (*decision.answer.headers, *_retry_after(limit.retry_after, at, opens))
    return replace(decision, answer=replace(decision.answer, headers=headers))


def _retry_after(form: Literal["seconds", "http_date", "none"], at: datetime, opens: timedelta) -> Headers:
    """RFC 9110 §10.2.3: whole seconds, or an HTTP date; both rounded up, so that waiting as told is enough."""
    if form == "seconds":
        return (("Retry-After", str(-(-opens // _SECOND))),)
    if form == "http_date":
        try:
            moment = at + opens + (_SECOND - _MICROSECOND)
        except OverflowError:
            moment = _LAST
        return (("Retry-After", http_date(moment)),)
    return ()
