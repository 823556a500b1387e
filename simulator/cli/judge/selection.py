"""Selects the scenarios to run: by name, glob and file, limited to those that the client can reach."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simulator.core.errors import UsageError

if TYPE_CHECKING:
    from simulator.core.model.api import Api, Operation
    from simulator.journal.entry import Entry
    from simulator.scenario.rules.decision import Decision
    from simulator.scenario.scenario import Expectation, Scenario

ALL: Final = "all"
PRESET: Final = "preset"
"""The tag of scenarios without failures; they run only when named."""
_HANG: Final = "hang"
_LONG: Final = timedelta(seconds=5)
_GLOB: Final = frozenset("*?[")


@dataclass(frozen=True)
class Learned:
    """The result of the run without faults: which APIs and operations were called."""

    apis: tuple[str, ...]
    operations: frozenset[str]


@dataclass(frozen=True)
class Selection:
    """The scenarios to run, with only those expectations that apply to the client.

    left_out: names of scenarios that concern no called API. presets: those without failures.
    dropped: expectations that are not judged, as
    ``scenario: expectation``.
    """

    scenarios: tuple[Scenario, ...]
    left_out: tuple[str, ...]
    presets: tuple[str, ...]
    dropped: tuple[str, ...]


def read_names(chosen: str) -> list[str]:
    """Names and files of ``all``, names, globs (of names, else of files) and files, separated by commas; each once.

    Raises :class:`UsageError` for a glob that matches nothing.
    """
    from simulator.report import probe_files
    from simulator.scenario import shipped

    known = [*shipped.names(), *probe_files.names()]
    found: list[str] = []
    for item in filter(None, (part.strip() for part in chosen.split(","))):
        if item == ALL:
            found += known
        elif _GLOB.intersection(item):
            found += _expanded(item, known)
        else:
            found.append(item)
    if not found:
        raise UsageError("--scenarios names no scenario.", remedy="simulator scenarios lists them.")
    return list(dict.fromkeys(found))


def named_in(chosen: str) -> frozenset[str]:
    """The scenarios that ``--scenarios`` names directly."""
    return frozenset(part.strip() for part in chosen.split(","))


def load(names: Iterable[str], apis: Sequence[Api[Any]]) -> tuple[Scenario, ...]:
    """The scenarios, compiled. Raises :class:`UsageError` for two of one name, ScenarioInvalid for an invalid file."""
    from simulator.report import scenario_files

    found: dict[str, Scenario] = {}
    places: dict[str, str] = {}
    for place, text in map(_source, names):
        scenario = scenario_files.load(text, apis, name=place)
        if scenario.name in found:
            raise UsageError(
                f'two scenarios are called "{scenario.name}": {places[scenario.name]} and {place}.',
                remedy="Give one of them another name.",
            )
        found[scenario.name], places[scenario.name] = scenario, place
    return tuple(found.values())


def _source(name: str) -> tuple[str, bytes]:
    from simulator.report import probe_files
    from simulator.scenario import shipped

    return probe_files.source(name) if name in probe_files.names() else shipped.source(name)


def learn(entries: Iterable[Entry], apis: Iterable[Api[Any]]) -> Learned:
    """The APIs and operations that a journal's client called."""
    operations = frozenset(entry.operation for entry in entries if entry.operation)
    called = tuple(api.name for api in apis if any(each.name in operations for each in api.operations))
    return Learned(called, operations)


def select(
    scenarios: Iterable[Scenario],
    learned: Learned,
    apis: Sequence[Api[Any]],
    judged: Collection[str],
    named: Collection[str] = (),
) -> Selection:
    """The scenarios that concern a judged API, and their expectations that the client can meet.

    judged: the called APIs, or the one of them to judge. named: the scenarios that the user named.
    """
    kept: list[Scenario] = []
    left_out: list[str] = []
    presets: list[str] = []
    dropped: list[str] = []
    for scenario in scenarios:
        if not _concerns(scenario, judged, apis):
            left_out.append(scenario.name)
            continue
        if PRESET in scenario.tags and scenario.name not in named:
            presets.append(scenario.name)
            continue
        expect = tuple(one for one in scenario.expect if _is_fair(one, learned, apis, judged))
        dropped += [f"{scenario.name}: {_words(one)}" for one in scenario.expect if one not in expect]
        kept.append(replace(scenario, expect=expect))
    return Selection(tuple(kept), tuple(left_out), tuple(presets), tuple(dropped))


def mostly_waits(scenario: Scenario) -> bool:
    """Whether the scenario delays, dribbles or withholds an answer. Its run then takes time but little CPU."""
    rules = (rule for index in scenario.indexes.values() for rule in index.rules)
    return any(_is_long(effect.decision) for rule in rules for effect in rule.effects)


def _is_long(decision: Decision) -> bool:
    hangs = decision.fault is not None and decision.fault.kind == _HANG
    drips = decision.dribble is not None and decision.dribble.over > _LONG
    return hangs or drips or decision.delay > _LONG


def _expanded(pattern: str, names: Sequence[str]) -> list[str]:
    whole = Path(pattern)
    files = (path for path in Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))) if path.is_file())
    found = [name for name in names if fnmatchcase(name, pattern)] or sorted(map(str, files))
    if not found:
        raise UsageError(f'--scenarios: "{pattern}" matches no scenario.', remedy="simulator scenarios lists them.")
    return found


def _concerns(scenario: Scenario, judged: Collection[str], apis: Sequence[Api[Any]]) -> bool:
    """Whether a rule, or the world of a scenario without rules, concerns a judged API."""
    owners: Mapping[str, str] = {operation.name: api.name for api in apis for operation in api.operations}
    concerned = {owners[name] for name in scenario.indexes if name in owners} or set(scenario.world)
    return not concerned or bool(concerned.intersection(judged))


def _is_fair(expectation: Expectation, learned: Learned, apis: Sequence[Api[Any]], judged: Collection[str]) -> bool:
    """Whether the client can meet it: calls to an API that it never called are not expected.

    Logins are not expected of a client that never logged in, because it received a refresh token.
    """
    if expectation.operation is None:
        return True
    meant = [
        (api.name, operation)
        for api in apis
        for operation in api.operations
        if fnmatchcase(operation.name, expectation.operation)
    ]
    if not any(api in judged for api, _ in meant):
        return False
    wants_login = bool(expectation.at_least) and all(_is_login(operation) for _, operation in meant)
    return not wants_login or any(operation.name in learned.operations for _, operation in meant)


def _is_login(operation: Operation[Any]) -> bool:
    return bool(operation.issues) and operation.accepts is None


def _words(expectation: Expectation) -> str:
    bounds = {"at_least": expectation.at_least, "at_most": expectation.at_most}
    said = ", ".join(f"{name} {value}" for name, value in bounds.items() if value is not None)
    return f"{expectation.operation} {said}"
