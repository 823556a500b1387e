"""A sandbox: a world for every API, a clock, a scenario and a journal. Tests in different sandboxes never meet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from simulator.core.clock import Clock, ClockState, adjusted, from_microseconds, initial, process_time
from simulator.core.model.api import DEFAULT_PROFILE, Api, ProfileName, StatusStore, World, WorldContext
from simulator.journal.entry import IssuedEntry
from simulator.sandbox.config import SandboxConfig
from simulator.sandbox.routing import Route
from simulator.scenario.rules.engine import Engine
from simulator.scenario.scenario import ClockSetting, Scenario
from simulator.sealing import derive_key
from simulator.state.store import JournalStore, SandboxState, Store, StoredScenario


@dataclass(frozen=True, slots=True)
class ActiveSetup:
    """The consistent configuration that a call uses in a sandbox; a call keeps the setup that it began with.

    routes: of the paths that were called, with the operations that exist under the profile; filled by the simulation.
    """

    worlds: Mapping[str, World]
    profiles: Mapping[str, ProfileName]
    scenario: Scenario | None
    engine: Engine | None
    routes: dict[str, Route] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a token at a moment of the sandbox's clock."""

    name: str
    at: datetime
    kind: str
    token: str
    subject: str


class SandboxClock(Clock):
    """A clock whose state is part of the sandbox's state; changes go to the sandbox's store."""

    def __init__(self, change: Callable[[Callable[[ClockState | None], ClockState | None]], None]) -> None:
        super().__init__()
        self._change = change

    def follow(self, state: ClockState | None) -> None:
        """Run by this clock state from now on."""
        self._state = state

    def _update(self, draw: Callable[[ClockState | None], ClockState | None]) -> None:
        self._change(draw)


class Sandbox:
    """One isolated simulation.

    Tokens are sealed with a key from the secret, the API and the sandbox's name; other sandboxes reject them.
    State is in a :class:`simulator.state.store.SandboxStore`, shared with other workers; the setup made from it is
    here. ``changed`` is called with the name after a reset and after a change of scenario, to release hanging answers.
    ``compile_script`` makes scenarios of texts that another worker loaded.

    ``setup`` holds the worlds, the profiles and the scenario as they are now.

    Raises :class:`simulator.state.store.TooManySandboxes`; ``room`` is for :meth:`simulator.state.store.Store.open`.
    """

    setup: ActiveSetup

    def __init__(
        self,
        name: str,
        *,
        apis: Iterable[Api[Any]],
        secret: bytes,
        store: Store,
        config: SandboxConfig,
        changed: Callable[[str], None],
        compile_script: Callable[[StoredScenario], Scenario],
        room: int | None = None,
    ) -> None:
        self.name = name
        self.clock = SandboxClock(self._move)
        self._apis = tuple(apis)
        self._keys = {api.name: derive_key(secret, api.name, name) for api in self._apis}
        self._config = config
        self._changed = changed
        self._compile = compile_script
        self._lock = threading.Lock()
        self._keep = store.open(
            name, partial(self._opening, config.scenario), journal_bound=config.journal_bound, room=room
        )
        self.journal: JournalStore = self._keep.journal
        self._scene = SandboxState(version=-1, run=-1)
        self._adopt(self._keep.state)

    @property
    def state(self) -> str | None:
        """The scenario's named state now."""
        return self._keep.counters.state(self.clock.now())

    def world(self, api: str) -> World:
        """The world of an API as it is now; frozen, so a call keeps the one it began with."""
        return self.setup.worlds[api]

    def status_store(self, api: str) -> StatusStore:
        """Opt-outs and revocations of an API."""
        return self._keep.status_store(api)

    def load(self, scenario: Scenario | None) -> None:
        """Run under this scenario from now on (None: faithful). Counters and named state restart; the journal stays."""

        def loaded(scene: SandboxState) -> SandboxState:
            line, source = scene.clock, process_time()
            if scenario is not None and scenario.clock is not None:
                setting = scenario.clock
                line = adjusted(line, source, at=setting.at, frozen=setting.frozen, rate=setting.rate)[0]
            return _scene(scenario, line, source)

        self._adopt(self._keep.change(loaded, restart=True))
        self._changed(self.name)

    def reset(self) -> None:
        """Reset counters, clock, journal, opt-outs and revocations; the scenario stays."""

        def begun(scene: SandboxState) -> SandboxState:
            return self._opening(None if scene.scenario is None else self._scenario(scene.scenario))

        self._adopt(self._keep.change(begun, restart=True, clear=True))
        self._changed(self.name)

    def refresh(self) -> None:
        """Read again the state that other workers may have changed."""
        self._adopt(self._keep.refresh())

    def events(self, after: datetime, until: datetime | None = None) -> list[Event]:
        """The events of the tokens issued here, after one moment and up to another (included), earliest first.

        They come from the tokens that the journal keeps, so their number has the journal's bound.
        """
        found = [
            Event(name, moment, issued.kind, issued.token, issued.subject)
            for issued in self.journal.issued()
            for name, moment in issued.events.items()
            if after < moment and (until is None or moment <= until)
        ]
        return sorted(found, key=lambda event: (event.at, event.name, event.token))

    def minted(self, issued: IssuedEntry) -> None:
        """Remember a token that the control plane made, so that the clock can be moved to its events too."""
        self.journal.remember(issued)

    def _opening(self, scenario: Scenario | None) -> SandboxState:
        """The initial state: the configuration's clock, overridden by the scenario's clock."""
        begins, source = _over(self._config.clock, None if scenario is None else scenario.clock), process_time()
        return _scene(scenario, initial(source, at=begins.at, frozen=begins.frozen, rate=begins.rate), source)

    def _move(self, draw: Callable[[ClockState | None], ClockState | None]) -> None:
        self._adopt(self._keep.change(lambda scene: replace(scene, clock=draw(scene.clock))))

    def _adopt(self, scene: SandboxState) -> None:
        """Use this state from now on, unless a newer one is in use already."""
        with self._lock:
            if scene.version <= self._scene.version:
                return
            if scene.run != self._scene.run:
                setup = self._make_setup(scene)
                self.clock.follow(scene.clock)
                self.setup = setup
            else:
                self.clock.follow(scene.clock)
            self._scene = scene

    def _make_setup(self, scene: SandboxState) -> ActiveSetup:
        scenario = None if scene.scenario is None else self._scenario(scene.scenario)
        config = self._config.with_scenario(scenario)
        profiles = {api.name: config.profiles.get(api.name, DEFAULT_PROFILE) for api in self._apis}
        return ActiveSetup(
            worlds={
                api.name: api.world(
                    WorldContext(
                        settings=config.settings.get(api.name) or api.settings(),
                        profile=profiles[api.name],
                        key=self._keys[api.name],
                        status_store=self.status_store(api.name),
                        began=from_microseconds(scene.began),
                    )
                )
                for api in self._apis
            },
            profiles=profiles,
            scenario=scenario,
            engine=None
            if scenario is None
            else Engine(scenario, self._keep.counters, began=from_microseconds(scene.began)),
        )

    def _scenario(self, script: StoredScenario) -> Scenario:
        known: Scenario | None = script.compiled
        return self._compile(script) if known is None else known


def _scene(scenario: Scenario | None, line: ClockState | None, source: int) -> SandboxState:
    """A state with a scenario (or none) that begins at the present moment of this clock."""
    script = None
    if scenario is not None:
        script = StoredScenario(scenario.source, scenario.seed, scenario.drawn, scenario.state, scenario)
    return SandboxState(line, script, source if line is None else line.read(source))


def _over(below: ClockSetting | None, above: ClockSetting | None) -> ClockSetting:
    """Both settings merged; values set in ``above`` take precedence."""
    if below is None or above is None:
        return above or below or ClockSetting()
    return ClockSetting(
        at=below.at if above.at is None else above.at,
        frozen=below.frozen if above.frozen is None else above.frozen,
        rate=below.rate if above.rate is None else above.rate,
    )
