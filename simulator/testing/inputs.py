"""Reads the scenario, world, profile and clock that a test passes, for the control plane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from simulator.core.duration import format_duration
from simulator.core.errors import UsageError
from simulator.core.moment import format_moment

if TYPE_CHECKING:
    from simulator.scenario.language.nodes import Node


@dataclass(frozen=True, slots=True)
class Text:
    """A scenario's YAML or JSON, in UTF-8. name: of the file, for messages."""

    text: bytes
    name: str = "scenario"


ScenarioSource = Text | Mapping[str, Any]
Given = str | Path | Mapping[str, Any]
"""A scenario: the name of a shipped one, a file, YAML text of more than one line, or a mapping."""
World = Mapping[str, Any]
"""API name → its settings: a mapping as in ``world`` of a scenario file, or an instance of its settings class."""

_VERSION: Final = 1


def read_scenario(given: Given, *, beside: Path | None = None) -> ScenarioSource:
    """Find and read a scenario. ``beside``: the folder in which relative files are searched first.

    Raises :class:`UsageError` for an unknown name, with the closest known one.
    """
    if isinstance(given, Mapping):
        return {"version": _VERSION, "name": "test", **_plain_members(given)}
    if isinstance(given, str) and "\n" in given:
        return Text(given.encode())
    from simulator.scenario import shipped

    if beside is not None and (beside / given).is_file():
        given = beside / given
    name, text = shipped.source(str(given))
    return Text(text, name)


@dataclass(frozen=True, slots=True)
class StartOptions:
    """The initial settings of every sandbox of a simulator.

    below: the given ones of ``profile``, ``world`` and ``clock``, as in a scenario.
    scenario: the initial scenario; None: no scenario.
    """

    below: Mapping[str, Any]
    scenario: ScenarioSource | None = None

    @classmethod
    def of(
        cls,
        *,
        profile: str | Mapping[str, str] | None = None,
        world: World | None = None,
        clock: object = None,
        scenario: Given | None = None,
    ) -> Self:
        """Reads a test's arguments. A clock given as a moment starts there; a mapping can also set its rate."""
        begins = {"at": clock} if isinstance(clock, str | datetime) else clock
        said = {"profile": profile, "world": world, "clock": begins}
        below = {key: _plain(value) for key, value in said.items() if value is not None}
        return cls(below, None if scenario is None else read_scenario(scenario))

    def under(self, source: ScenarioSource | None) -> ScenarioSource | None:
        """The scenario to load into a sandbox of a simulator that another process started: this one's, over ``below``.

        The scenario's settings take precedence, for each API. None: nothing to load.
        """
        if not self.below:
            return source
        if source is None:
            return {"version": _VERSION, "name": "start", "rules": [], **self.below}
        over = source if isinstance(source, Mapping) else _mapping(source)
        both = {**self.below, **over}
        for key in ("profile", "world"):
            beneath, above = self.below.get(key), over.get(key)
            if isinstance(beneath, Mapping) and isinstance(above, Mapping):
                both[key] = {**beneath, **above}
        return both


NO_BEGINNING: Final = StartOptions({})
"""The simulator itself knows how its sandboxes begin."""


def _mapping(source: Text) -> Mapping[str, Any]:
    from simulator.scenario.language.nodes import compose

    document = _value(compose(source.text)[0])
    if not isinstance(document, Mapping):
        raise UsageError(f"{source.name} is no scenario: a mapping belongs at its top.")
    return document


def _value(node: Node) -> Any:
    if node.kind == "mapping":
        return {name: _value(value) for name, (_, value) in node.entries.items()}
    return [_value(item) for item in node.items] if node.kind == "sequence" else node.value


def _plain_members(given: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): _plain(value) for key, value in given.items()}


def _plain(value: object) -> Any:
    """The JSON form: durations and moments as in a scenario."""
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise UsageError(f"{value.isoformat()} has no time zone.", remedy="Give tzinfo=UTC.")
        return format_moment(value)
    if isinstance(value, Mapping):
        return _plain_members(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value
