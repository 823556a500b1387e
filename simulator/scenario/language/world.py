"""The ``world`` of a file against the APIs' settings classes, walked by their types alone."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from simulator.core.duration import parse_duration
from simulator.core.suggestion import Suggestions
from simulator.scenario.language.api_tables import Tables
from simulator.scenario.language.nodes import Node
from simulator.scenario.language.problem import Problem, shown

_NOTHING: Final = object()
"""A value that could not be read; its problem has been reported."""
_WORDS: Final = {str: "a string", bool: "true or false", int: "an integer", float: "a number"}


def settings(root: Node, tables: Tables, suggestions: Suggestions) -> tuple[dict[str, Any], list[Problem]]:
    """An instance of the settings for every API in ``world``, and the problems of invalid ones."""
    problems: list[Problem] = []
    made: dict[str, Any] = {}
    world = root.get("world")
    for name, (key, value) in (world.entries if world else {}).items():
        api = tables.apis.get(name)
        if api is None:
            problems.append(key.problem("E107", f"{shown(name)} is not an API", suggestions.nearest(name, tables.apis)))
            continue
        read = _Reader(problems, suggestions).instance(api.settings, value)
        if read is not _NOTHING:
            made[name] = read
    return made, problems


def hints(kind: type[Any]) -> dict[str, Any]:
    """The types of a dataclass's fields, names resolved."""
    return get_type_hints(kind)


def optional(kind: Any) -> Any:
    """``X`` of ``X | None``, else the type itself."""
    if get_origin(kind) in (Union, types.UnionType):
        inner = [part for part in get_args(kind) if part is not type(None)]
        if len(inner) == 1:
            return inner[0]
    return kind


class _Reader:
    """Reads nodes as values of a type, and collects problems."""

    def __init__(self, problems: list[Problem], suggestions: Suggestions) -> None:
        self._problems = problems
        self._nearest = suggestions.nearest

    def instance(self, kind: type[Any], node: Node) -> Any:
        """A dataclass from a mapping; ValueError of its own checks is E105 at the mapping."""
        if node.kind != "mapping":
            return self._no(node, "E101", f"expected a mapping, got a {node.kind}")
        fields = {field.name: field for field in dataclasses.fields(kind) if field.init}
        kinds = hints(kind)
        read: dict[str, Any] = {}
        for name, (key, value) in node.entries.items():
            if name in fields:
                read[name] = self.value(kinds[name], value)
            else:
                read[name] = self._no(key, "E102", f"unknown key {shown(name)}", self._nearest(name, fields))
        for name in _required(fields.values()):
            if name not in read:
                read[name] = self._no(node, "E109", f'"{name}" is missing')
        if any(value is _NOTHING for value in read.values()):
            return _NOTHING
        try:
            return kind(**read)
        except ValueError as error:
            return self._no(node, "E105", str(error))

    def value(self, kind: Any, node: Node) -> Any:
        """A value of a field's type."""
        kind = optional(kind)
        origin = get_origin(kind)
        if origin in (tuple, frozenset):
            return self._many(origin, get_args(kind)[0], node)
        if origin is Literal:
            return self._literal(get_args(kind), node)
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return self.instance(kind, node)
        if node.kind != "scalar":
            return self._no(node, "E101", f"expected {_WORDS.get(kind, 'a duration')}, got a {node.kind}")
        return self._duration(node) if kind is timedelta else self._plain(kind, node)

    def _many(self, kind: type[Any], inner: Any, node: Node) -> Any:
        if node.kind != "sequence":
            return self._no(node, "E101", f"expected a list, got a {node.kind}")
        read = [self.value(inner, item) for item in node.items]
        return _NOTHING if any(value is _NOTHING for value in read) else kind(read)

    def _literal(self, known: tuple[Any, ...], node: Node) -> Any:
        if node.kind == "scalar" and node.value in known and type(node.value) in {type(one) for one in known}:
            return node.value
        listed = ", ".join(str(one) for one in known)
        if not isinstance(node.value, str):
            return self._no(node, "E104", f"expected one of {listed}")
        return self._no(
            node, "E107", f"{shown(node.value)} is not one of {listed}", self._nearest(node.value, map(str, known))
        )

    def _duration(self, node: Node) -> Any:
        text = node.value if isinstance(node.value, str) else node.text or str(node.value)
        try:
            return parse_duration(text)
        except ValueError as error:
            return self._no(node, "E106", str(error))

    def _plain(self, kind: Any, node: Node) -> Any:
        if kind is float and type(node.value) is int:
            return float(node.value)
        if type(node.value) is not kind and kind is str:
            return self._no(node, "E104", "expected a string; quote it")  # may be a password, so not repeated
        if type(node.value) is not kind:
            said = shown(node.value) if isinstance(node.value, str) else node.text or str(node.value)
            return self._no(node, "E104", f"expected {_WORDS.get(kind, str(kind))}, got {said}")
        return node.value

    def _no(self, node: Node, code: str, message: str, hint: str | None = None) -> Any:
        self._problems.append(node.problem(code, message, hint))
        return _NOTHING


def _required(fields: Any) -> Iterator[str]:
    for field in fields:
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            yield field.name
