"""Tables on a terminal and for programs."""

from __future__ import annotations

import pytest

from simulator.cli.running.tables import table

ROWS = [(1, "jquants.auth_refresh", "a reason that is long"), (12, "x", "short")]
HEADINGS = ("#", "operation", "why")


def test_a_table_that_programs_read_is_whole() -> None:
    assert table(HEADINGS, ROWS).splitlines() == [
        " #  operation             why",
        " 1  jquants.auth_refresh  a reason that is long",
        "12  x                     short",
    ]


@pytest.mark.parametrize("width", [30, 40, 46])
def test_a_table_fits_the_terminal(width: int) -> None:
    lines = table(HEADINGS, ROWS, width).splitlines()
    assert max(map(len, lines)) <= width
    assert all("…" in line for line in lines[1:2])
    assert lines[2].split() == ["12", "x", "short"]


def test_a_heading_is_never_cut() -> None:
    assert table(HEADINGS, ROWS, 5).splitlines()[0] == "#  operation  why"
