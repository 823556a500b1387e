"""Checks whether a simulator is running. Imports little: containers run it every few seconds."""

from __future__ import annotations

from typing import Final

from simulator.control.transport import Http, UnreachableError
from simulator.core import defaults
from simulator.core.errors import SimulatorError, UsageError

PATH: Final = "/_simulator/health"
_PATIENCE: Final = 2.0


class Unhealthy(SimulatorError):
    """The address does not answer, or not with 200."""

    exit_code = 1  # Docker's HEALTHCHECK reads 1 as "unhealthy"


def check(url: str, patience: float = _PATIENCE) -> None:
    """Return when the simulator at ``url`` (http) answers its health endpoint with 200.

    ``patience``: seconds for the connection and for each read. Raises :class:`Unhealthy`, and
    :class:`UsageError` for an invalid URL.
    """
    if not url.startswith("http://"):
        raise UsageError(
            f'"{url}" is no http URL.', remedy=f"Write one such as {defaults.URL}; with TLS there is one, too."
        )
    try:
        status = Http(url, patience=patience).exchange("GET", PATH).status
    except UnreachableError as error:
        raise Unhealthy(f"{url} does not answer: {error.__cause__!r}.") from error
    if status != 200:
        raise Unhealthy(f"{url}{PATH} answers {status}.")
