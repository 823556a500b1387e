"""The port file: the addresses of a running simulator, for the process that started it."""

from __future__ import annotations

import json
import os
import stat
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
        """The members of the file; those for TLS only with TLS."""
        return {key: value for key, value in asdict(self).items() if value is not None}


def write(path: Path, content: PortFile) -> PortFile | None:
    """Write the file atomically: write a temporary file beside it, then rename it. Returns the replaced port file.

    Raises :class:`UsageError` when it cannot be written, and for a device, a FIFO or a symbolic link.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if not _may_replace(path):
            raise UsageError(f"{path} is not a regular file, so no port file is written there.")
        replaced = _read_if_valid(path)
        try:
            beside.write_text(json.dumps(content.as_json()) + "\n")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: the port file cannot be written: {error.strerror}.") from error
    return replaced


def remove(path: Path, replaced: PortFile | None = None) -> None:
    """Remove this process's file: a program that finds a port file may assume that the simulator runs.

    replaced: the result of :func:`write`; it is written back if its simulator still runs. Another process's file
    stays, and so does a file that cannot be read or removed.
    """
    found = _read_if_valid(path)
    if found is None or found.pid != os.getpid():
        return
    try:
        if replaced is not None and replaced.pid != os.getpid() and _runs(replaced.pid):
            write(path, replaced)
        else:
            path.unlink()
    except (UsageError, OSError):
        return  # the process ends, so an error has no receiver


class PublishedPortFile:
    """This process's port file, from :meth:`write` to :meth:`remove`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._replaced: PortFile | None = None

    def write(self, content: PortFile) -> None:
        """See :func:`write`."""
        self._replaced = write(self._path, content)

    def remove(self) -> None:
        """See :func:`remove`."""
        remove(self._path, self._replaced)


def read(path: Path) -> PortFile:
    """Read a port file. Raises :class:`UsageError` if it does not exist or is not a port file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a FIFO would wait
            raise UsageError(f"{path} is no port file: it is not a regular file.")
        return PortFile(**parse_json(path.read_text()))
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such port file.", remedy="Is the simulator running?") from None
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} is no port file: {error}.") from error


def _read_if_valid(path: Path) -> PortFile | None:
    try:
        return read(path)
    except UsageError:
        return None


def _may_replace(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return True


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, TypeError, OverflowError):
        return False
    return True
