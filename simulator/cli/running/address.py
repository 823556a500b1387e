"""The address of a running simulator: as a user writes it, or from its port file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from simulator.cli.options import variable
from simulator.core import defaults
from simulator.core.errors import UsageError
from simulator.core.http.foreign_json import parse_json

DEFAULT_URL: Final = defaults.URL


def read_url(text: str) -> str:
    """A simulator's root; ``127.0.0.1:8080`` is short for http. Raises :class:`ValueError`."""
    whole = text if "://" in text else f"http://{text}"
    found = urlsplit(whole)
    if found.scheme not in {"http", "https"} or not found.hostname or found.query or found.fragment:
        raise ValueError(f'"{text}" is no address of a simulator; write one such as {DEFAULT_URL}')
    return whole.rstrip("/")


def port_file_url() -> str | None:
    """The URL in the port file that SIMULATOR_PORT_FILE names; None when the variable is not set."""
    place = os.environ.get(variable("port-file"))
    if not place:
        return None
    try:
        return read_url(parse_json(Path(place).read_text())["url"])
    except OSError as error:
        raise UsageError(
            f"{place}: the port file cannot be read: {error.strerror}.", remedy="Is the simulator running?"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{place} is no port file of a simulator.") from None
