"""The port file: where a running simulator is, for whoever started it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from simulator.core.errors import UsageError
from simulator.core.http.foreign_json import parse_json


@dataclass(frozen=True, slots=True)
class PortFile:
    """``{"url", "port", "pid", "version"}``; with TLS also ``"https_url"`` and ``"ca_file"``."""

    url: str
    port: int
    pid: int
    version: str
    https_url: str | None = None
    ca_file: str | None = None

    def as_json(self) -> dict[str, object]:
        """Its members; those of TLS only where there is TLS."""
        return {key: value for key, value in asdict(self).items() if value is not None}


def write(path: Path, content: PortFile) -> None:
    """Whoever sees the file sees all of it: written beside it, then renamed.

    Raises :class:`UsageError` when it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(json.dumps(content.as_json()) + "\n")
        beside.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: the port file cannot be written: {error.strerror}.") from error


def remove(path: Path) -> None:
    """Take away what this process wrote: who finds a file may take it that the simulator runs.

    Another's file stays, and so does one that cannot be read or removed: nobody is left to be told.
    """
    try:
        if read(path).pid == os.getpid():
            path.unlink()
    except (UsageError, OSError):
        return


def read(path: Path) -> PortFile:
    """Read it back. Raises :class:`UsageError` when it is not there, or is no port file."""
    try:
        return PortFile(**parse_json(path.read_text()))
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such port file.", remedy="Is the simulator running?") from None
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} is no port file: {error}.") from error
