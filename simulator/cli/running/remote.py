"""A running simulator's control plane, seen from the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from simulator.core.errors import ScenarioInvalid, SimulatorError, UsageError

_PATIENCE: Final = 30.0
"""Seconds without a byte until a simulator is taken for dead; reading the largest scenario takes a few."""
DEFAULT_SANDBOX: Final = "default"


class NobodyThere(SimulatorError):  # noqa: N818 - what was found
    """No simulator answers at the address."""

    exit_code = 6


class NotAllowed(SimulatorError):  # noqa: N818 - what was answered
    """The control plane demands a token, another one, or lets nobody in."""

    exit_code = 7


class NotAsWanted(SimulatorError):  # noqa: N818 - what was found
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
            return json.loads(received)
        except ValueError:
            raise NobodyThere(f"{self.url} does not answer as a simulator does.", remedy="Is --url right?") from None

    def _received(self, method: str, path: str, document: object = None) -> bytes:
        prefix = "" if self.sandbox == DEFAULT_SANDBOX else f"/sandbox/{quote(self.sandbox, safe='')}"
        target = f"{self.url}{prefix}/_simulator/{path}"
        body = document if isinstance(document, bytes) else None if document is None else json.dumps(document).encode()
        request = Request(target, data=body, method=method)  # noqa: S310 - the scheme was checked by read_url
        request.add_header(
            "Content-Type", "application/octet-stream" if isinstance(document, bytes) else "application/json"
        )
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with _opener().open(request, timeout=_PATIENCE) as answer:
                received: bytes = answer.read()
        except HTTPError as refused:
            with refused:
                raise self._refusal(refused.code, refused.read(), target) from None
        except (URLError, HTTPException, OSError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise NobodyThere(
                f"no simulator answers at {self.url}: {reason}.",
                remedy="Start one with: simulator serve; or say where it is with --url (SIMULATOR_URL).",
            ) from None
        return received

    def _refusal(self, status: int, body: bytes, target: str) -> SimulatorError:
        try:
            problem = json.loads(body)
            title, detail = str(problem["title"]), str(problem["detail"])
        except (ValueError, KeyError, TypeError):
            return NobodyThere(f"{target} answers {status}, not as a simulator does.", remedy="Is --url right?")
        if status == 401:
            return NotAllowed(f"{title.lower()}: {detail}", remedy="Here: --control-token (SIMULATOR_CONTROL_TOKEN).")
        if status == 403:
            return NotAllowed(f"{title.lower()}: {detail}")
        if "errors" in problem:
            lines = [title.lower(), *(_finding(error) for error in problem["errors"])]
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


def _opener() -> OpenerDirector:
    """Never through a proxy: a simulator is on this machine or in this network."""
    return build_opener(ProxyHandler({}))


def _finding(error: dict[str, Any]) -> str:
    place = f"{error['line']}:{error['column']}" if "line" in error else error.get("path", "")
    hint = f' (did you mean "{error["suggestion"]}"?)' if error.get("suggestion") else ""
    return f"{place}: {error['code']} {error['message']}{hint}"
