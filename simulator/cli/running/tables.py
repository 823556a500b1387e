"""The output of commands: tables for people, JSON for programs."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence

import click


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], width: int | None = None) -> str:
    """Columns as wide as their widest cell, two spaces between them; numbers to the right.

    width: columns of the screen, by default the terminal's when there is one. Wider rows have their widest cells cut.
    """
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    room = terminal_width() if width is None else width
    if room is not None:
        widths = _fitted(widths, [len(heading) for heading in headings], room)
        cells = [[_cut(cell, most) for cell, most in zip(row, widths, strict=True)] for row in cells]
    numeric = [bool(rows) and all(isinstance(row[place], int) for row in rows) for place in range(len(headings))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in [headings, *cells]
    )


def terminal_width() -> int | None:
    """The width of the terminal on standard output; None for a file or a pipe, which programs read."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _fitted(widths: list[int], least: list[int], room: int) -> list[int]:
    """Widths that fit: the widest column shrinks first, never below its heading."""
    fitted = list(widths)
    while sum(fitted) + 2 * (len(fitted) - 1) > room:
        widest = max(range(len(fitted)), key=lambda place: fitted[place] - least[place])
        if fitted[widest] <= least[widest]:
            break
        fitted[widest] -= 1
    return fitted


def _cut(cell: str, most: int) -> str:
    return cell if len(cell) <= most else cell[: most - 1] + "…"


def print_json(document: object) -> None:
    """One document, for ``jq`` and the like."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
