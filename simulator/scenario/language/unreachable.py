"""Warnings about a valid scenario: rules that can never run (W302), or counts that are never reached (W303)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from simulator.core.duration import parse_duration
from simulator.scenario.language.api_tables import Tables
from simulator.scenario.language.document import Document, OccursPart, RulePart
from simulator.scenario.language.nodes import Node
from simulator.scenario.language.problem import Problem
from simulator.scenario.language.tree import actions_in, many, operations_in, rules_in
from simulator.scenario.language.validation import plain
from simulator.scenario.rules.occurrence import Firing, all_taken, firing, occurs_of

Demand = tuple[str, str]
"""One demand of a ``when``: its place and its value as text. Rules with equal demands have the same condition."""
_MANY_ALIKE = 20
"""Maximum number of rules with the same ``when`` that are checked."""
_MANY_DEMANDS = 8
"""Beyond this number of demands, only the shorter subsets are looked up; 2**8 look-ups for each rule are cheap."""


def unreachable_rules(document: Document, root: Node, tables: Tables) -> Iterator[Problem]:
    """W302 and W303."""
    greedy: dict[str, dict[frozenset[Demand], str]] = {}
    alike: dict[tuple[frozenset[str], frozenset[Demand], str], list[tuple[str, Firing]]] = {}
    for order, (part, node) in enumerate(zip(document.rules, rules_in(root), strict=True)):
        name = part.id or f"rule-{order + 1}"
        demands = _demands(node)
        operations = operations_in(node, tables)
        counted = (frozenset(operations), demands, part.occurs.per if part.occurs else "sandbox")
        before = [_covered(greedy.get(operation, {}), demands) for operation in operations]
        if before and all(before):
            yield _place(node).problem("W302", f'never runs: rule "{before[0]}" already ends all its calls')
        else:
            yield from _contradiction(node)
            yield from _taken(part, node, alike.get(counted, []))
        if not part.continue_ and not _limits(node):
            alike.setdefault(counted, []).append((name, firing(part)))
        if _ends_every_call(part, node):
            for operation in operations:
                greedy.setdefault(operation, {}).setdefault(demands, name)
        yield from _too_far(part, node)


def _demands(rule: Node) -> frozenset[Demand]:
    when = rule.get("when")
    found: set[Demand] = set()
    for name, (_, value) in (when.entries if when else {}).items():
        if name == "operation":
            continue
        if name in ("query", "headers", "json", "token", "clock") and value.kind == "mapping":
            found |= {(f"{name}.{inner}", repr(plain(one))) for inner, (_, one) in value.entries.items()}
        else:
            found.add((name, repr(sorted(str(one.value) for one in many(value)) or plain(value))))
    return frozenset(found)


def _covered(greedy: dict[frozenset[Demand], str], demands: frozenset[Demand]) -> str | None:
    """The rule whose demands are a subset of these, and which ends every call that meets them."""
    if not greedy:
        return None
    longest = len(demands) if len(demands) <= _MANY_DEMANDS else 2
    for length in range(longest + 1):
        for some in combinations(sorted(demands), length):
            if (found := greedy.get(frozenset(some))) is not None:
                return found
    return None


def _ends_every_call(part: RulePart, node: Node) -> bool:
    """Whether no later rule ever acts on a call that this one matches."""
    if part.continue_ or (part.occurs is not None and not _always(part.occurs)):
        return False
    if part.sequence is not None:
        return part.at_end != "pass"
    return not _limits(node)


def _limits(node: Node) -> bool:
    return any(act.name == "rate_limit" for act in actions_in(node.get("then")))


def _taken(part: RulePart, node: Node, before: list[tuple[str, Firing]]) -> Iterator[Problem]:
    """Rules about the very same calls count alike, so one that fires only for calls already ended is W302."""
    if len(before) <= _MANY_ALIKE and all_taken(firing(part), [theirs for _, theirs in before]):
        names = ", ".join(f'"{name}"' for name, _ in before)
        message = f"never runs: {names} already ends those calls; a rule also counts the calls that others end"
        yield (node.get("occurs") or _place(node)).problem("W302", message)


def _always(occurs: OccursPart) -> bool:
    return occurs.every == 1 or occurs.probability == 1


def _contradiction(rule: Node) -> Iterator[Problem]:
    """W302 for a token that must be both older and younger, and for a rule with no chance."""
    older, younger = rule.find("when", "token", "older_than"), rule.find("when", "token", "younger_than")
    if older is not None and younger is not None:
        low, high = parse_duration(str(older.value)), parse_duration(str(younger.value))
        if high <= low:
            yield younger.problem("W302", f"never runs: no token is {older.value} old and younger than {younger.value}")
    chance = rule.find("occurs", "probability")
    if chance is not None and chance.value == 0:
        yield chance.problem("W302", "never runs: its probability is 0")


def _too_far(part: RulePart, node: Node) -> Iterator[Problem]:
    """Steps of a sequence, or limits, beyond how often the rule fires: W303."""
    most = _most(part.occurs)
    if most is None:
        return
    sequence = node.get("sequence")
    begins = 0
    for step, place in zip(part.sequence or (), sequence.items if sequence else (), strict=True):
        if begins >= most:
            message = f"never reached: the rule fires {most} times, and this step begins with firing {begins + 1}"
            yield place.problem("W303", message)
        begins += step.times
    for act in actions_in(node.get("then")):
        limit = act.value.get("limit") if act.name == "rate_limit" else None
        if limit is not None and isinstance(limit.value, int) and limit.value >= most and part.occurs:
            yield limit.problem("W303", f"never exceeded: the rule counts {most} calls")


def _most(occurs: OccursPart | None) -> int | None:
    """How often a rule can fire at most for one counting key; None: without end."""
    if occurs is None or occurs.per != "sandbox":
        return None
    return occurs.first if occurs.first is not None else len(occurs_of(occurs).numbers) or None


def _place(rule: Node) -> Node:
    return rule.get("id") or rule
