"""HTTP to the control plane of a simulator in another process.

Imports little: containers run ``simulator healthcheck`` every few seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from simulator.core.errors import SimulatorError, UsageError

if TYPE_CHECKING:
    from http.client import HTTPConnection

_PATIENCE: Final = 30.0
"""Seconds for the connection and for each read; reading the largest scenario takes a few."""


class UnreachableError(SimulatorError):
    """A simulator does not answer at the address."""

    exit_code = 6


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of the control plane."""

    status: int
    body: bytes


class Transport(Protocol):
    """A connection to a simulator's control plane: in this process, or over HTTP. ``where``: its name, for messages."""

    where: str

    def exchange(self, method: str, path: str, body: bytes = b"", media: str = "") -> Response:
        """One call. ``media``: the body's type, "" without one. Raises :class:`SimulatorError` without an answer."""


class Http:
    """A simulator in another process, called without a proxy, because it is on this machine or network.

    url: its root, without a trailing slash. token: its control token, "" when it needs none.
    patience: seconds for the connection and for each read.
    """

    def __init__(self, url: str, token: str = "", patience: float = _PATIENCE) -> None:
        self.where = url
        self._token = token
        self._patience = patience

    def exchange(self, method: str, path: str, body: bytes = b"", media: str = "") -> Response:
        """One call. Raises :class:`UnreachableError`, and :class:`UsageError` for an invalid URL."""
        from http.client import HTTPException

        headers = {"Content-Type": media} if media else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        connection = self._connection()
        try:
            connection.request(method, urlsplit(self.where).path + path, body or None, headers)
            answer = connection.getresponse()
            return Response(answer.status, answer.read())
        except (HTTPException, OSError) as error:
            raise UnreachableError(
                f"no simulator answers at {self.where}: {error!r}.",
                remedy="Start one with: simulator serve; or give its address (--url, SIMULATOR_URL).",
            ) from error
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        from http.client import HTTPConnection, HTTPSConnection, InvalidURL

        kind = HTTPSConnection if self.where.startswith("https://") else HTTPConnection
        try:
            address = urlsplit(self.where)
            return kind(address.hostname or "", address.port, timeout=self._patience)
        except (ValueError, InvalidURL) as wrong:
            raise UsageError(f'"{self.where}" is no URL of a simulator: {wrong}.') from None
