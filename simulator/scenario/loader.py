"""Scenario texts in, scenarios or problems out. Pure: parsing and judging touch nothing, so any thread can do it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.core.api import Api
from simulator.core.call import WIRE_FAULTS
from simulator.scenario import shape
from simulator.scenario.checks import CHECKS
from simulator.scenario.compiler import compile_document
from simulator.scenario.document import Document
from simulator.scenario.names import Names
from simulator.scenario.nodes import Node, Unreadable, compose, from_python
from simulator.scenario.problem import Problem, ScenarioInvalid, tidy
from simulator.scenario.reach import doubts
from simulator.scenario.scenario import Scenario
from simulator.scenario.tables import Tables
from simulator.scenario.world import settings

Source = str | bytes | Mapping[str, Any]
"""YAML or JSON text, its bytes in UTF-8, or the same as a Python mapping."""


@dataclass(frozen=True, slots=True)
class _Judged:
    problems: list[Problem]
    document: Document | None = None
    root: Node | None = None
    world: Mapping[str, Any] | None = None


def check(
    source: Source,
    apis: Iterable[Api[Any]],
    *,
    can: Collection[str] = WIRE_FAULTS,
    verdicts: Collection[str] | None = None,
) -> list[Problem]:
    """Everything that is wrong or doubtful, sorted by place; empty for a good file. Never raises for what it reads.

    can: the connection faults that the server it is for can inject (E301 for others).
    verdicts: the names that ``expect`` may use; None leaves them unchecked.
    """
    return _judge(source, Tables.of(apis), can, verdicts).problems


def load(
    source: Source,
    apis: Iterable[Api[Any]],
    *,
    can: Collection[str] = WIRE_FAULTS,
    verdicts: Collection[str] | None = None,
    strict: bool = False,
    name: str = "scenario",
) -> Scenario:
    """The scenario, ready to run. Warnings are let through unless ``strict``.

    name: of the file, for the message. Raises :class:`ScenarioInvalid`, which carries every problem.
    """
    tables = Tables.of(apis)
    judged = _judge(source, tables, can, verdicts)
    refused = judged.problems if strict else [p for p in judged.problems if not p.is_warning]
    if refused or judged.document is None or judged.root is None or judged.world is None:
        raise ScenarioInvalid(judged.problems, name=name)
    return compile_document(judged.document, judged.root, tables, judged.world, _text(source))


def _judge(source: Source, tables: Tables, can: Collection[str], verdicts: Collection[str] | None) -> _Judged:
    try:
        root, problems = from_python(source) if isinstance(source, Mapping) else compose(source)
    except Unreadable as unreadable:
        return _Judged([unreadable.problem])
    document, found = shape.document(root)
    problems += found
    if root.kind == "mapping":
        for one in CHECKS:
            problems += one(root)
        problems += Names(tables, can, verdicts).check(root)
    world, found = settings(root, tables)
    problems += found
    if document is not None and not any(not problem.is_warning for problem in problems):
        problems += doubts(document, root, tables)
    return _Judged(tidy(problems), document, root, world)


def _text(source: Source) -> str:
    if isinstance(source, Mapping):
        return json.dumps(source, ensure_ascii=False, indent=2)
    return source if isinstance(source, str) else source.decode()
