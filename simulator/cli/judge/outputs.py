"""The files that a report is written to: checked before the run, written after it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.core.errors import UsageError

if TYPE_CHECKING:
    from simulator.report.results import Results

_FORMATS: Final[Mapping[str, str]] = {
    ".md": "markdown",
    ".xml": "junit",
    ".json": "json",
    ".html": "html",
    ".txt": "text",
    ".sarif": "sarif",
}
"""The format of a report by the ending of its file."""


def check(paths: Iterable[Path]) -> None:
    """Raise :class:`UsageError` for the first file that cannot be written."""
    for path in paths:
        if path.suffix not in _FORMATS:
            raise UsageError(
                f'--write: the ending of "{path}" names no format.', remedy=f"Use one of {', '.join(_FORMATS)}."
            )
        check_writable(path)


def check_writable(path: Path) -> None:
    """Raise :class:`UsageError` when the file cannot be written. Nothing is written."""
    folder = path.parent
    if path.is_dir():
        raise UsageError(f'"{path}" cannot be written: it is a folder.')
    if not folder.is_dir():
        raise UsageError(f'"{path}" cannot be written: there is no folder "{folder}".')
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f'"{path}" cannot be written: permission denied.')


def write(results: Results, paths: Iterable[Path]) -> None:
    """Write the reports. Raises :class:`UsageError` when writing fails."""
    from simulator.report.render import render

    for path in paths:
        write_text(path, render(results, _FORMATS[path.suffix], headline_first=True))


def write_text(path: Path, text: str) -> None:
    """Write a file. Raises :class:`UsageError` when it cannot be written."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f'"{path}" cannot be written: {error.strerror or error}.') from error
