"""A scenario as a tree of nodes with positions, made from YAML events or from a Python mapping."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import yaml

from simulator.scenario.language.pace import yielding
from simulator.scenario.language.problem import Problem, shown
from simulator.scenario.language.scalars import LONGEST_NUMBER, Scalar, resolve
from simulator.scenario.language.yaml_errors import syntax_problem

SIZE_LIMIT: Final = 1_048_576
"""Maximum size of a file in bytes of UTF-8; a file of exactly this size is read."""
DEPTH_LIMIT: Final = 40
"""Maximum nesting depth of mappings and sequences. The language itself needs ten."""
ALIAS_LIMIT: Final = 10_000
"""Nodes that all aliases of a file may stand for together."""

_LARGEST_NUMBER: Final = 10**LONGEST_NUMBER
_UNPRINTABLE: Final = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""YAML 1.2.2 §5.1; looked for here because PyYAML's two loaders count to it differently."""

_Loader: Final[type[Any]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it (five times as fast), else the same grammar in Python."""

Kind = Literal["mapping", "sequence", "scalar"]
Step = str | int


@dataclass(frozen=True, slots=True)
class Node:
    """One node. line and column count from 1. For a Python mapping both are 0 and ``path`` is set.

    value: a scalar's value. text: a plain scalar as written, "" for any other.
    items: of a sequence. entries: of a mapping, name → (key node, value node).
    size: how many nodes it stands for, aliases spelt out.
    """

    kind: Kind
    line: int
    column: int
    value: Scalar = None
    text: str = ""
    items: tuple[Node, ...] = ()
    entries: Mapping[str, tuple[Node, Node]] = field(default_factory=dict)
    size: int = 1
    path: str = ""

    def problem(self, code: str, message: str, suggestion: str | None = None) -> Problem:
        """A finding at this place."""
        return Problem(self.line, self.column, code, message, suggestion, self.path)

    def get(self, name: str) -> Node | None:
        """The value of a mapping's key; None when the key is missing or this node is not a mapping."""
        found = self.entries.get(name)
        return found[1] if found else None

    def find(self, *names: str) -> Node | None:
        """The value below these keys; None when one of them is missing."""
        here: Node | None = self
        for name in names:
            here = here.get(name) if here is not None else None
        return here

    def key(self, name: str) -> Node:
        """The node of the key itself, for its place; this node when the key is missing."""
        found = self.entries.get(name)
        return found[0] if found else self

    def at(self, steps: Sequence[Step]) -> Node:
        """The node at a path of names and positions. Steps without a node are skipped (tags of unions)."""
        here = self
        for step in steps:
            if isinstance(step, int):
                here = here.items[step] if step < len(here.items) else here
            else:
                here = here.get(step) or here
        return here

    def walk(self) -> Iterator[Node]:
        """Every node below and including this one, keys too, in the order of the text."""
        left = [self]
        while left:
            node = left.pop()
            yield node
            left.extend(reversed(node.items))
            for name, value in reversed(list(node.entries.values())):
                left += (value, name)


class Unreadable(Exception):
    """The text has no tree; the problem gives the reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def compose(text: str | bytes) -> tuple[Node, list[Problem]]:
    """The tree of a YAML (so also JSON) text, and what is wrong with its keys, tags and aliases.

    Works event by event, so that other threads can run. Raises :class:`Unreadable` for invalid YAML.
    """
    return _Composer(_decoded(text)).document()


def from_python(value: object) -> tuple[Node, list[Problem]]:
    """The tree of a Python mapping as a JSON document would hold it (tuples count as lists)."""
    problems: list[Problem] = []
    return _mirror(value, "", problems, 0), problems


def _decoded(text: str | bytes) -> str:
    try:
        raw = text.encode() if isinstance(text, str) else text
    except UnicodeEncodeError as error:
        raise Unreadable(
            _after(error.object[: error.start], "holds half of a surrogate pair, which is not a character")
        ) from None
    if len(raw) > SIZE_LIMIT:
        message = f"{len(raw)} bytes; a scenario has at most {SIZE_LIMIT} (1 MiB)"
        raise Unreadable(Problem(1, 1, "E105", message))
    try:
        decoded = raw.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(_after(raw[: error.start].decode(), "not UTF-8; save the file as UTF-8")) from None
    text = decoded.removeprefix("\ufeff")
    unprintable = _UNPRINTABLE.search(text)
    if unprintable is not None:
        message = f"the character U+{ord(unprintable[0]):04X} cannot stand in a YAML file"
        raise Unreadable(_after(text[: unprintable.start()], message))
    return text


def _after(before: str, message: str) -> Problem:
    """What is wrong right after this text."""
    return Problem(before.count("\n") + 1, len(before) - before.rfind("\n"), "E100", message)


class _Composer:
    """Converts events to nodes. For one use."""

    def __init__(self, text: str) -> None:
        self._text = text
        loader = self._loader = _Loader(text)
        self._events = yielding(iter(loader.get_event, None))
        self._anchors: dict[str, Node] = {}
        self._problems: list[Problem] = []
        self._borrowed = 0

    def document(self) -> tuple[Node, list[Problem]]:
        try:
            self._next()  # the stream begins
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                raise Unreadable(Problem(1, 1, "E101", "the file is empty; a scenario is a mapping"))
            root = self._node(self._next(), 0)
            self._next()  # the document ends
            event = self._next()
            if not isinstance(event, yaml.StreamEndEvent):
                raise Unreadable(_problem(event.start_mark, "E100", "a second document; a file holds one scenario"))
        except yaml.YAMLError as error:
            raise Unreadable(syntax_problem(error, self._text)) from None
        finally:
            self._loader.dispose()
        return root, self._problems

    def _next(self) -> Any:
        return next(self._events)

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            self._problems.append(
                _problem(
                    event.start_mark,
                    "E101",
                    f'"{event.tag}" is a tag; scenarios have none, values are what they look like',
                )
            )
        if depth > DEPTH_LIMIT:
            raise Unreadable(_problem(event.start_mark, "E105", f"nested more than {DEPTH_LIMIT} deep"))
        if isinstance(event, yaml.ScalarEvent):
            node = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(event, depth)
        else:
            node = self._mapping(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Any) -> Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            raise Unreadable(_problem(event.start_mark, "E100", f'alias "*{event.anchor}" has no anchor before it'))
        self._borrowed += node.size
        if self._borrowed > ALIAS_LIMIT:
            message = f"aliases stand for more than {ALIAS_LIMIT} nodes together"
            raise Unreadable(_problem(event.start_mark, "E105", message))
        return node

    def _sequence(self, start: Any, depth: int) -> Node:
        items = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        line, column = _place(start.start_mark)
        return Node("sequence", line, column, items=tuple(items), size=1 + sum(item.size for item in items))

    def _mapping(self, start: Any, depth: int) -> Node:
        entries: dict[str, tuple[Node, Node]] = {}
        size = 1
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            size += 1 + value.size
            if key.kind != "scalar":
                self._problems.append(key.problem("E101", f"a {key.kind} as a key; keys are text"))
                continue
            name = key.text or str(key.value if key.value is not None else "")
            if name in entries:
                first = entries[name][0]
                message = f"{shown(name)} is here twice, first in line {first.line}; a key can have one value"
                self._problems.append(key.problem("E103", message))
                continue
            entries[name] = (key, value)
        line, column = _place(start.start_mark)
        return Node("mapping", line, column, entries=entries, size=size)


def _scalar(event: Any) -> Node:
    line, column = _place(event.start_mark)
    plain = event.style is None or event.style == ""
    if plain:
        return Node("scalar", line, column, value=resolve(event.value), text=event.value)
    return Node("scalar", line, column, value=event.value)


def _place(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def _problem(mark: Any, code: str, message: str) -> Problem:
    return Problem(*_place(mark), code, message)


def _mirror(value: object, path: str, problems: list[Problem], depth: int) -> Node:
    if depth > DEPTH_LIMIT:
        raise Unreadable(Problem(0, 0, "E105", f"nested more than {DEPTH_LIMIT} deep", path=path))
    if isinstance(value, int) and abs(value) >= _LARGEST_NUMBER:
        problems.append(Problem(0, 0, "E105", f"a number of more than {LONGEST_NUMBER} digits", path=path))
        return Node("scalar", 0, 0, value=0, path=path)
    if value is None or isinstance(value, str | int | float | bool):
        return Node("scalar", 0, 0, value=value, path=path)
    if isinstance(value, Mapping):
        entries = {}
        for name, inner in value.items():
            below = f"{path}.{name}" if path else str(name)
            if not isinstance(name, str):
                problems.append(Problem(0, 0, "E101", f"{name!r} as a key; keys are text", path=below))
                continue
            entries[name] = (Node("scalar", 0, 0, value=name, path=below), _mirror(inner, below, problems, depth + 1))
        return Node("mapping", 0, 0, entries=entries, path=path)
    if isinstance(value, list | tuple):
        items = tuple(_mirror(item, f"{path}[{n}]", problems, depth + 1) for n, item in enumerate(value))
        return Node("sequence", 0, 0, items=items, path=path)
    problems.append(Problem(0, 0, "E104", f"expected a JSON value, got a {type(value).__name__}", path=path))
    return Node("scalar", 0, 0, path=path)
