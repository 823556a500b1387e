"""Every API folder has the same files in the same order, so that reading one explains the others."""

from __future__ import annotations

from pathlib import Path

import pytest

import simulator.apis
from simulator.apis import discover

APIS = Path(simulator.apis.__file__).parent
FILES = (
    *("facts", "texts", "profile", "settings", "world", "tokens", "request", "identity", "operations", "errors"),
    *("gateway", "minting", "replies"),
)


@pytest.mark.parametrize("name", [api.name for api in discover()])
@pytest.mark.parametrize("file", FILES)
def test_every_api_has_each_file(name: str, file: str) -> None:
    assert (APIS / name / f"{file}.py").is_file() or (APIS / name / file / "__init__.py").is_file()


@pytest.mark.parametrize("name", [api.name for api in discover()])
def test_the_folder_names_its_files_in_order(name: str) -> None:
    """The reading order of its docstring is the same in each."""
    opening = (APIS / name / "__init__.py").read_text(encoding="utf-8").partition("Read in this order:")[2]
    places = [opening.find(file) for file in FILES]
    assert -1 not in places
    assert places == sorted(places)
