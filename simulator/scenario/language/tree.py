"""Reads actions, operations and states from the raw tree of a rule, even when the rule has other errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.scenario.language.api_tables import Tables
from simulator.scenario.language.nodes import Node
from simulator.scenario.language.pace import yielding
from simulator.scenario.language.validation import plain


@dataclass(frozen=True, slots=True)
class Act:
    """One action in the file: its name, the node of its key, and its value."""

    name: str
    key: Node
    value: Node


@dataclass(frozen=True, slots=True)
class RuleScope:
    """The operations of a rule. named: those it lists; others: those that a pattern (or a missing ``when``) selects."""

    named: tuple[str, ...]
    others: tuple[str, ...]


def rules_in(root: Node) -> Iterator[Node]:
    """The nodes of all rules, at a pace that lets other threads work too."""
    rules = root.get("rules")
    return yielding(rules.items if rules else ())


def many(node: Node | None) -> tuple[Node, ...]:
    """The scalars of a node that is one or a list of them."""
    if node is None:
        return ()
    return tuple(one for one in (node.items if node.kind == "sequence" else (node,)) if one.kind == "scalar")


def actions_in(then: Node | None) -> list[Act]:
    """The actions of a ``then``, in order."""
    if then is None:
        return []
    blocks = then.items if then.kind == "sequence" else (then,)
    return [Act(name, key, value) for block in blocks for name, (key, value) in block.entries.items()]


def thens_in(rule: Node) -> Iterator[Node]:
    """Every ``then`` of a rule: its own, and those of the steps of its ``sequence`` or ``choose``."""
    own = rule.get("then")
    if own is not None:
        yield own
    for several in (rule.get("sequence"), rule.get("choose")):
        for step in several.items if several else ():
            then = step.get("then")
            if then is not None:
                yield then


def whens_in(rule: Node) -> Iterator[Node]:
    """The ``when`` of a rule, and every mapping of conditions inside it (any, all, not)."""
    left = [rule.get("when")]
    while left:
        when = left.pop()
        if when is None:
            continue
        yield when
        left.append(when.get("not"))
        for name in ("all", "any"):
            several = when.get(name)
            left.extend(several.items if several else ())


def scope_in(rule: Node, tables: Tables) -> RuleScope:
    """The operations that a rule selects, including those that do not support its actions."""
    asked = rule.find("when", "operation")
    if asked is None:
        return RuleScope((), tuple(tables.operations))
    named: list[str] = []
    others: list[str] = []
    for node in many(asked):
        pattern = str(node.value)
        (named if pattern in tables.operations else others).extend(tables.matching(pattern))
    return RuleScope(tuple(dict.fromkeys(named)), tuple(name for name in dict.fromkeys(others) if name not in named))


def refusals(rule: Node, operation: str, tables: Tables) -> list[tuple[Node, str]]:
    """The parts of this rule that an operation does not support, each with its place and the reason."""
    found = []
    if tables.operations[operation][0].accepts is None:
        found += [(when.key("token"), "it takes no token") for when in whens_in(rule) if when.get("token") is not None]
    for then in thens_in(rule):
        for act in actions_in(then):
            reason = tables.refusal(operation, act.name, plain(act.value))
            if reason is not None:
                found.append((act.key, reason))
    return found


def operations_in(rule: Node, tables: Tables) -> list[str]:
    """The operations that a rule is compiled for: those it names, and those of a pattern that can have all of it."""
    scope = scope_in(rule, tables)
    return [*scope.named, *(name for name in scope.others if not refusals(rule, name, tables))]
