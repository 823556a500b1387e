"""The configuration of new sandboxes and their limits. Each default of a sandbox is written here, once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from simulator.core import defaults
from simulator.core.model.api import ProfileName
from simulator.scenario.scenario import ClockSetting, Scenario

DEFAULT: Final = defaults.SANDBOX
"""The sandbox of a path without a prefix."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""The valid names of a sandbox."""


@dataclass(frozen=True)
class SandboxConfig:
    """The configuration of every new sandbox.

    profiles, settings: by API name; an API that is not named has its defaults.
    clock: the start of its clock; None: the process's time.
    scenario: the scenario that it starts with; None: faithful.
    journal_bound: how many entries its journal keeps.
    """

    profiles: Mapping[str, ProfileName] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    clock: ClockSetting | None = None
    scenario: Scenario | None = None
    journal_bound: int = defaults.JOURNAL_BOUND

    def with_scenario(self, scenario: Scenario | None) -> SandboxConfig:
        """The same configuration with a scenario; the scenario's profiles and worlds take precedence."""
        if scenario is None:
            return replace(self, scenario=None)
        return replace(
            self,
            profiles={**self.profiles, **scenario.profiles},
            settings={**self.settings, **scenario.world},
            scenario=scenario,
        )


DEFAULT_CONFIG: Final = SandboxConfig()


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """How many sandboxes there may be at once, and how long one may be idle (real time) before it is evicted."""

    count: int = defaults.SANDBOXES
    idle: timedelta = defaults.SANDBOX_IDLE


DEFAULT_LIMITS: Final = SandboxLimits()
