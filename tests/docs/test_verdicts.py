"""The page of the verdicts names each of them once, and only probes and scenarios that exist."""

from __future__ import annotations

import re
from pathlib import Path

from simulator.report import checks, probe_files
from simulator.scenario import shipped

PAGE = (Path(__file__).parent.parent.parent / "docs" / "verdicts.md").read_text()
ROWS = [row.split(" | ") for row in PAGE.splitlines() if row.startswith("| `")]


def test_each_verdict_has_one_row() -> None:
    assert sorted(row[0].strip("| `") for row in ROWS) == sorted(checks())


def test_a_row_says_what_is_watched_what_is_right_which_probe_asks_and_what_stays_open() -> None:
    assert [row[0] for row in ROWS if len(row) != 5 or not all(cell.strip(" |") for cell in row)] == []


def test_each_probe_that_is_named_exists() -> None:
    named = {name for row in ROWS for name in re.findall(r"\*([\w-]+)\*", row[3])}
    assert named - set(probe_files.names()) == set()
    ships = {name for row in ROWS for name in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", row[3])}
    assert ships - set(shipped.names()) == set()
