"""Compiles a valid document to a :class:`~simulator.scenario.scenario.Scenario`."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, Literal

from simulator.core.model.api import Api, IssueOverrides, ProfileName, profiles_called
from simulator.core.model.call import Dribble, Fault, Hold
from simulator.core.rule_counters import Per, Step
from simulator.scenario.language.actions import (
    Action,
    DelayPart,
    FaultPart,
    Hang,
    HeadersAction,
    HoldPart,
    IdleConnection,
    NotJson,
    PreviousAnswer,
    RateLimitPart,
    Respond,
    SetField,
    Truncate,
    WrongType,
)
from simulator.scenario.language.api_tables import Tables
from simulator.scenario.language.document import Document, RulePart, When
from simulator.scenario.language.nodes import Node
from simulator.scenario.language.tree import operations_in, rules_in
from simulator.scenario.rules.conditions import conditions, one_or_many
from simulator.scenario.rules.decision import (
    LONGEST,
    NO_TIME,
    BodyFault,
    Canned,
    Decision,
    HeaderEdits,
    NamedError,
    SetValue,
    added,
)
from simulator.scenario.rules.occurrence import occurs_of
from simulator.scenario.rules.rule import DelaySpec, RateLimit, Rule, StepEffect, index_rules
from simulator.scenario.scenario import ClockSetting, Expectation, Scenario

_PREVIOUS: Final[Mapping[bool | None, Per | None]] = {None: None, True: "sandbox"}
_ANY_CALL: Final = When.model_validate({})


def compile_document(document: Document, root: Node, tables: Tables, world: Mapping[str, Any], source: str) -> Scenario:
    """The scenario of a document and its tree, both without errors. ``world`` is already read."""
    drawn = document.seed == "random"
    rules: dict[str, list[Rule]] = defaultdict(list)
    ids = []
    keepers = _keepers(document)
    for order, (part, node) in enumerate(zip(document.rules, rules_in(root), strict=True)):
        rule_id = part.id or f"rule-{order + 1}"
        ids.append(rule_id)
        looks = _looks(one_or_many(part.when.state) if part.when else (), keepers)
        for operation, rule in _by_operation(part, order, rule_id, operations_in(node, tables), tables):
            rules[operation].append(rule if looks == rule.looks else replace(rule, looks=looks))
    return Scenario(
        name=document.name,
        about=document.about or "",
        tags=tuple(document.tags or ()),
        profiles=_profiles(document.profile, tables),
        seed=secrets.randbits(32) if document.seed == "random" else document.seed,
        drawn=drawn,
        clock=None
        if document.clock is None
        else ClockSetting(document.clock.at, document.clock.frozen, document.clock.rate),
        world=world,
        state=document.state,
        rule_ids=tuple(ids),
        indexes={operation: index_rules(found) for operation, found in rules.items()},
        repeatable={operation: pers for operation, found in rules.items() if (pers := _repeated(found))},
        expect=tuple(_expectation(item) for item in document.expect or ()),
        source=source,
    )


def _repeated(rules: Iterable[Rule]) -> tuple[Per, ...]:
    """The scopes (sandbox, subject, …) in which these rules repeat previous answers."""
    pers = {effect.decision.previous for rule in rules for effect in rule.effects}
    return tuple(sorted(per for per in pers if per is not None))


def _profiles(profile: ProfileName | dict[str, ProfileName] | None, tables: Tables) -> dict[str, ProfileName]:
    if profile is None:
        return {}
    return dict(profile) if isinstance(profile, dict) else profiles_called(profile, tables.apis.values())


def _expectation(item: Any) -> Expectation:
    if isinstance(item, str):
        return Expectation(verdict=item)
    if item.count is not None:
        return Expectation(operation=item.operation, at_least=item.count, at_most=item.count)
    return Expectation(operation=item.operation, at_least=item.at_least, at_most=item.at_most)


def _by_operation(
    part: RulePart, order: int, rule_id: str, operations: Iterable[str], tables: Tables
) -> Iterable[tuple[str, Rule]]:
    """One compiled rule for each API: people and default errors differ between them."""
    made: dict[str, Rule] = {}
    for operation in operations:
        api = tables.operations[operation][1]
        if api.name not in made:
            made[api.name] = _rule(part, order, rule_id, api, tables)
        yield operation, made[api.name]


def _rule(part: RulePart, order: int, rule_id: str, api: Api[Any], tables: Tables) -> Rule:
    when = part.when or _ANY_CALL
    asked, key = conditions(when, api)
    occurs = occurs_of(part.occurs)
    thens = _thens(part)
    actions = [(times, one_or_many(then)) for times, then in thens]
    plans = tuple(_plan(rule_id, acts, api, tables) for _, acts in actions)
    states = one_or_many(when.state)
    steps = tuple(_step(times, acts) for times, acts in actions)
    counts = occurs.kind != "always" or part.then is None or any(plan.waits for plan in plans)
    remembers = any(step.next_state is not None for step in steps) or any(plan.limit is not None for plan in plans)
    return Rule(
        order=order,
        id=rule_id,
        conditions=asked,
        key=key,
        states=states,
        occurs=occurs,
        per=part.occurs.per if part.occurs else "sandbox",
        steps=steps,
        at_end="choose" if part.choose else "repeat" if part.sequence is None else part.at_end,
        stops=not part.continue_,
        effects=plans,
        counts=counts,
        needs_counters=counts or bool(states) or remembers or when.state_age is not None,
        age=None if when.state_age is None else (when.state_age.from_ or NO_TIME, when.state_age.to),
    )


def _thens(part: RulePart) -> list[tuple[int, Any]]:
    """What the rule does, each with how often in a row, or with its weight."""
    if part.sequence is not None:
        return [(step.times, step.then) for step in part.sequence]
    if part.choose is not None:
        return [(choice.weight, choice.then) for choice in part.choose]
    return [(1, part.then)]


def _step(times: int, actions: Iterable[Action]) -> Step:
    entered = [action.set_state for action in actions if action.set_state is not None]
    if not entered:
        return Step(times)
    last = entered[-1]
    return Step(times, last) if isinstance(last, str) else Step(times, last.to, last.for_, last.per)


def _keepers(document: Document) -> dict[str, tuple[Per, ...]]:
    """For each state name: the scopes of every ``set_state`` with it. The opening state is the sandbox's."""
    found: dict[str, set[Per]] = defaultdict(set)
    if document.state is not None:
        found[document.state].add("sandbox")
    for part in document.rules:
        for times, then in _thens(part):
            step = _step(times, one_or_many(then))
            if step.next_state is not None:
                found[step.next_state].add(step.per)
    return {name: tuple(sorted(pers)) for name, pers in found.items()}


def _looks(states: Iterable[str], keepers: Mapping[str, tuple[Per, ...]]) -> tuple[Per, ...]:
    """The scopes whose states a rule compares with the wanted names."""
    return tuple(sorted({per for name in states for per in keepers.get(name, ())})) or ("sandbox",)


def _plan(rule_id: str, actions: Iterable[Action], api: Api[Any], tables: Tables) -> StepEffect:
    decision = Decision()
    waits: list[DelaySpec] = []
    limit = None
    for action in actions:
        decision = decision.then(_decision(rule_id, action, api, tables))
        if isinstance(action.delay, DelayPart) and action.delay.fixed is None:
            waits.append(_wait(action.delay))
        if action.rate_limit is not None:
            asked = action.rate_limit
            limit = RateLimit(asked.limit, asked.window, asked.by, asked.retry_after)
    touches = decision.touches_answer or any(not wait.virtual for wait in waits)
    whole = Decision(rules=(rule_id,), marks=(rule_id,) if touches else ()).then(decision)
    return StepEffect(whole, tuple(waits), limit)


def _decision(rule_id: str, action: Action, api: Api[Any], tables: Tables) -> Decision:
    delay, advance = _fixed(action)
    fault, body_fault = _fault(action)
    rewritten = action.rewrite or {}
    return Decision(
        answer=_answer(action, api, tables),
        issue_overrides=_terms(action),
        drop=tuple(action.drop or ()),
        rewrite={name: SetValue(how.set) if isinstance(how, SetField) else how for name, how in rewritten.items()},
        rename=action.rename or {},
        add=action.add or {},
        header_edits=_header_edits(action.headers),
        body_fault=body_fault,
        delay=delay,
        dribble=Dribble(action.dribble.over, action.dribble.chunks) if action.dribble else None,
        fault=fault,
        close=action.connection == "close",
        idle=action.connection.idle if isinstance(action.connection, IdleConnection) else None,
        previous=action.previous.per if isinstance(action.previous, PreviousAnswer) else _PREVIOUS[action.previous],
        hold=_hold(action.hold),
        optout=bool(action.optout),
        revoke=action.revoke,
        advance=added(advance, action.advance or timedelta(0)),
        logs=((rule_id, action.log),) if action.log is not None else (),
    )


def _answer(action: Action, api: Api[Any], tables: Tables) -> NamedError | Canned | None:
    if action.error is not None:
        return NamedError(action.error)
    if action.respond is not None:
        return _canned(action.respond)
    return None if action.rate_limit is None else _refusal(action.rate_limit, api, tables)


def _refusal(limit: RateLimitPart, api: Api[Any], tables: Tables) -> NamedError | Canned:
    """The requested named error, else the API's own rate limit error, else a bare 429."""
    name = limit.error or tables.too_many_requests(api.name)
    return NamedError(name) if name else Canned(429, json={"message": "Too Many Requests"}, is_json=True)


def _canned(respond: Respond) -> Canned:
    headers = tuple((name, value) for name, values in (respond.headers or {}).items() for value in values)
    if "json_" in respond.model_fields_set:
        return Canned(respond.status, headers, json=respond.json_, is_json=True)
    return Canned(respond.status, headers, text=respond.body)


def _hold(hold: HoldPart | str | None) -> Hold | None:
    if isinstance(hold, HoldPart):
        return Hold(hold.name, hold.before, hold.limit)
    return None if hold is None else Hold(hold)


def _header_edits(headers: HeadersAction | None) -> HeaderEdits | None:
    if headers is None:
        return None
    add = tuple((name, value) for name, values in (headers.add or {}).items() for value in values)
    return HeaderEdits(add, frozenset(name.lower() for name in headers.remove or ()))


def _fixed(action: Action) -> tuple[timedelta, timedelta]:
    """The delays that need no draw: in real time, and by moving the clock."""
    none = timedelta(0)
    if isinstance(action.delay, DelayPart):
        span = action.delay.fixed or none
        return (none, span) if action.delay.clock == "virtual" else (span, none)
    return action.delay or none, none


def _wait(delay: DelayPart) -> DelaySpec:
    virtual = delay.clock == "virtual"
    if delay.uniform is not None:
        low, high = delay.uniform
        return DelaySpec("uniform", low=low, high=high, virtual=virtual)
    if delay.lognormal is not None:
        curve = delay.lognormal
        return DelaySpec(
            "lognormal", median=curve.median, high=curve.max or LONGEST, sigma=curve.sigma, virtual=virtual
        )
    raise AssertionError("a delay that is drawn is uniform or lognormal")


def _fault(action: Action) -> tuple[Fault | None, BodyFault | None]:
    part = action.fault
    if part is None:
        return None, None
    if isinstance(part, str):
        part = FaultPart.model_validate({part: {}})
    (kind,) = part.model_fields_set
    match getattr(part, kind):
        case NotJson(body=text):
            return None, BodyFault("not_json", text)
        case WrongType(content_type=text):
            return None, BodyFault("wrong_type", text)
        case Truncate(at=share):
            return Fault(kind, share=share), None
        case Hang(for_=span):
            return Fault(kind, hold=span), None
        case _:
            return Fault(kind), None


def _terms(action: Action) -> IssueOverrides | None:
    token = action.token
    if token is None:
        return None
    tamper: Literal["signature"] | None = token.tamper
    return IssueOverrides(token.lifetime, token.refresh_lifetime, token.skew or timedelta(0), tamper)
