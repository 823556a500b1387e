"""Decisions in words, for ``simulator explain`` and for logs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from simulator.core.duration import format_duration
from simulator.core.model.call import Fault
from simulator.scenario.rules.decision import NO_TIME, Decision, NamedError, SetValue


def outcome_in_words(decision: Decision) -> str:
    """What the client gets, and what else happens: ``503 instead of the operation, after 1s``."""
    parts = [_answer(decision), *_on_the_way(decision), *_besides(decision)]
    return ", ".join(parts)


def _answer(decision: Decision) -> str:
    answer = decision.answer
    if decision.previous is not None:
        return f"the previous answer again{'' if decision.previous == 'sandbox' else f' (per {decision.previous})'}"
    if answer is None:
        return "the operation's answer" if decision.touches_answer else "the faithful answer"
    extra = "".join(f" with {name}: {value}" for name, value in answer.headers)
    if isinstance(answer, NamedError):
        return f"{answer.name}{extra} instead of the operation"
    return f"{answer.status}{extra} instead of the operation"


def _on_the_way(decision: Decision) -> Iterator[str]:
    terms = decision.issue_overrides
    if terms is not None:
        if terms.lifetime is not None:
            yield f"its token living {format_duration(terms.lifetime)}"
        if terms.refresh_lifetime is not None:
            yield f"its refresh token living {format_duration(terms.refresh_lifetime)}"
        if terms.skew:
            yield f"issued by a clock off by {format_duration(terms.skew)}"
        if terms.tamper is not None:
            yield f"its {terms.tamper} spoilt"
    yield from _on_the_body(decision)
    if decision.header_edits is not None:
        yield from (f"with {name}: {value}" for name, value in decision.header_edits.add)
        if decision.header_edits.remove:
            yield f"without the headers {', '.join(sorted(decision.header_edits.remove))}"
    if decision.delay != NO_TIME:
        yield f"after {format_duration(decision.delay)}"
    if decision.dribble is not None:
        yield f"in {decision.dribble.chunks} pieces over {format_duration(decision.dribble.over)}"
    if decision.fault is not None:
        yield _fault(decision.fault)
    yield from _on_the_connection(decision)


def _on_the_connection(decision: Decision) -> Iterator[str]:
    if decision.hold is not None:
        when = "before the operation runs" if decision.hold.before else "with its answer made"
        yield f'held at "{decision.hold.name}" {when}'
    if decision.close:
        yield "then the connection is closed"
    if decision.idle is not None:
        yield f"then the connection is closed when idle for {format_duration(decision.idle)}"


def _on_the_body(decision: Decision) -> Iterator[str]:
    if decision.drop:
        yield f"without {', '.join(decision.drop)}"
    for name, how in decision.rewrite.items():
        yield f"{name} set to {json.dumps(how.value)}" if isinstance(how, SetValue) else f"{name} as {how}"
    for name, new in decision.rename.items():
        yield f"{name} renamed {new}"
    if decision.add:
        yield f"with the new fields {', '.join(decision.add)}"
    if decision.body_fault is not None:
        yield "not JSON" if decision.body_fault.kind == "not_json" else f"called {decision.body_fault.value}"


def _fault(fault: Fault) -> str:
    if fault.kind == "truncate":
        return f"broken off after {fault.share:.0%} of its body"
    if fault.kind == "hang" and fault.hold is not None:
        return f"hanging for {format_duration(fault.hold)}"
    return f"broken by {fault.kind}"


def _besides(decision: Decision) -> Iterator[str]:
    if decision.optout:
        yield "and the person has opted out"
    if decision.revoke is not None:
        yield "and every token is revoked" if decision.revoke == "all" else f"and the {decision.revoke} is revoked"
    if decision.advance != NO_TIME:
        yield f"and the clock moves by {format_duration(decision.advance)}"
    for _, text in decision.logs:
        yield f'and the log says "{text}"'
