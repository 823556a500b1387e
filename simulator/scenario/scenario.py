"""A scenario, read, checked and compiled, that a sandbox runs under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.core.model.api import ProfileName
from simulator.core.rule_counters import Per
from simulator.scenario.language.problem import Problem
from simulator.scenario.rules.rule import RuleIndex


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """The settings of the sandbox's clock when the scenario is loaded; None leaves a setting unchanged.

    rate: virtual seconds a real second.
    """

    at: datetime | None = None
    frozen: bool | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a good client does under this scenario: a verdict's name, or how often it calls an operation.

    Exactly one of verdict and operation is there; with operation, at_least and at_most bound the count, both included.
    """

    verdict: str | None = None
    operation: str | None = None
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything a scenario file says, ready to run. Frozen; many sandboxes may share one.

    profiles, world: by API name, only those that the file speaks of; world holds instances of the APIs' settings.
    seed: of every chance in it; drawn: it was drawn at random when the file was read ("seed: random").
    state: the opening state, None when the file names none.
    rule_ids: in file order. indexes: the rules of each operation that has any.
    repeatable: the operations whose previous answer a rule gives again, and whose answers are told apart.
    source: the text it was read from. doubts: its warnings, which were accepted.
    """

    name: str
    about: str = ""
    tags: tuple[str, ...] = ()
    profiles: Mapping[str, ProfileName] = field(default_factory=dict)
    seed: int = 0
    drawn: bool = False
    clock: ClockSetting | None = None
    world: Mapping[str, Any] = field(default_factory=dict)
    state: str | None = None
    rule_ids: tuple[str, ...] = ()
    indexes: Mapping[str, RuleIndex] = field(default_factory=dict)
    repeatable: Mapping[str, tuple[Per, ...]] = field(default_factory=dict)
    expect: tuple[Expectation, ...] = ()
    source: str = field(default="", repr=False)
    doubts: tuple[Problem, ...] = field(default=(), repr=False, compare=False)
