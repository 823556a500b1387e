"""A sandbox: a world for every API, a clock and what has happened. Tests in different sandboxes never meet."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.core.api import DEFAULT_PROFILE, Api, Outfit, ProfileName, World
from simulator.core.clock import Clock
from simulator.state.store import Store
from simulator.tokens import derive_key

DEFAULT: Final = "default"
"""The sandbox of a path without a prefix."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a sandbox may be called."""


@dataclass(frozen=True)
class Cast:
    """What a sandbox starts from: who exists and which truth is told, one entry an API.

    profiles, settings: by API name; an API that is not named has its defaults.
    """

    profiles: Mapping[str, ProfileName]
    settings: Mapping[str, Any]

    def profile(self, api: str) -> ProfileName:
        """The profile of an API."""
        return self.profiles.get(api, DEFAULT_PROFILE)


DEFAULT_CAST: Final = Cast(profiles={}, settings={})


class Sandbox:
    """One isolated simulation: its own clock, worlds and memory.

    Tokens are sealed with a key from the secret, the API and the sandbox's name: elsewhere they are unknown.
    """

    def __init__(
        self, name: str, *, apis: Iterable[Api[Any]], secret: bytes, store: Store, cast: Cast, clock: Clock
    ) -> None:
        self.name = name
        self.clock = clock
        self._apis = tuple(apis)
        self._keys = {api.name: derive_key(secret, api.name, name) for api in self._apis}
        self._store = store
        self._cast = cast
        self._worlds = self._build(cast)

    def world(self, api: str) -> World:
        """The world of an API as it is now; frozen, so a call keeps the one it began with."""
        return self._worlds[api]

    def _build(self, cast: Cast) -> dict[str, World]:
        return {
            api.name: api.world(
                Outfit(
                    settings=cast.settings.get(api.name, api.settings()),
                    profile=cast.profile(api.name),
                    key=self._keys[api.name],
                    ledger=self._store.ledger(self.name, api.name),
                )
            )
            for api in self._apis
        }


class Sandboxes:
    """All sandboxes of a simulation; one is created when it is first used."""

    def __init__(self, apis: Iterable[Api[Any]], secret: bytes, store: Store, cast: Cast) -> None:
        self._apis = tuple(apis)
        self._secret = secret
        self._store = store
        self._cast = cast
        self._lock = threading.Lock()
        self._open: dict[str, Sandbox] = {}

    def get(self, name: str) -> Sandbox:
        """The sandbox of this name, which must match :data:`NAME`; the same one for everybody who asks at once."""
        found = self._open.get(name)
        if found is not None:
            return found
        with self._lock:
            found = self._open.get(name)
            if found is None:
                found = Sandbox(
                    name, apis=self._apis, secret=self._secret, store=self._store, cast=self._cast, clock=Clock()
                )
                self._open[name] = found
            return found
