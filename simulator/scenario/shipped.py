"""The scenarios that come with the simulator: found by name, listed with their stories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simulator.core.errors import UsageError
from simulator.core.model.api import Api
from simulator.core.suggestion import nearest, quoted

_PACKAGED: Final = Path(__file__).parent.parent / "shipped"
_CHECKOUT: Final = Path(__file__).parent.parent.parent / "scenarios"
"""In a wheel they are package data; in a checkout they are at the top level."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A shipped scenario: its name, its effect on the client, and its file."""

    name: str
    about: str
    path: Path


def folder() -> Path:
    """The folder of the scenarios. Raises :class:`UsageError` when this installation has no scenarios."""
    for place in (_PACKAGED, _CHECKOUT):
        if place.is_dir():
            return place
    raise UsageError(f"this installation has no shipped scenarios: neither {_PACKAGED} nor {_CHECKOUT} is there.")


def names() -> list[str]:
    """The names of all, sorted: their files', without the ending."""
    return sorted(path.stem for path in folder().glob("*.yaml"))


def find(name: str) -> Path:
    """The file of a shipped scenario. Raises :class:`UsageError`, with a suggestion, for an unknown name."""
    known = names()
    if name not in known:
        hint = nearest(name, known)
        remedy = f'Did you mean "{hint}"?' if hint else "simulator scenarios lists them."
        raise UsageError(f"no shipped scenario is called {quoted(name)}.", remedy=remedy)
    return folder() / f"{name}.yaml"


def source(name_or_file: str) -> tuple[str, bytes]:
    """The scenario that ``--scenario`` selects: its place for messages, and its bytes.

    A file that exists is that file; anything else is a shipped name. Raises :class:`UsageError` when it is neither,
    or cannot be read.
    """
    path = Path(name_or_file)
    if not _is_file(path):
        if path.suffix in (".yaml", ".yml", ".json") or len(path.parts) != 1:
            raise UsageError(f'there is no scenario file "{name_or_file}".', remedy="simulator scenarios lists names.")
        path = find(name_or_file)
    try:
        return str(path), path.read_bytes()
    except OSError as error:
        raise UsageError(f'"{path}" cannot be read: {error.strerror}.') from None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the name is too long for the file system
        return False


def listed(apis: Iterable[Api[Any]]) -> list[Shipped]:
    """All of them with their stories, by name. Reads every file, so imports the whole loader."""
    from simulator.scenario.loader import load

    every = tuple(apis)
    return [
        Shipped(name, load(path.read_bytes(), every, name=str(path)).about, path)
        for name, path in ((name, find(name)) for name in names())
    ]
