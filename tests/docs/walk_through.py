"""The walk-throughs of docs/architecture.md, and how one is followed in a copy of the package."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "architecture.md"
COPIED = ("simulator", "tests/turnstile_api")


@dataclass(frozen=True)
class Block:
    """A fenced block of the page."""

    language: str
    text: str


def sections() -> dict[str, list[Block]]:
    """The blocks of each walk-through by its heading."""
    _, _, text = PAGE.read_text().partition("\n## Walk-throughs\n")
    parts = re.split(r"^### (.+)$", text, flags=re.M)
    return {
        heading: [Block(language, inner) for language, inner in re.findall(r"^```(\w+)\n(.*?)^```$", body, re.S | re.M)]
        for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def copy_package(place: Path) -> None:
    """What the walk-throughs change: the package, the example API and the project file."""
    for folder in COPIED:
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", place)


def follow(blocks: list[Block], place: Path) -> str:
    """Make the changes; the text of the last block, which tries them, is returned."""
    *changes, trial = blocks
    for block in changes:
        first, _, rest = block.text.partition("\n")
        if block.language == "sh":
            command, _recursive, source, target = shlex.split(block.text)
            assert command == "cp", command
            shutil.copytree(place / source, place / target)
        elif block.language == "diff":
            change(place / first.removeprefix("--- "), rest)
        else:
            new = place / first.removeprefix("# ")
            assert not new.exists(), f"{new} exists already"
            new.write_text(rest)
    return trial.text


def change(path: Path, diff: str) -> None:
    """Apply a diff without line numbers: the lines that stay and go stand in the file exactly once."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    text = path.read_text()
    assert text.count(old) == 1, f"{path} contains these lines {text.count(old)} times:\n{old}"
    path.write_text(text.replace(old, new))
