"""The control plane of one sandbox as Python, for the command line and for tests, over any transport."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from simulator.control.transport import Response, Transport, UnreachableError
from simulator.core import defaults
from simulator.core.clock import Reading
from simulator.core.duration import format_duration
from simulator.core.errors import ScenarioInvalid, SimulatorError, UsageError
from simulator.core.http.foreign_json import parse_json
from simulator.core.moment import format_moment, parse_moment

if TYPE_CHECKING:
    from simulator.journal.entry import Entry

DEFAULT_SANDBOX: Final = defaults.SANDBOX
"""The sandbox of a path without a prefix."""
JSON: Final = "application/json"
YAML: Final = "application/yaml"


class ControlRefusedError(UsageError):
    """The control plane refuses a call. title: of the problem document, the same for every such refusal."""

    def __init__(self, message: str, *, remedy: str = "", title: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.title = title


class NotAllowedError(ControlRefusedError):
    """The control plane requires a token, has received another one, or is off."""

    exit_code = 7


class NotAsWantedError(ControlRefusedError):
    """The client called more or less often than expected."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token made on request; both moments by the sandbox's clock."""

    token: str
    issued_at: datetime
    expires_at: datetime


def prefix(sandbox: str) -> str:
    """The prefix of every path of a sandbox."""
    return "" if sandbox == DEFAULT_SANDBOX else f"/sandbox/{quote(sandbox, safe='')}"


class ControlClient:
    """One sandbox of the simulator that ``transport`` reaches.

    Every method raises :class:`ControlRefusedError` with the reason and the remedy, :class:`UnreachableError` when
    no simulator answers, and :class:`SimulatorError` for a failure of the simulator.
    """

    def __init__(self, transport: Transport, sandbox: str = DEFAULT_SANDBOX) -> None:
        self.transport = transport
        self.sandbox = sandbox

    def inside(self, sandbox: str) -> ControlClient:
        """The same for another sandbox of the same simulator."""
        return ControlClient(self.transport, sandbox)

    # JSON in, JSON out

    def get(self, path: str, **query: object) -> Any:
        """Get the JSON of an endpoint. Parameters that are None are left out."""
        return self._json(self.exchange("GET", _with_query(path, query)))

    def put(self, path: str, document: object, **query: object) -> Any:
        """Send JSON."""
        return self._json(self.exchange("PUT", _with_query(path, query), _encoded(document), JSON))

    def post(self, path: str, document: object = None) -> Any:
        """Send JSON, or nothing."""
        return self._json(self.exchange("POST", path, *((_encoded(document), JSON) if document is not None else ())))

    def delete(self, path: str) -> None:
        """Delete the resource."""
        self.exchange("DELETE", path)

    def text(self, path: str, **query: object) -> str:
        """Get the text of an endpoint, of any media type."""
        return self.exchange("GET", _with_query(path, query)).body.decode()

    def exchange(self, method: str, path: str, body: bytes = b"", media: str = "", named: str = "") -> Response:
        """One call. named: the name of the sent scenario, for messages."""
        target = f"{prefix(self.sandbox)}/_simulator/{path}"
        response = self.transport.exchange(method, target, body, media)
        if response.status >= 300:
            raise self._refusal(response, named)
        return response

    # The clock

    def reading(self) -> Reading:
        """The clock's reading."""
        return self._reading(self.get("clock"))

    def set_clock(
        self, *, at: datetime | None = None, frozen: bool | None = None, rate: float | None = None
    ) -> Reading:
        """Set any of the moment, whether the clock is frozen, and the rate."""
        wanted = {"at": None if at is None else format_moment(at), "frozen": frozen, "rate": rate}
        return self._reading(self.put("clock", {key: value for key, value in wanted.items() if value is not None}))

    def advance(self, by: timedelta) -> datetime:
        """Advance by a duration; returns the new moment."""
        return parse_moment(self.post("clock/advance", {"by": format_duration(by)})["now"])

    def advance_to(self, event: str, plus: timedelta) -> datetime:
        """Advance to the next event of this name, and ``plus`` beyond it; returns the new moment."""
        return parse_moment(self.post("clock/advance", {"to": event, "plus": format_duration(plus)})["now"])

    # Everything else

    def load(self, text: bytes, media: str, named: str, *, strict: bool = False) -> Any:
        """Run under this scenario from now on; returns the answer of ``PUT scenario``.

        Raises :class:`ScenarioInvalid` with every problem; the active scenario then stays.
        """
        path = f"scenario?strict={'true' if strict else 'false'}"
        return self._json(self.exchange("PUT", path, text, media, named))

    def unload(self) -> None:
        """Run under no scenario."""
        self.delete("scenario")

    def entries(self, operation: str | None = None) -> list[Entry]:
        """The journal, newest last; only of an operation or a pattern such as ``uid2.*``, if given."""
        from simulator.journal.from_json import entry_from_json

        return [entry_from_json(entry) for entry in self.get("journal", operation=operation)["entries"]]

    def verify(self, wanted: Mapping[str, Any]) -> Any:
        """``POST verify``. Raises :class:`NotAsWantedError` with the calls that were received."""
        return self.post("verify", wanted)

    def mint(self, api: str, kind: str, subject: str, age: timedelta) -> IssuedToken:
        """A token as if it had been issued ``age`` ago; it may have expired. subject "": the default world's."""
        wanted = {"api": api, "kind": kind, "age": format_duration(age)}
        made = self.post("tokens", wanted | ({"subject": subject} if subject else {}))
        return IssuedToken(made["token"], parse_moment(made["issued_at"]), parse_moment(made["expires_at"]))

    def report(self, form: str) -> str:
        """Verdicts on the client, in one of the report's forms."""
        return self.text("report", format=form)

    def reset(self) -> Any:
        """Reset counters, clock, journal, opt-outs and revocations; the scenario stays."""
        return self.post("reset")

    def sandboxes(self) -> list[str]:
        """The names of the simulator's sandboxes, the default one first."""
        return [sandbox["name"] for sandbox in self.inside(DEFAULT_SANDBOX).get("sandboxes")["sandboxes"]]

    def discard(self) -> None:
        """Delete the sandbox with all its state; the default one is reset instead."""
        try:
            self.inside(DEFAULT_SANDBOX).delete(f"sandboxes/{quote(self.sandbox, safe='')}")
        except ControlRefusedError as refused:
            if refused.title != "No such sandbox":  # it was never called
                raise

    # Answers

    def _json(self, response: Response) -> Any:
        try:
            return parse_json(response.body) if response.body else None
        except ValueError:
            raise self._no_simulator(response) from None

    def _reading(self, shown: Any) -> Reading:
        try:
            return Reading(parse_moment(shown["now"]), frozen=shown["frozen"], rate=float(shown["rate"]))
        except (ValueError, KeyError, TypeError):
            raise self._no_simulator(Response(200, _encoded(shown))) from None

    def _no_simulator(self, response: Response) -> UnreachableError:
        said = response.body[:200].decode("utf-8", "replace")
        answers = "does not answer as a simulator" if response.status < 300 else _ANSWERS.format(response.status)
        return UnreachableError(f"{self.transport.where} {answers}: {said!r}.", remedy="Is the URL right?")

    def _refusal(self, response: Response, named: str) -> SimulatorError:
        try:
            problem = parse_json(response.body)
            title, detail = str(problem["title"]), str(problem["detail"])
            if response.status == 422 and "errors" in problem:
                return ScenarioInvalid(_listed(named, problem["errors"]))
        except (ValueError, KeyError, TypeError):
            return self._no_simulator(response)
        if response.status >= 500:
            return SimulatorError(detail)
        remedy = str(problem.get("remedy", ""))
        if response.status == 401:
            remedy = "Give the server's control token (--control-token, SIMULATOR_CONTROL_TOKEN)."
        kind = {401: NotAllowedError, 403: NotAllowedError, 422: NotAsWantedError}.get(
            response.status, ControlRefusedError
        )
        message = detail if response.status == 401 else detail.removesuffix(remedy).rstrip()
        return kind(message, remedy=remedy, title=title)


_ANSWERS: Final = "answers {}, not as a simulator does"


def problem_line(told: Mapping[str, Any]) -> str:
    """An error or warning of the control plane about a scenario, as a line that ``simulator check`` prints."""
    place = f"{told['line']}:{told['column']}" if "line" in told else told.get("path", "")
    hint = f' (did you mean "{told["suggestion"]}"?)' if told.get("suggestion") else ""
    return f"{place}: {told['code']} {told['message']}{hint}"


def _listed(named: str, errors: Any) -> str:
    """Every problem with its location."""
    where = f"{named}:" if named else ""
    return "\n".join([f"{named or 'the scenario'} was refused:", *(where + problem_line(error) for error in errors)])


def _with_query(path: str, query: Mapping[str, object]) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _encoded(document: object) -> bytes:
    return json.dumps(document).encode()
