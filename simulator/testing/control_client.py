"""The control plane of one sandbox, as Python. Whether it is in this process or far away is the channel's business."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from urllib.parse import quote

from simulator.control.client import Response, finding
from simulator.core.clock import Reading
from simulator.core.duration import format_duration
from simulator.core.errors import ScenarioDoubtful, ScenarioInvalid, SimulatorError, UsageError
from simulator.core.http.foreign_json import parse_json
from simulator.core.moment import format_moment, parse_moment
from simulator.journal.entry import Entry
from simulator.journal.from_json import entry_from_json
from simulator.testing.inputs import ScenarioSource, Text

DEFAULT: Final = "default"
"""The sandbox of a path without a prefix."""
JSON: Final = "application/json"
YAML: Final = "application/yaml"


class Transport(Protocol):
    """A way to a simulator's control plane. Two adapters: in this process, and over HTTP."""

    def exchange(self, method: str, path: str, body: bytes, media: str) -> Response:
        """One call. ``media``: the body's type, "" without one. Raises :class:`SimulatorError` when nobody answers."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token made to order; both moments by the sandbox's clock."""

    token: str
    issued_at: datetime
    expires_at: datetime


def prefix(sandbox: str) -> str:
    """What stands before every path of a sandbox."""
    return "" if sandbox == DEFAULT else f"/sandbox/{sandbox}"


class ControlClient:
    """What can be done to one sandbox. Every verb raises :class:`UsageError` that says what is wrong and the remedy."""

    def __init__(self, channel: Transport, sandbox: str = DEFAULT) -> None:
        self.channel = channel
        self.sandbox = sandbox

    def reading(self) -> Reading:
        """What its clock shows. Raises :class:`SimulatorError` when somebody answers who is no simulator."""
        response = self._exchange("GET", "clock")
        _check(response)
        try:
            return _reading(parse_json(response.body))
        except (ValueError, KeyError, TypeError):
            said = response.body[:200].decode("utf-8", "replace")
            raise SimulatorError(f"the address answers, but not as a simulator does: {said!r}.") from None

    def set_clock(
        self, *, at: datetime | None = None, frozen: bool | None = None, rate: float | None = None
    ) -> Reading:
        """Set any of the moment, the stand-still and the speed."""
        wanted = {"at": None if at is None else format_moment(at), "frozen": frozen, "rate": rate}
        return _reading(self._ask("PUT", "clock", {key: value for key, value in wanted.items() if value is not None}))

    def advance(self, by: timedelta) -> datetime:
        """Forward by a span; the moment it arrived at."""
        return parse_moment(self._ask("POST", "clock/advance", {"by": format_duration(by)})["now"])

    def advance_to(self, event: str, plus: timedelta) -> datetime:
        """To the next event of this name that lies ahead, and ``plus`` beyond it; the moment it arrived at."""
        wanted = {"to": event, "plus": format_duration(plus)}
        return parse_moment(self._ask("POST", "clock/advance", wanted)["now"])

    def load(self, source: ScenarioSource) -> None:
        """Run under this scenario from now on. Raises :class:`ScenarioInvalid`; the old one then stays.

        What is doubtful in it becomes a warning, :class:`ScenarioDoubtful`.
        """
        if isinstance(source, Text):
            text, media, named = source.text, YAML, source.name
        else:
            text, media, named = json.dumps(source, ensure_ascii=False).encode(), JSON, "scenario"
        response = self._exchange("PUT", "scenario", text, media)
        if response.status == 422:
            raise ScenarioInvalid(_refusal(named, response))
        _check(response)
        for doubt in parse_json(response.body).get("warnings", ()):
            warnings.warn(f"{named}:{finding(doubt)}", ScenarioDoubtful, stacklevel=4)

    def unload(self) -> None:
        """Be faithful again."""
        _check(self._exchange("DELETE", "scenario"))

    def entries(self, operation: str | None = None) -> list[Entry]:
        """The journal, newest last; of an operation alone, or of a pattern such as ``uid2.*``."""
        query = "" if operation is None else f"?operation={quote(operation)}"
        return [entry_from_json(entry) for entry in self._ask("GET", f"journal{query}")["entries"]]

    def forget_entries(self) -> None:
        """Empty the journal; clock, tokens and counters stay."""
        _check(self._exchange("DELETE", "journal"))

    def verify(self, wanted: Mapping[str, Any]) -> None:
        """``POST verify``. Raises :class:`AssertionError` that says what came instead."""
        response = self._exchange("POST", "verify", json.dumps(wanted).encode(), JSON)
        if response.status == 422:
            raise AssertionError(_said(response))
        _check(response)

    def mint(self, api: str, kind: str, subject: str, age: timedelta) -> IssuedToken:
        """A token as if it had been issued ``age`` ago; it may have expired. subject "": the default world's."""
        wanted = {"api": api, "kind": kind, "age": format_duration(age)}
        made = self._ask("POST", "tokens", wanted | ({"subject": subject} if subject else {}))
        return IssuedToken(made["token"], parse_moment(made["issued_at"]), parse_moment(made["expires_at"]))

    def report(self, form: str) -> str:
        """Verdicts on the client, in one of the report's forms."""
        response = self._exchange("GET", f"report?format={form}")
        _check(response)
        return response.body.decode()

    def reset(self) -> None:
        """Counters, clock, journal, opt-outs and revocations back to the start; the scenario stays."""
        _check(self._exchange("POST", "reset"))

    def discard(self) -> None:
        """The sandbox and all it remembers are gone; the default one is reset instead."""
        response = self.channel.exchange("DELETE", f"/_simulator/sandboxes/{self.sandbox}", b"", "")
        if response.status != 404:  # nobody ever called it, so there is nothing to put away
            _check(response)

    def _ask(self, method: str, path: str, wanted: Mapping[str, Any] | None = None) -> Any:
        body, media = (b"", "") if wanted is None else (json.dumps(wanted).encode(), JSON)
        response = self._exchange(method, path, body, media)
        _check(response)
        return parse_json(response.body)

    def _exchange(self, method: str, path: str, body: bytes = b"", media: str = "") -> Response:
        return self.channel.exchange(method, f"{prefix(self.sandbox)}/_simulator/{path}", body, media)


def _reading(shown: Mapping[str, Any]) -> Reading:
    return Reading(parse_moment(shown["now"]), frozen=shown["frozen"], rate=float(shown["rate"]))


def _check(response: Response) -> None:
    if response.status < 300:
        return
    kind = UsageError if response.status < 500 else SimulatorError
    remedy = "Set SIMULATOR_CONTROL_TOKEN to the server's --control-token." if response.status == 401 else ""
    raise kind(_said(response), remedy=remedy)


def _refusal(name: str, response: Response) -> str:
    """Every reason, each with its place, as ``simulator check`` prints them."""
    try:
        errors = parse_json(response.body)["errors"]
        lines = "\n".join(f"{name}:{finding(error)}" for error in errors)
    except (ValueError, KeyError, TypeError):
        return _said(response)
    return f"{name} was refused:\n{lines}"


def _said(response: Response) -> str:
    """The problem's own words."""
    try:
        problem = parse_json(response.body)
        return str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the control plane answered {response.status}: {response.body[:200].decode('utf-8', 'replace')!r}"
