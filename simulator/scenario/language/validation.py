"""Validates a tree against the document model, and converts pydantic's errors to problems with places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simulator.core.suggestion import Suggestions
from simulator.scenario.language.document import Document, DocumentHead, RulePart
from simulator.scenario.language.nodes import Node
from simulator.scenario.language.pace import yielding
from simulator.scenario.language.problem import Problem, shown, tidy
from simulator.scenario.language.remedies import OTHER_NAMES, form_of, home_of

_RANGES: Final = {
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "needs {min_length} or more items, not {actual_length}",
    "too_long": "can have {max_length} items, not {actual_length}",
    "finite_number": "must be a finite number",
}
_WANTED: Final = {
    "int_type": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "string_type": "a string",
}

M = TypeVar("M", bound=BaseModel)


def document(root: Node, suggestions: Suggestions) -> tuple[Document | None, list[Problem]]:
    """The model of a tree, or None and the problems of its shape.

    Rules are judged one at a time, so that a long file never keeps other threads waiting for long.
    """
    if root.kind != "mapping":
        return None, [root.problem("E101", f"expected a mapping, got a {root.kind}; a scenario begins with version: 1")]
    judge = _Judge(root, suggestions)
    rules = root.get("rules")
    head = judge.model(DocumentHead, root, without="rules")
    parts = [judge.model(RulePart, node) for node in yielding(rules.items if rules else ())]
    if rules is not None and rules.kind == "scalar" and rules.value is None:
        judge.problems.append(root.key("rules").problem("E104", '"rules" has no value'))
    elif rules is not None and rules.kind != "sequence":
        judge.problems.append(rules.problem("E101", f"expected a list, got a {rules.kind}{form_of('rules', 0)}"))
    good = [part for part in parts if part is not None]
    if head is None or judge.problems:
        return None, judge.problems
    return Document.model_construct(head.model_fields_set | {"rules"}, **{**dict(head), "rules": good}), []


def model_of(kind: type[M], root: Node) -> tuple[M | None, list[Problem]]:
    """The model of a tree that is not a scenario, or None and every problem of it. Messages repeat no value."""
    judge = _Judge(root, Suggestions(), also=(), expected=_expected)
    made = judge.model(kind, root)
    return made, tidy(judge.problems)


def plain(node: Node, seen: dict[int, Node] | None = None) -> Any:
    """The Python value of a tree, as JSON has it. ``seen`` notes the node of each mapping, by the mapping's id."""
    if node.kind == "scalar":
        return node.value
    if node.kind == "sequence":
        return [plain(item, seen) for item in node.items]
    made = {name: plain(value, seen) for name, (_, value) in node.entries.items()}
    if seen is not None:
        seen[id(made)] = node
    return made


def _allowed(names: Sequence[str]) -> str:
    return f"; allowed here: {', '.join(names)}" if names else "; nothing is allowed here"


def _with_value(node: Node, wanted: str) -> str:
    """What a scenario's author reads: the value as well."""
    return f"expected {wanted}, got {_said(node)}"


class _Judge:
    """Collects findings; the context of the validation (:class:`~simulator.scenario.language.document.Keys`)."""

    def __init__(
        self,
        root: Node,
        suggestions: Suggestions,
        also: Sequence[str] = ("rules",),
        expected: Callable[[Node, str], str] = _with_value,
    ) -> None:
        self._root = root
        self._expected = expected
        self._also = also
        self._suggestions = suggestions
        self.problems: list[Problem] = []
        self._nodes: dict[int, Node] = {}

    def refuse(self, data: dict[str, object], bad: list[str], known: Iterable[str]) -> None:
        node = self._nodes[id(data)]
        names = sorted({*known, *self._also} if node is self._root else known)
        for name in bad:
            key = node.key(name)
            if name in names:
                self.problems.append(key.problem("E104", f'"{name}" has no value'))
                continue
            home = home_of(name, frozenset(names)) if self._expected is _with_value else None
            hint = None if home else self._suggestions.nearest(name, names)
            more = f"; {home}" if home else "" if hint else _allowed(names)
            self.problems.append(key.problem("E102", f"unknown key {shown(name)}{more}", hint))

    def model(self, kind: type[M], node: Node, without: str = "") -> M | None:
        self._nodes.clear()
        data = plain(node, self._nodes) if not without else self._partly(node, without)
        before = len(self.problems)
        try:
            made = kind.model_validate(data, context=self)
        except ValidationError as error:
            self.problems.extend(
                _findings(node, error.errors(include_url=False, include_input=False), self._suggestions, self._expected)
            )
            return None
        return made if len(self.problems) == before else None

    def _partly(self, node: Node, without: str) -> dict[str, Any]:
        data = {name: plain(value, self._nodes) for name, (_, value) in node.entries.items() if name != without}
        self._nodes[id(data)] = node
        return data


def _findings(
    root: Node, errors: Sequence[ErrorDetails], suggestions: Suggestions, expected: Callable[[Node, str], str]
) -> Iterator[Problem]:
    missing: dict[tuple[int | str, ...], list[str]] = {}
    for error in errors:
        steps = error["loc"]
        context = error.get("ctx", {})
        node = root.at(steps)
        kind = error["type"]
        if kind == "missing":
            missing.setdefault(steps[:-1], []).append(str(steps[-1]))
        elif kind == "scenario" and context["code"] != "type":
            yield node.problem(context["code"], context["message"])
        elif kind == "literal_error":
            yield _literal(node, re.findall("'([^']*)'", context["expected"]), suggestions, expected)
        elif kind == "unknown_name":
            yield _literal(node, context["known"], suggestions, expected)
        elif kind in _RANGES:
            yield node.problem("E105", f"{_said(node)} {_RANGES[kind].format(**context)}")
        elif kind == "scenario":
            form = form_of(_key(steps), node.value)
            message = context["message"].removesuffix("; quote it") if form else context["message"]
            yield node.problem("E104" if node.kind == "scalar" else "E101", message + form)
        elif kind == "bad_name":
            yield _bad_name(node, context["what"], context["form"])
        else:
            wanted = _WANTED.get(kind, error["msg"])
            code = "E104" if node.kind == "scalar" and wanted not in {"a mapping", "a list"} else "E101"
            form = form_of(_key(steps), node.value) if expected is _with_value else ""
            yield node.problem(code, expected(node, wanted) + form)
    for steps, names in missing.items():
        if expected is not _with_value:
            yield from (root.at(steps).problem("E109", f'"{name}" is missing') for name in names)
            continue
        listed = " and ".join(f'"{name}"' for name in names)
        verb = "is" if len(names) == 1 else "are"
        example = "; begin with version: 1 and name: my-scenario" if "version" in names else ""
        yield root.at(steps).problem("E109", f"{listed} {verb} missing{example}")


def _bad_name(node: Node, what: str, form: str) -> Problem:
    better = re.sub(r"[^a-z0-9._-]+", "-", str(node.value).lower()).strip("-._") if what == "a name" else ""
    more = f'; write "{better}"' if better else ""
    return node.problem("E113", f"{shown(str(node.value))} cannot be {what}: allowed is {form}{more}")


def _key(steps: Sequence[int | str]) -> str:
    """The key that a finding is about: the last step that is not a tag of a union or a place in a list."""
    return next((step for step in reversed(steps) if isinstance(step, str) and not step.startswith("<")), "")


def _literal(
    node: Node, known: Sequence[str], suggestions: Suggestions, expected: Callable[[Node, str], str]
) -> Problem:
    if node.kind != "scalar" or not isinstance(node.value, str):
        code = "E104" if node.kind == "scalar" else "E101"
        return node.problem(code, expected(node, f"one of {', '.join(known)}"))
    other = OTHER_NAMES.get(node.value)
    hint = other if other in known else suggestions.nearest(node.value, known)
    said = expected(node, f"one of {', '.join(known)}") if expected is _expected else ""
    return node.problem("E107", said or f"{shown(node.value)} is not one of {', '.join(known)}", hint)


def _expected(node: Node, wanted: str) -> str:
    """The same without the value, which may be a secret in the wrong place."""
    return f"expected {wanted}, got {_kind(node)}"


def _kind(node: Node) -> str:
    if node.kind != "scalar":
        return "a list" if node.kind == "sequence" else "an object"
    match node.value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case _:
            return "a number"


def _said(node: Node) -> str:
    if node.kind != "scalar":
        return f"a {node.kind}"
    if node.value is None:
        return "nothing"
    return shown(node.value) if isinstance(node.value, str) else node.text or str(node.value)
