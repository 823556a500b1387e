"""docs/architecture.md is true: its paths and names exist, its layers are the contract's, its walk-throughs work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docs.walk_through import PAGE, ROOT, change, copy_package, follow, sections

PACKAGE = ROOT / "simulator"
TEXT = PAGE.read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    body = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in body.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[2:]]


def test_the_layers_are_those_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]

    listed = [" | ".join(re.findall(r"`(\w+)`", row[0])) for row in rows("Layers")]

    assert listed == layers


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in rows("Where do I change …")])
def test_each_change_is_made_where_the_page_says(row: list[str]) -> None:
    _, path, symbol = row

    assert symbol.strip("`") in (PACKAGE / path.strip("`")).read_text()


def test_there_are_twelve_changes() -> None:
    assert len(rows("Where do I change …")) == 12


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in rows("Glossary")])
def test_each_term_is_defined_where_the_page_says(row: list[str]) -> None:
    found = re.fullmatch(r"`(\w+)` in `([\w/.]+)`", row[2])
    assert found is not None, row[2]
    name, path = found.groups()

    assert re.search(rf"^(?:class {name}\b|{name} = )", (PACKAGE / path).read_text(), re.M)


def test_each_file_in_the_picture_exists() -> None:
    picture = TEXT.partition("```text\n")[2].partition("```")[0]
    named = re.findall(r"[\w/]+/(?:NAME/)?\w+\.py|simulation\.py", picture)
    assert len(named) > 10
    for path in named:
        for api in ("jquants", "uid2"):
            assert (PACKAGE / path.replace("NAME", api)).is_file(), path


@pytest.mark.parametrize("heading", sections())
def test_a_walk_through_works_in_a_copy_of_the_package(heading: str, tmp_path: Path) -> None:
    copy_package(tmp_path)
    trial = follow(sections()[heading], tmp_path)

    own = f"import simulator\nassert simulator.__file__.startswith({str(tmp_path)!r})\n"
    ran = subprocess.run(
        [sys.executable, "-c", own + trial], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr


def test_there_are_four_walk_throughs() -> None:
    assert list(sections()) == ["Add an API", "Add a fault", "Add a verdict", "Add a rule action"]


def test_a_change_whose_lines_are_not_in_the_file_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("one\ntwo\n")

    with pytest.raises(AssertionError, match="0 times"):
        change(path, " three\n+four\n")
    change(path, " one\n+and a half\n")

    assert path.read_text() == "one\nand a half\ntwo\n"
