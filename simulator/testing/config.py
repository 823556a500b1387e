"""The initial settings of a simulator in this process. A plain start does not import the scenario reader."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.core.errors import ScenarioDoubtful, UsageError
from simulator.core.model.api import Api, ProfileName, profile_names, profiles_called
from simulator.sandbox.config import SandboxConfig
from simulator.scenario.scenario import ClockSetting, Scenario
from simulator.testing.clock import read_moment
from simulator.testing.inputs import ScenarioSource, StartOptions, Text


def read_cast(beginning: StartOptions, apis: Sequence[Api[Any]]) -> SandboxConfig:
    """The config of every sandbox. Raises :class:`UsageError` and :class:`ScenarioInvalid`."""
    below = beginning.below
    settings: Mapping[str, Any] = {}
    if "world" in below:
        start = _load({"version": 1, "name": "start", "rules": [], "world": below["world"]}, apis)
        settings = start.world
    return SandboxConfig(
        profiles=_profiles(below.get("profile", {}), apis),
        settings=settings,
        clock=_clock(below["clock"]) if "clock" in below else None,
        scenario=None if beginning.scenario is None else _load(beginning.scenario, apis),
    )


def _load(source: ScenarioSource, apis: Sequence[Api[Any]]) -> Scenario:
    from simulator.report.scenario_files import load

    text, name = (source.text, source.name) if isinstance(source, Text) else (source, "scenario")
    found = load(text, apis, name=name)
    for doubt in found.doubts:
        warnings.warn(f"{name}:{doubt}", ScenarioDoubtful, stacklevel=2)
    return found


def _profiles(given: object, apis: Sequence[Api[Any]]) -> dict[str, ProfileName]:
    if not isinstance(given, Mapping):
        return _called(given, apis)
    named = {api.name: api for api in apis}
    profiles: dict[str, ProfileName] = {}
    for api, name in given.items():
        if api not in named:
            raise UsageError(f'profile: "{api}" is no simulated API.', remedy=f"Choose from {', '.join(named)}.")
        profiles.update(_called(name, [named[api]]))
    return profiles


def _called(name: object, apis: Sequence[Api[Any]]) -> dict[str, ProfileName]:
    """The profile of this name for each API that has it. Raises :class:`UsageError` when none has it."""
    found = profiles_called(str(name), apis)
    if not found:
        raise UsageError(f'profile: "{name}" is no profile.', remedy=f"Choose from {', '.join(profile_names(apis))}.")
    return found


def _clock(given: object) -> ClockSetting:
    if not isinstance(given, Mapping):
        raise UsageError(
            f"clock: {given!r} is no moment.", remedy='Give "2024-01-04T00:00:00Z" or {"at", "frozen", "rate"}.'
        )
    if set(given) == {"at"}:
        return ClockSetting(read_moment(given["at"]))
    from simulator.control.inputs import read_values
    from simulator.control.refused import ControlRefused

    try:
        found = read_values("ClockSettings", {key: value for key, value in given.items() if value is not None})
    except ControlRefused as refused:
        raise UsageError(f"clock: {refused.message}", remedy='Give {"at", "frozen", "rate"}.') from None
    at = found.get("at")
    return ClockSetting(None if at is None else read_moment(at), found.get("frozen"), found.get("rate"))
