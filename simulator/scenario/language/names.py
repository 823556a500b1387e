"""Names in a file against the tables of the APIs, of the server and of the verdicts: E107, E110, E208, E301."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from simulator.core.model.api import Api, ProfileName, profile_names
from simulator.core.model.call import WIRE_FAULTS
from simulator.core.suggestion import Suggestions
from simulator.scenario.language.api_tables import Tables
from simulator.scenario.language.nodes import Node
from simulator.scenario.language.problem import Problem, shown
from simulator.scenario.language.tree import (
    Act,
    actions_in,
    many,
    operations_in,
    refusals,
    rules_in,
    scope_in,
    thens_in,
)


@dataclass(frozen=True, slots=True)
class Names:
    """Everything a file can name.

    supported_faults: wire faults of the running server. verdicts: of the report; None: not known.
    served: the APIs of the running server; None: all of the tables'.
    """

    tables: Tables
    supported_faults: Collection[str]
    verdicts: Collection[str] | None
    served: Collection[str] | None = None
    suggestions: Suggestions = field(default_factory=Suggestions, compare=False)

    def check(self, root: Node) -> Iterator[Problem]:
        """Every unknown name, and every action that an operation does not support."""
        yield from self._profiles(root)
        yield from self._elsewhere(root)
        for rule in rules_in(root):
            yield from self._operations(many(rule.find("when", "operation")))
            yield from self._subjects(rule)
            for then in thens_in(rule):
                for act in actions_in(then):
                    yield from self._act(rule, act)
            yield from self._possible(rule)
        expect = root.get("expect")
        for item in expect.items if expect else ():
            operation = item.get("operation")
            yield from self._operations((operation,) if operation else ())
            if item.kind == "scalar" and isinstance(item.value, str) and self.verdicts is not None:
                yield from self._known(item, item.value, self.verdicts, "a verdict", "E107")

    def _profiles(self, root: Node) -> Iterator[Problem]:
        """E107 for an API that does not exist, and for a profile that the API, or every API, does not have."""
        profile = root.get("profile")
        if profile is None:
            return
        apis = self.tables.apis
        yield from self._profile(profile, tuple(apis.values()))
        for name, (_, chosen) in profile.entries.items():
            yield from self._known(profile.key(name), name, apis, "an API", "E107")
            if name in apis:
                yield from self._profile(chosen, (apis[name],))

    def _profile(self, node: Node, apis: Sequence[Api[Any]]) -> Iterator[Problem]:
        """An unknown profile name is not reported here: the document model refuses it."""
        if node.value in get_args(ProfileName):
            names = " or ".join(api.name for api in apis)
            yield from self._known(node, str(node.value), profile_names(apis), f"a profile of {names}", "E107")

    def _elsewhere(self, root: Node) -> Iterator[Problem]:
        """E107 for a file with nothing in it for the APIs that are served: it would silently do nothing."""
        spoken: dict[str, Node] = {}
        world = root.get("world")
        for name in world.entries if world else ():
            spoken.setdefault(name, root.key("world"))
        for rule in rules_in(root):
            for operation in operations_in(rule, self.tables):
                spoken.setdefault(self.tables.operations[operation][1].name, root.key("rules"))
        if self.served is None or not spoken or not spoken.keys().isdisjoint(self.served):
            return
        here = " and ".join(sorted(self.served))
        yield next(iter(spoken.values())).problem(
            "E107", f"this is all about {' and '.join(sorted(spoken))}, and the server is {here} alone"
        )

    def _operations(self, nodes: Iterable[Node]) -> Iterator[Problem]:
        for node in nodes:
            if isinstance(node.value, str) and node.value and not self.tables.matching(node.value):
                yield from self._known(node, node.value, self.tables.operations, "an operation", "E107")

    def _subjects(self, rule: Node) -> Iterator[Problem]:
        """E105 for what no API of the rule's operations takes for a person or an account."""
        apis = {self.tables.operations[name][1].name: self.tables.operations[name][1]
                for name in operations_in(rule, self.tables)}  # fmt: skip
        for node in many(rule.find("when", "subject")):
            if not isinstance(node.value, str) or not node.value or not apis:
                continue
            reasons = []
            for api in apis.values():
                try:
                    api.subject(node.value)
                except ValueError as error:
                    reasons.append(str(error))
            if len(reasons) == len(apis):
                yield node.problem("E105", f"not a valid subject: {reasons[0]}")

    def _act(self, rule: Node, act: Act) -> Iterator[Problem]:
        if act.name == "error":
            yield from self._error(rule, act.value)
        elif act.name == "rate_limit":
            error = act.value.get("error")
            yield from self._error(rule, error) if error else ()
        elif act.name == "fault":
            kinds = [act.value] if act.value.kind == "scalar" else [act.value.key(name) for name in act.value.entries]
            for kind in kinds:
                if kind.value in WIRE_FAULTS and kind.value not in self.supported_faults:
                    able = ", ".join(sorted(self.supported_faults)) or "none"
                    message = f'this server cannot inject "{kind.value}" (of the connection faults it can: {able})'
                    yield kind.problem("E301", f"{message}; run simulator serve")
        elif act.name == "connection" and not self.supported_faults:
            yield act.key.problem("E301", "this server does not own its connections; run simulator serve")
        elif act.name in ("drop", "rewrite", "rename"):
            yield from self._fields(rule, act)

    def _error(self, rule: Node, node: Node) -> Iterator[Problem]:
        if not isinstance(node.value, str) or not node.value or node.value in self.tables.errors:
            return
        apis = {self.tables.operations[name][1].name for name in operations_in(rule, self.tables)}
        whole = [f"{api}.{node.value}" for api in sorted(apis) if f"{api}.{node.value}" in self.tables.errors]
        if whole:
            yield node.problem("E110", f"{shown(node.value)} is not a named error; it begins with its API", whole[0])
        else:
            yield from self._known(node, node.value, self.tables.errors, "a named error", "E110")

    def _fields(self, rule: Node, act: Act) -> Iterator[Problem]:
        """E107 for a field that no answer has; one that only other operations have is E208."""
        scope = scope_in(rule, self.tables)
        near = {field for name in (*scope.named, *scope.others) for field in self.tables.operations[name][0].fields}
        for node in act.value.items or [act.value.key(name) for name in act.value.entries]:
            if isinstance(node.value, str) and node.value and node.value not in self.tables.fields:
                yield from self._known(node, node.value, near, "a field of the answer", "E107")

    def _possible(self, rule: Node) -> Iterator[Problem]:
        """E208: a listed operation must be able to have everything, a pattern needs one that can."""
        scope = scope_in(rule, self.tables)
        for name in scope.named:
            for node, reason in refusals(rule, name, self.tables):
                yield node.problem("E208", f"not with {name}: {reason}")
        if scope.others and not scope.named and not operations_in(rule, self.tables):
            node, reason = refusals(rule, scope.others[0], self.tables)[0]
            yield node.problem("E208", f"none of the rule's operations can have this; {scope.others[0]}: {reason}")

    def _known(self, node: Node, name: str, known: Iterable[str], what: str, code: str) -> Iterator[Problem]:
        names = sorted(known)
        if name in names:
            return
        api, dot, rest = name.partition(".")
        if dot and api in self.tables.apis:  # no names of other APIs; the own prefix does not count
            names = [one for one in names if one.startswith(f"{api}.")]
            meant = self.suggestions.nearest(rest, [one.partition(".")[2] for one in names])
            hint = None if meant is None else f"{api}.{meant}"
        else:
            hint = self.suggestions.nearest(name, names)
        listed = "" if hint else f"; known: {', '.join(names)}"
        yield node.problem(code, f"{shown(name)} is not {what}{listed}", hint)
