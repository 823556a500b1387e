"""A sandbox: a world for every API, a clock, a scenario and a journal. Tests in different sandboxes never meet."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from simulator.core.api import DEFAULT_PROFILE, Api, Ledger, Outfit, ProfileName, World
from simulator.core.clock import Clock, Line, beginning, drawn, from_microseconds, process_time
from simulator.core.journal import IssuedEntry
from simulator.scenario.engine import Engine
from simulator.scenario.rules import Rule
from simulator.scenario.scenario import ClockSetting, Scenario
from simulator.state.store import DEFAULT as _DEFAULT
from simulator.state.store import Journal, Scene, Script, Store
from simulator.tokens import derive_key

DEFAULT: Final = _DEFAULT
"""The sandbox of a path without a prefix."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a sandbox may be called."""
JOURNAL_BOUND: Final = 10_000
"""Entries a sandbox keeps unless it is told otherwise: some five megabytes."""


@dataclass(frozen=True)
class Cast:
    """What every sandbox starts from.

    profiles, settings: by API name; an API that is not named has its defaults.
    clock: how its clock begins; None: as the process's time.
    scenario: what it runs under from the beginning; None: faithful.
    journal_bound: how many entries its journal keeps.
    """

    profiles: Mapping[str, ProfileName] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    clock: ClockSetting | None = None
    scenario: Scenario | None = None
    journal_bound: int = JOURNAL_BOUND

    def under(self, scenario: Scenario | None) -> Cast:
        """The same start, with a scenario laid over it: its profiles and worlds win."""
        if scenario is None:
            return replace(self, scenario=None)
        return replace(
            self,
            profiles={**self.profiles, **scenario.profiles},
            settings={**self.settings, **scenario.world},
            scenario=scenario,
        )


DEFAULT_CAST: Final = Cast()


@dataclass(frozen=True, slots=True)
class Stage:
    """What a call meets in a sandbox, all of one piece: a call keeps the stage that it began on.

    asking: the operations whose calls may ask what is kept between calls, or write to it.
    writing: those of them that may do more than take a step of the tally.
    """

    worlds: Mapping[str, World]
    profiles: Mapping[str, ProfileName]
    scenario: Scenario | None
    engine: Engine | None
    asking: frozenset[str] = frozenset()
    writing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a token at a moment of the sandbox's clock."""

    name: str
    at: datetime
    kind: str
    token: str
    subject: str


class SandboxClock(Clock):
    """A clock whose line is part of what is set for the sandbox, and changes where that is kept."""

    def __init__(self, change: Callable[[Callable[[Line | None], Line | None]], None]) -> None:
        super().__init__()
        self._change = change

    def follow(self, line: Line | None) -> None:
        """Run along this line from now on."""
        self._line = line

    def _redraw(self, draw: Callable[[Line | None], Line | None]) -> None:
        self._change(draw)


class Sandbox:
    """One isolated simulation.

    Tokens are sealed with a key from the secret, the API and the sandbox's name: elsewhere they are unknown.
    What must be remembered is in a :class:`simulator.state.store.Keep`, for other workers too; what was made of it,
    the stage, is here. ``changed`` is called with the name after a reset and after a change of scenario, to free what
    hangs. ``compile_script`` makes scenarios of texts that another worker loaded.

    Raises :class:`simulator.state.store.NoRoom`; ``room`` is for :meth:`simulator.state.store.Store.open`.
    """

    def __init__(
        self,
        name: str,
        *,
        apis: Iterable[Api[Any]],
        secret: bytes,
        store: Store,
        cast: Cast,
        changed: Callable[[str], None],
        compile_script: Callable[[Script], Scenario],
        room: int | None = None,
    ) -> None:
        self.name = name
        self.clock = SandboxClock(self._move)
        self._apis = tuple(apis)
        self._keys = {api.name: derive_key(secret, api.name, name) for api in self._apis}
        self._cast = cast
        self._changed = changed
        self._compile = compile_script
        self._lock = threading.Lock()
        self._keep = store.open(
            name, partial(self._opening, cast.scenario), journal_bound=cast.journal_bound, room=room
        )
        self.journal: Journal = self._keep.journal
        self._scene = Scene(version=-1, run=-1)
        self._adopt(self._keep.scene)

    @property
    def stage(self) -> Stage:
        """The worlds, the profile and the scenario as they are now."""
        return self._stage

    @property
    def state(self) -> str | None:
        """The scenario's named state now."""
        return self._keep.tally.state()

    def world(self, api: str) -> World:
        """The world of an API as it is now; frozen, so a call keeps the one it began with."""
        return self._stage.worlds[api]

    def ledger(self, api: str) -> Ledger:
        """Opt-outs and revocations of an API."""
        return self._keep.ledger(api)

    def load(self, scenario: Scenario | None) -> None:
        """Run under this scenario from now on (None: faithful). Counters and state begin anew; the journal stays."""

        def loaded(scene: Scene) -> Scene:
            line, source = scene.line, process_time()
            if scenario is not None and scenario.clock is not None:
                setting = scenario.clock
                line = drawn(line, source, at=setting.at, frozen=setting.frozen, rate=setting.rate)[0]
            return _scene(scenario, line, source)

        self._adopt(self._keep.change(loaded, begins=True))
        self._changed(self.name)

    def reset(self) -> None:
        """Counters, clock, journal, opt-outs and revocations back to the start; the scenario stays."""

        def begun(scene: Scene) -> Scene:
            return self._opening(None if scene.script is None else self._scenario(scene.script))

        self._adopt(self._keep.change(begun, begins=True, forgets=True))
        self._changed(self.name)

    def refresh(self) -> None:
        """Look again at what other workers may have changed."""
        self._adopt(self._keep.refresh())

    def events(self, after: datetime, until: datetime | None = None) -> list[Event]:
        """What happens to the tokens issued here, after one moment and up to another (included), earliest first.

        Found in what the journal keeps, so it is bounded as the journal is.
        """
        found = [
            Event(name, moment, issued.kind, issued.token, issued.subject)
            for issued in self.journal.issued()
            for name, moment in issued.events.items()
            if after < moment and (until is None or moment <= until)
        ]
        return sorted(found, key=lambda event: (event.at, event.name, event.token))

    def minted(self, issued: IssuedEntry) -> None:
        """Remember a token that was made to order, so that the clock can be moved to its edges too."""
        self.journal.remember(issued)

    def _opening(self, scenario: Scenario | None) -> Scene:
        """How the sandbox begins: the cast's clock, the scenario's over it."""
        begins, source = _over(self._cast.clock, None if scenario is None else scenario.clock), process_time()
        return _scene(scenario, beginning(source, at=begins.at, frozen=begins.frozen, rate=begins.rate), source)

    def _move(self, draw: Callable[[Line | None], Line | None]) -> None:
        self._adopt(self._keep.change(lambda scene: replace(scene, line=draw(scene.line))))

    def _adopt(self, scene: Scene) -> None:
        """Show what is set now, unless something newer is shown already."""
        with self._lock:
            if scene.version <= self._scene.version:
                return
            if scene.run != self._scene.run:
                stage = self._staged(scene)
                self.clock.follow(scene.line)
                self._stage = stage
            else:
                self.clock.follow(scene.line)
            self._scene = scene

    def _staged(self, scene: Scene) -> Stage:
        scenario = None if scene.script is None else self._scenario(scene.script)
        cast = self._cast.under(scenario)
        profiles = {api.name: cast.profiles.get(api.name, DEFAULT_PROFILE) for api in self._apis}
        return Stage(
            worlds={
                api.name: api.world(
                    Outfit(
                        settings=cast.settings.get(api.name) or api.settings(),
                        profile=profiles[api.name],
                        key=self._keys[api.name],
                        ledger=self.ledger(api.name),
                    )
                )
                for api in self._apis
            },
            profiles=profiles,
            scenario=scenario,
            engine=None
            if scenario is None
            else Engine(scenario, self._keep.tally, began=from_microseconds(scene.began)),
            asking=_with_a_rule(scenario, lambda rule: rule.needs_tally or _writes(rule)),
            writing=_with_a_rule(scenario, _writes),
        )

    def _scenario(self, script: Script) -> Scenario:
        known: Scenario | None = script.compiled
        return self._compile(script) if known is None else known


def _scene(scenario: Scenario | None, line: Line | None, source: int) -> Scene:
    """A scenario (or none) that begins when the clock on this line shows what it shows now."""
    script = None
    if scenario is not None:
        script = Script(scenario.source, scenario.seed, scenario.drawn, scenario.state, scenario)
    return Scene(line, script, source if line is None else line.read(source))


def _with_a_rule(scenario: Scenario | None, wanted: Callable[[Rule], bool]) -> frozenset[str]:
    shelves = {} if scenario is None else scenario.shelves
    return frozenset(name for name, shelf in shelves.items() if any(wanted(rule) for rule in shelf.rules))


def _writes(rule: Rule) -> bool:
    """Whether it may move the clock or write to a ledger."""
    return any(
        plan.decision.optout
        or plan.decision.revoke is not None
        or bool(plan.decision.advance)
        or any(wait.virtual for wait in plan.waits)
        for plan in rule.plans
    )


def _over(below: ClockSetting | None, above: ClockSetting | None) -> ClockSetting:
    """Both settings in one; the one above wins where it says something."""
    if below is None or above is None:
        return above or below or ClockSetting()
    return ClockSetting(
        at=below.at if above.at is None else above.at,
        frozen=below.frozen if above.frozen is None else above.frozen,
        rate=below.rate if above.rate is None else above.rate,
    )


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many sandboxes there may be at once, and how long one may lie idle (real time) before it is put away."""

    count: int = 1_000
    idle: timedelta = timedelta(hours=1)


DEFAULT_BOUNDS: Final = Bounds()
