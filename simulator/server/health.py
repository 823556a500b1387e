"""Asks a running simulator whether it is alive. Without Flask: containers ask every few seconds."""

from __future__ import annotations

from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from simulator.core.errors import SimulatorError, UsageError

PATH = "/_simulator/health"


class Unhealthy(SimulatorError):
    """Nobody answers at that address, or not as a simulator does."""

    exit_code = 1  # what Docker's HEALTHCHECK takes for "unhealthy"


def check(url: str, within: timedelta = timedelta(seconds=2)) -> None:
    """Return when the simulator at ``url`` (http) answers its health page with 200.

    ``within``: the longest wait for the connection and for each read. Raises :class:`Unhealthy`, and
    :class:`UsageError` for what is no URL.
    """
    remedy = "Write one such as http://127.0.0.1:8080; a simulator with TLS has one, too."
    try:
        address = urlsplit(url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=within.total_seconds())
    except ValueError as wrong:
        raise UsageError(f'"{url}" is no URL: {wrong}.', remedy=remedy) from None
    if address.scheme != "http":
        raise UsageError(f'"{url}" is no http URL.', remedy=remedy)
    try:
        connection.request("GET", PATH)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise Unhealthy(f"{url} does not answer: {error!r}.") from error
    finally:
        connection.close()
    if status != 200:
        raise Unhealthy(f"{url}{PATH} answers {status}.")
