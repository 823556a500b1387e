"""A running simulator's control plane, seen from the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from simulator.control.client import Http, UnreachableError, finding
from simulator.core.errors import ScenarioInvalid, SimulatorError, UsageError
from simulator.core.http.foreign_json import parse_json

DEFAULT_SANDBOX: Final = "default"


class NotAllowed(SimulatorError):
    """The control plane demands a token, another one, or lets nobody in."""

    exit_code = 7


class NotAsWanted(SimulatorError):
    """The client called more or less often than it was to."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Remote:
    """One sandbox of a simulator at ``url`` (its root, no slash at the end); ``token`` opens it off loopback."""

    url: str
    sandbox: str = DEFAULT_SANDBOX
    token: str | None = None

    def get(self, path: str, **query: object) -> Any:
        """The JSON of a page; None-valued parameters are left out."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._json("GET", f"{path}?{urlencode(given)}" if given else path)

    def text(self, path: str, **query: object) -> str:
        """A page as it is written, whatever its type."""
        return self._received("GET", f"{path}?{urlencode(query)}").decode()

    def put(self, path: str, document: object) -> Any:
        """Send JSON; a text goes as it is."""
        return self._json("PUT", path, document)

    def post(self, path: str, document: object = None) -> Any:
        """Send JSON, or nothing."""
        return self._json("POST", path, document)

    def delete(self, path: str) -> None:
        """Delete what is there."""
        self._json("DELETE", path)

    def _json(self, method: str, path: str, document: object = None) -> Any:
        received = self._received(method, path, document)
        if not received:
            return None
        try:
            return parse_json(received)
        except ValueError:
            raise UnreachableError(
                f"{self.url} does not answer as a simulator does.", remedy="Is --url right?"
            ) from None

    def _received(self, method: str, path: str, document: object = None) -> bytes:
        prefix = "" if self.sandbox == DEFAULT_SANDBOX else f"/sandbox/{quote(self.sandbox, safe='')}"
        path_there = f"{prefix}/_simulator/{path}"
        body = document if isinstance(document, bytes) else b"" if document is None else json.dumps(document).encode()
        media = "application/octet-stream" if isinstance(document, bytes) else "application/json"
        try:
            answer = Http(self.url, self.token or "").exchange(method, path_there, body, media)
        except UnreachableError as nobody:
            remedy = "Start one with: simulator serve; or say where it is with --url (SIMULATOR_URL)."
            raise UnreachableError(nobody.message, remedy=remedy) from nobody
        if answer.status >= 400:
            raise self._refusal(answer.status, answer.body, self.url + path_there)
        return answer.body

    def _refusal(self, status: int, body: bytes, target: str) -> SimulatorError:
        try:
            problem = parse_json(body)
            title, detail = str(problem["title"]), str(problem["detail"])
        except (ValueError, KeyError, TypeError):
            return UnreachableError(f"{target} answers {status}, not as a simulator does.", remedy="Is --url right?")
        if status == 401:
            return NotAllowed(f"{title.lower()}: {detail}", remedy="Here: --control-token (SIMULATOR_CONTROL_TOKEN).")
        if status == 403:
            return NotAllowed(f"{title.lower()}: {detail}")
        if "errors" in problem:
            lines = [title.lower(), *(finding(error) for error in problem["errors"])]
            return ScenarioInvalid("\n".join(lines))
        if status == 422:
            return NotAsWanted(detail)
        return UsageError(f"{title.lower()}: {detail}")


def read_url(text: str) -> str:
    """A simulator's root, as a person writes it: ``127.0.0.1:8080`` will do. Raises :class:`ValueError`."""
    whole = text if "://" in text else f"http://{text}"
    found = urlsplit(whole)
    if found.scheme not in {"http", "https"} or not found.hostname or found.query or found.fragment:
        raise ValueError(f'"{text}" is no address of a simulator; write one such as http://127.0.0.1:8080')
    return whole.rstrip("/")
