"""A test's handle of a sandbox: its URLs for clients, and its control methods for the test."""

from __future__ import annotations

import json
import warnings
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from simulator.control.client import JSON, YAML, ControlClient, IssuedToken, NotAsWantedError, prefix, problem_line
from simulator.core.duration import format_duration
from simulator.core.errors import ScenarioDoubtful
from simulator.testing.calls import Journal
from simulator.testing.clock import Span, VirtualClock, read_span
from simulator.testing.gate import Gate
from simulator.testing.inputs import NO_BEGINNING, Given, ScenarioSource, StartOptions, Text, read_scenario

if TYPE_CHECKING:
    from flask import Flask

    from simulator.testing.in_memory.simulation import InProcessSimulation

_URL = "_url"


class Handle:
    """One sandbox. As a context manager, it discards the sandbox at the end.

    ``<api>_url`` is the base URL for clients of that API: the URL with the API's own base path.
    Methods raise :class:`simulator.core.errors.UsageError` with the error and a remedy.
    """

    def __init__(
        self, root: str, plane: ControlClient, *, beginning: StartOptions, within: InProcessSimulation | None
    ) -> None:
        self._root = root
        self._plane = plane
        self._beginning = beginning
        self._within = within
        self.clock = VirtualClock(plane)
        """The sandbox's time: ``advance("25h")``, ``set``, ``freeze``, ``now``, ``take_along(freezer)``."""

    # Where it is

    @property
    def name(self) -> str:
        """The sandbox's name."""
        return self._plane.sandbox

    @property
    def url(self) -> str:
        """Its URL, including the sandbox, without a trailing slash."""
        return self._root + prefix(self.name)

    @property
    def jquants_url(self) -> str:
        """The base URL for J-Quants clients: ``…/v1``."""
        return self.url_of("jquants")

    @property
    def uid2_url(self) -> str:
        """The base URL for UID2 SDKs: the root."""
        return self.url_of("uid2")

    def url_of(self, api: str) -> str:
        """The base URL of any simulated API. Raises :class:`KeyError` for an unknown API."""
        return self.url + _base_paths()[api]

    def __getattr__(self, name: str) -> str:
        # The APIs are a listing of a folder, so their URLs are found, not written down.
        api = name.removesuffix(_URL)
        if name.endswith(_URL) and not name.startswith("_") and api in _base_paths():
            return self.url_of(api)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    # What it does

    def load(self, scenario: Given, *, beside: Path | None = None) -> None:
        """Run under this scenario from now on: a shipped one's name, a file, YAML text or a mapping.

        ``beside``: the folder in which a relative file is searched first. Counters and states restart, the journal
        stays. Raises :class:`simulator.core.errors.ScenarioInvalid`, with every problem; nothing changes then.
        """
        self._run_under(read_scenario(scenario, beside=beside))

    def unload(self) -> None:
        """Remove the active scenario."""
        self._run_under(None)

    def token(self, api: str, kind: str, *, subject: str = "", age: Span = timedelta(0)) -> str:
        """A token as the service issues it, issued ``age`` ago; it may have expired.

        ``token("jquants", "refresh_token", age="8d")``. subject: by default, the default world's first one.
        """
        return self.mint(api, kind, subject=subject, age=age).token

    def mint(self, api: str, kind: str, *, subject: str = "", age: Span = timedelta(0)) -> IssuedToken:
        """The same, with the moments of its issue and expiry."""
        return self._plane.mint(api, kind, subject, read_span(age))

    def reset(self) -> None:
        """Reset counters, clock, journal, opt-outs and revocations; the scenario stays."""
        self._plane.reset()

    # What it saw

    @property
    def journal(self) -> Journal:
        """Every call so far, oldest first; it prints as a table."""
        return Journal(self._plane.entries())

    def calls(self, operation: str | None = None) -> Journal:
        """The calls of an operation, such as ``"jquants.auth_refresh"`` or ``"uid2.*"``; by default, all calls."""
        return Journal(self._plane.entries(operation))

    def verify(
        self,
        *,
        operation: str,
        count: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        within: Span = timedelta(0),
        **filters: Any,
    ) -> None:
        """Raise AssertionError with the received calls, unless the operation was called that often.

        within: the longest real time to wait for the calls.
        ``count``, or ``at_least`` and ``at_most``, both included. filters: those of ``POST verify``.
        """
        wanted = {"operation": operation, "count": count, "at_least": at_least, "at_most": at_most, **filters}
        wanted["within"] = format_duration(read_span(within)) if within else None
        try:
            self._plane.verify({key: value for key, value in wanted.items() if value is not None})
        except NotAsWantedError as other:
            raise AssertionError(other.message) from None

    def hold(self, operation: str, *, before: bool = False, name: str = "") -> Gate:
        """Hold the calls of an operation (or pattern) until the test releases them; for a ``with`` block.

        before: before the operation runs; otherwise it has run, and its answer waits.
        """
        return Gate(self._plane, operation, before=before, name=name)

    def report(self, form: str = "text") -> str:
        """Verdicts on the client so far: ``"text"``, ``"markdown"``, ``"html"``, ``"junit"`` or ``"json"``."""
        return self._plane.report(form)

    def assert_client_ok(self, *, fail_on: Literal["fail", "warn"] = "fail") -> None:
        """Raise AssertionError with the report, when a verdict or an expectation of the scenario failed.

        ``fail_on="warn"``: fail on warnings too. Verdicts on actions that the client never reached do not fail.
        """
        outcome = json.loads(self.report("json"))["outcome"]
        if outcome in {"fail", fail_on}:
            raise AssertionError(self.report())

    # Others

    def sandbox(self, name: str) -> Handle:
        """A sandbox of the same simulator, created if needed, with its own world, clock, scenario and journal.

        name: ``[a-z0-9][a-z0-9._-]{0,63}``. It starts with the simulator's initial settings.
        """
        inside = None if self._within is None else self._within.of(name)
        made = Handle(self._root, self._plane.inside(name), beginning=self._beginning, within=inside)
        if self._beginning.scenario is not None or self._beginning.below:
            made._run_under(self._beginning.scenario)
        return made

    def judged(self) -> Handle | None:
        """The sandbox of this run of ``simulator judge``; None outside it, and when the initial settings differ."""
        from simulator.testing.judged import JudgedClient, judged_run

        run = judged_run()
        if run is None or self._root != run[0] or self._beginning != NO_BEGINNING:
            return None
        return Handle(self._root, JudgedClient(self._plane.transport, run[1]), beginning=NO_BEGINNING, within=None)

    def discard(self) -> None:
        """Delete the sandbox with all its state; the default one is reset instead."""
        self._plane.discard()

    @property
    def app(self) -> Flask:
        """The sandbox as a Flask application: for ``httpx.WSGITransport`` and Flask's test client.

        Raises :class:`UsageError` for a simulator that runs elsewhere.
        """
        from simulator.testing.in_memory.simulation import within

        return within(self).app

    def _run_under(self, source: ScenarioSource | None) -> None:
        whole = self._beginning.under(source)
        if whole is None:
            self._plane.unload()
            return
        if isinstance(whole, Text):
            text, media, named = whole.text, YAML, whole.name
        else:
            text, media, named = json.dumps(whole, ensure_ascii=False).encode(), JSON, "scenario"
        for doubt in self._plane.load(text, media, named).get("warnings", ()):
            warnings.warn(f"{named}:{problem_line(doubt)}", ScenarioDoubtful, stacklevel=3)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.discard()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"


def _base_paths() -> dict[str, str]:
    from simulator.apis import discover

    return {api.name: api.base_path for api in discover()}
