"""Loads scenario texts and returns scenarios or problems. Parsing and checking have no side effects; thread-safe."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.core.model.api import Api
from simulator.core.model.call import WIRE_FAULTS
from simulator.scenario.language import validation
from simulator.scenario.language.api_tables import Tables
from simulator.scenario.language.checks import CHECKS
from simulator.scenario.language.document import Document
from simulator.scenario.language.names import Names
from simulator.scenario.language.nodes import Node, Unreadable, compose, from_python
from simulator.scenario.language.pace import free_slowly
from simulator.scenario.language.problem import Problem, RejectedScenario, tidy
from simulator.scenario.language.unreachable import unreachable_rules
from simulator.scenario.language.world import settings
from simulator.scenario.rules.compiler import compile_document
from simulator.scenario.scenario import Scenario

Source = str | bytes | Mapping[str, Any]
"""YAML or JSON text, its bytes in UTF-8, or the same as a Python mapping."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """The parsed file and its problems; the document is set when its shape is valid."""

    problems: list[Problem]
    tables: Tables
    document: Document | None = None
    root: Node | None = None
    world: Mapping[str, Any] = field(default_factory=dict)

    def compiled(self, source: Source) -> Scenario:
        if self.document is None or self.root is None:
            raise AssertionError("a file without errors has a document")
        scenario = compile_document(self.document, self.root, self.tables, self.world, _text(source))
        return replace(scenario, doubts=tuple(self.problems)) if self.problems else scenario

    def pieces(self) -> list[object]:
        """The bulk of it, rule by rule, to be let go of slowly."""
        models = self.document.rules if self.document is not None else ()
        rules = self.root.get("rules") if self.root is not None else None
        return [*models, *(rules.items if rules is not None else ())]


def check(
    source: Source,
    apis: Iterable[Api[Any]],
    *,
    supported_faults: Collection[str] = WIRE_FAULTS,
    verdicts: Collection[str] | None = None,
) -> list[Problem]:
    """All errors and warnings, sorted by place; empty for a good file. Never raises for the content of a file.

    supported_faults: the connection faults that the server it is for can inject (E301 for others).
    verdicts: the names that ``expect`` may use; None leaves them unchecked.
    """
    judged = _judge(source, Names(Tables.of(apis), supported_faults, verdicts))
    problems, pieces = judged.problems, judged.pieces()
    del judged
    free_slowly(pieces)
    return problems


def load(
    source: Source,
    apis: Iterable[Api[Any]],
    *,
    supported_faults: Collection[str] = WIRE_FAULTS,
    verdicts: Collection[str] | None = None,
    served: Collection[str] | None = None,
    strict: bool = False,
    name: str = "scenario",
) -> Scenario:
    """The scenario, ready to run. Warnings are accepted unless ``strict``; the scenario keeps them in ``doubts``.

    served: the APIs of the server it is for; a scenario that is only about other APIs is refused (E107).
    name: of the file, for the message. Raises :class:`RejectedScenario`, which carries every problem.
    """
    judged = _judge(source, Names(Tables.of(apis), supported_faults, verdicts, served))
    refused = judged.problems if strict else [p for p in judged.problems if not p.is_warning]
    if refused:
        raise RejectedScenario(judged.problems, name=name)
    scenario = judged.compiled(source)
    pieces = judged.pieces()
    del judged
    free_slowly(pieces)
    return scenario


def _judge(source: Source, names: Names) -> _Judged:
    tables = names.tables
    try:
        root, problems = from_python(source) if isinstance(source, Mapping) else compose(source)
    except Unreadable as unreadable:
        return _Judged([unreadable.problem], tables)
    document, found = validation.document(root, names.suggestions)
    problems += found
    if root.kind == "mapping":
        for one in CHECKS:
            problems += one(root)
        problems += names.check(root)
    world, found = settings(root, tables, names.suggestions)
    problems += found
    if document is not None and not any(not problem.is_warning for problem in problems):
        problems += unreachable_rules(document, root, tables)
    return _Judged(tidy(problems), tables, document, root, world)


def _text(source: Source) -> str:
    if isinstance(source, Mapping):
        return json.dumps(source, ensure_ascii=False, indent=2)
    return source if isinstance(source, str) else source.decode()
