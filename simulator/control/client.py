"""HTTP to the control plane of a simulator that runs elsewhere: for the command line, and for tests that share one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.core.errors import SimulatorError

_PATIENCE: Final = 30.0
"""Seconds without a byte until a simulator is taken for dead; reading the largest scenario takes a few."""


class UnreachableError(SimulatorError):
    """No simulator answers at the address."""

    exit_code = 6


@dataclass(frozen=True, slots=True)
class Response:
    """What the control plane answered."""

    status: int
    body: bytes


class Http:
    """A simulator that runs elsewhere. Never through a proxy: it is on this machine or in this network.

    url: its root, without a slash at the end. token: its control token, "" when it asks for none.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self._url = url
        self._token = token

    def exchange(self, method: str, path: str, body: bytes, media: str) -> Response:
        """One call. Raises :class:`UnreachableError`."""
        from http.client import HTTPException
        from urllib.error import HTTPError, URLError
        from urllib.request import ProxyHandler, Request, build_opener

        request = Request(self._url + path, data=body or None, method=method)  # noqa: S310 - the address is the user's
        if media:
            request.add_header("Content-Type", media)
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=_PATIENCE) as answer:
                return Response(answer.status, answer.read())
        except HTTPError as refused:
            with refused:
                return Response(refused.code, refused.read())
        except (URLError, HTTPException, OSError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise UnreachableError(
                f"no simulator answers at {self._url}: {reason}.", remedy="Start one with: simulator serve"
            ) from error


def finding(told: Mapping[str, Any]) -> str:
    """What the control plane finds wrong or doubtful in a scenario, in a line as ``simulator check`` prints it."""
    place = f"{told['line']}:{told['column']}" if "line" in told else told.get("path", "")
    hint = f' (did you mean "{told["suggestion"]}"?)' if told.get("suggestion") else ""
    return f"{place}: {told['code']} {told['message']}{hint}"
