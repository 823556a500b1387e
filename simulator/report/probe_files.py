"""The probes: scenarios that only ``simulator judge`` runs, besides the shipped ones, so that each verdict is tested.

They delay answers, fail six times in a row, ask for a wait of 90 seconds, refuse every call, or issue tokens that
live for seconds: situations that test suites seldom cover.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("probes")
ELSEWHERE: Final = "{elsewhere}"
"""Stands in a probe for the sandbox of the run under another host name, to which an answer redirects."""


def names() -> list[str]:
    """The names of all, sorted: their files', without the ending."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def source(name: str) -> tuple[str, bytes]:
    """The place for messages and the bytes. Raises OSError for an unknown name."""
    path = FOLDER / f"{name}.yaml"
    return str(path), path.read_bytes()
