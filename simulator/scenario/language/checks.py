"""Checks across the places of a file. They read the raw tree, so that one mistake does not hide another."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from simulator.core.duration import parse_duration
from simulator.core.suggestion import Suggestions
from simulator.scenario.language.nodes import Node
from simulator.scenario.language.pace import yielding
from simulator.scenario.language.problem import Problem, shown
from simulator.scenario.language.scalars import read_elsewhere
from simulator.scenario.language.tree import actions_in, many, rules_in, thens_in, whens_in

ENDING: Final = ("error", "respond", "rate_limit", "fault", "previous")
"""Actions that end a call; a ``then`` has at most one."""
_PRODUCED: Final = ("token", "drop", "rewrite", "rename", "add")
"""Actions on the answer of the operation. They are invalid with an answer given instead."""
_INSTEAD: Final = ("error", "respond", "rate_limit", "previous")
_OCCURS: Final = ("first", "nth", "after", "every", "probability")
_DELAYS: Final = ("fixed", "uniform", "lognormal")
_BODILESS: Final = (204, 304)
_BREAKABLE: Final = 'is the server\'s own; a "fault" can break the framing'
_NEVER_SENT: Final = {
    "content-length": _BREAKABLE,
    "transfer-encoding": _BREAKABLE,
    "connection": _BREAKABLE,
    "keep-alive": "is the server's own",
    "server": "is on no answer of this server, and would be left out",
    "x-simulator-rule": "tells which rule answered, and is put there for every rule",
}
"""Headers that a file cannot write, in lower case, and why: what is left out would be taken for what is sent."""
_TOKEN: Final = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")

Check = Callable[[Node], Iterator[Problem]]


def values(root: Node) -> Iterator[Problem]:
    """W301, and values that JSON cannot express."""
    moment = root.find("clock", "at")
    for node in yielding(root.walk()):
        if node.kind != "scalar":
            continue
        other = read_elsewhere(node.text) if node.text else None
        if other is not None and node is not moment:
            ours = "text" if isinstance(node.value, str) else "a number"
            yield node.problem("W301", f"{node.text} is {ours} here and {other} in other YAML tools; quote it")
        if isinstance(node.value, float) and not math.isfinite(node.value):
            yield node.problem("E105", f"{node.text or node.value} is not a number that JSON can hold")
        if isinstance(node.value, str) and not node.value.isascii() and _broken(node.value):
            yield node.problem("E105", "half of a surrogate pair, which is not a character")


def _broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def rule_ids(root: Node) -> Iterator[Problem]:
    """E207."""
    seen: dict[str, int] = {}
    for number, rule in enumerate(rules_in(root), 1):
        node = rule.get("id")
        if node is None or not isinstance(node.value, str):
            continue
        if node.value in seen:
            yield node.problem("E207", f'rule {seen[node.value]} has the id "{node.value}" already')
        seen.setdefault(node.value, number)


def entered_states(root: Node) -> Iterator[Problem]:
    """E204."""
    entered = {(act.value.get("to") or act.value).value for rule in rules_in(root) for then in thens_in(rule)
               for act in actions_in(then) if act.name == "set_state"}  # fmt: skip
    opening = root.get("state")
    if opening is not None:
        entered.add(opening.value)
    known = sorted(str(state) for state in entered)
    suggestions = Suggestions()
    for rule in rules_in(root):
        for node in many(rule.find("when", "state")):
            if node.value not in entered and isinstance(node.value, str):
                hint = suggestions.nearest(node.value, known)
                yield node.problem("E204", f"nothing enters the state {shown(node.value)}", hint)


def endings(root: Node) -> Iterator[Problem]:
    """E203, and E111 for actions on an answer that is never produced."""
    for rule in rules_in(root):
        for then in thens_in(rule):
            acts = actions_in(then)
            ending = [act for act in acts if act.name in ENDING]
            for second in ending[1:]:
                message = f'"{second.name}" after "{ending[0].name}"; a call can end once, so use two rules'
                yield second.key.problem("E203", message)
            if not ending or ending[0].name not in _INSTEAD:
                continue
            for act in acts:
                if act.name in _PRODUCED:
                    message = (
                        f'"{act.name}" acts on the operation\'s answer, and "{ending[0].name}" stands instead of it'
                    )
                    yield act.key.problem("E111", message)


def exclusions(root: Node) -> Iterator[Problem]:
    """E111 and E109 inside rules: of several keys exactly one, or at most one."""
    for rule in rules_in(root):
        if rule.kind == "mapping":
            yield from _one_of(rule, ("then", "sequence", "choose"), "a rule needs")
            if rule.get("at_end") is not None and rule.get("sequence") is None:
                yield rule.key("at_end").problem("E109", '"at_end" needs a "sequence" beside it')
        occurs = rule.get("occurs")
        if occurs is not None and occurs.kind == "mapping":
            yield from _one_of(occurs, _OCCURS, '"occurs" needs')
            if rule.get("sequence") is not None and occurs.get("probability") is not None:
                message = (
                    'a "sequence" counts its firings, and "probability" leaves them to chance; write steps instead'
                )
                yield occurs.key("probability").problem("E111", message)
        for then in thens_in(rule):
            in_sequence = rule.get("then") is None
            if not actions_in(then) and then.kind == "mapping":
                yield then.problem("E109", "no action; a rule needs one, such as {fault: reset}")
            for act in actions_in(then):
                yield from _inside(act.name, act.key, act.value, in_sequence=in_sequence)


def matchers(root: Node) -> Iterator[Problem]:
    """E109 for a matcher that asks nothing, E111 for one that cannot be met."""
    for rule in rules_in(root):
        found = []
        for when in whens_in(rule):
            found.append(when.get("raw_query"))
            for name in ("query", "headers", "json"):
                group = when.get(name)
                found += [value for _, value in group.entries.values()] if group else []
        for matcher in found:
            if matcher is None or matcher.kind != "mapping":
                continue
            if not matcher.entries:
                yield matcher.problem("E109", "needs contains, regex or exists")
            exists = matcher.get("exists")
            for name in matcher.entries:
                if name != "exists" and exists is not None and exists.value is False:
                    yield matcher.key(name).problem("E111", f'"{name}" of what is not there ("exists: false")')


def _inside(name: str, key: Node, value: Node, *, in_sequence: bool) -> Iterator[Problem]:
    if name == "delay" and value.kind == "mapping":
        yield from _one_of(value, _DELAYS, '"delay" needs')
        yield from _ascending(value.get("uniform"))
    elif name == "fault" and value.kind == "mapping":
        yield from _exactly_one(value)
    elif name == "respond":
        yield from _respond(value)
    elif name == "token" and value.kind == "mapping" and not value.entries:
        yield value.problem("E109", '"token" needs at least one of lifetime, refresh_lifetime, skew, tamper')
    elif name == "headers":
        if value.kind == "mapping" and not value.entries:
            yield value.problem("E109", '"headers" needs add or remove')
        yield from _header_names(value.get("add"))
        yield from _header_names(value.get("remove"))
    elif name == "rate_limit":
        if in_sequence:
            yield key.problem(
                "E111", 'a rate limit has its own count; it cannot be a step of a "sequence" or of "choose"'
            )
        window = value.get("window")
        if window is not None and _span(window) == timedelta(0):
            yield window.problem("E105", "no call fits into a window without length")


def _ascending(pair: Node | None) -> Iterator[Problem]:
    if pair is None or len(pair.items) != 2:
        return
    low, high = (_span(item) for item in pair.items)
    if low is not None and high is not None and low > high:
        yield pair.items[1].problem("E105", "ends before it begins")


def _exactly_one(fault: Node) -> Iterator[Problem]:
    names = list(fault.entries)
    if not names:
        yield fault.problem("E109", "no fault is named")
    for name in names[1:]:
        yield fault.key(name).problem("E111", f'"{name}" beside "{names[0]}"; an answer can break in one way')


def _respond(value: Node) -> Iterator[Problem]:
    json, body, status = value.get("json"), value.get("body"), value.get("status")
    if json is not None and body is not None:
        yield value.key("body").problem("E111", '"body" beside "json"; an answer has one body')
    if status is not None and status.value in _BODILESS and (json is not None or body is not None):
        name = "json" if json is not None else "body"
        yield value.key(name).problem("E111", f"an answer of status {status.value} has no body")
    yield from _header_names(value.get("headers"))


def _header_names(headers: Node | None) -> Iterator[Problem]:
    """Names in a mapping's keys, or in a list."""
    if headers is None:
        return
    for node in [headers.key(name) for name in headers.entries] or headers.items:
        name = str(node.value)
        if name.lower() in _NEVER_SENT:
            yield node.problem("E105", f"{shown(name)} {_NEVER_SENT[name.lower()]}")
        elif not name or not _TOKEN.issuperset(name.lower()):
            yield node.problem("E105", f"{shown(name)} is not a name of a header")


def _one_of(node: Node, names: tuple[str, ...], who: str) -> Iterator[Problem]:
    here = [name for name in node.entries if name in names]
    if not here:
        yield node.problem("E109", f"{who} one of {', '.join(names)}")
    for name in here[1:]:
        yield node.key(name).problem("E111", f'"{name}" beside "{here[0]}"; they exclude each other')


def ranges(root: Node) -> Iterator[Problem]:
    """E105 for empty time ranges, E109 and E111 for expectations without a bound, or with count beside another."""
    for rule in rules_in(root):
        for when in whens_in(rule):
            for name in ("clock", "state_age"):
                clock = when.get(name)
                if clock is not None:
                    yield from _empty(clock.get("from"), clock.get("to"))
            yield from _wall_clock(when.get("wall_clock"))
    expect = root.get("expect")
    for item in expect.items if expect else ():
        if item.kind != "mapping":
            continue
        bounds = [name for name in item.entries if name in ("count", "at_least", "at_most")]
        if not bounds:
            yield item.problem("E109", "needs count, at_least or at_most")
        if "count" in bounds:
            for name in bounds:
                if name != "count":
                    yield item.key(name).problem("E111", f'"{name}" beside "count"; they exclude each other')


def _wall_clock(value: Node | None) -> Iterator[Problem]:
    """E109 for a range that always holds, E105 for one that never holds."""
    if value is None or value.kind != "mapping":
        return
    start, end = value.get("from"), value.get("to")
    if start is None and end is None and value.get("days") is None:
        yield value.problem("E109", '"wall_clock" needs from, to or days')
    if end is not None and end.value == (start.value if start is not None else "00:00") and end.value != "00:00":
        yield end.problem("E105", f"{shown(str(end.value))} is where it begins; no moment lies between")


def _empty(start: Node | None, end: Node | None) -> Iterator[Problem]:
    low, high = _span(start), _span(end)
    if end is not None and high is not None and high <= (low or timedelta(0)):
        yield end.problem("E105", f'"{end.value}" is not after the beginning; no moment lies between')


def _span(node: Node | None) -> timedelta | None:
    """The duration of a node, None when it is not a duration (the document model reports that)."""
    if node is None or not isinstance(node.value, str):
        return None
    try:
        return parse_duration(node.value)
    except ValueError:
        return None


CHECKS: Final[tuple[Check, ...]] = (values, rule_ids, entered_states, endings, exclusions, matchers, ranges)
"""The checks that need only the file."""
