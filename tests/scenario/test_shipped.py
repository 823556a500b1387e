"""Every shipped scenario, played: the story its ``about`` tells is the story a client lives through."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import tests.scenario.stories  # noqa: F401 - its stories register themselves
from simulator.apis import discover
from simulator.core.errors import UsageError
from simulator.report.verdicts import checks
from simulator.scenario import shipped
from simulator.scenario.language.problem import RejectedScenario
from simulator.scenario.loader import check, load
from tests.adapters import SocketDoor
from tests.scenario.clients import STORIES
from tests.service import Serve

BROKEN_ON_THE_WIRE = {"lost-answer", "chaos"}
"""Those that only our own server can play."""


@pytest.mark.parametrize("name", shipped.names())
def test_the_story_is_told(name: str, serve: Serve, door: Any) -> None:
    if name in BROKEN_ON_THE_WIRE and not isinstance(door, SocketDoor):
        with pytest.raises(RejectedScenario, match="E301"):
            serve(scenario=name)
        return
    STORIES[name](serve(scenario=name))


def test_every_story_belongs_to_a_file() -> None:
    assert sorted(STORIES) == shipped.names()


@pytest.mark.parametrize("name", shipped.names())
def test_what_ships_is_beyond_doubt(name: str) -> None:
    """No error, no warning, and the name is the file's."""
    path = shipped.find(name)
    scenario = load(path.read_bytes(), discover(), strict=True)

    assert scenario.name == name == path.stem
    assert scenario.about.endswith(".")
    assert scenario.tags
    assert check(path.read_bytes(), discover(), verdicts=checks()) == []
    assert not any(re.fullmatch(r"rule-\d+", rule) for rule in scenario.rule_ids)


def test_they_are_listed_with_their_stories() -> None:
    listed = shipped.listed(discover())

    assert [one.name for one in listed] == shipped.names()
    assert listed[shipped.names().index("jquants-retired")].about.startswith("The service is gone.")


def test_a_name_that_is_none_meets_what_was_meant() -> None:
    with pytest.raises(UsageError, match='Did you mean "jquants-outage"'):
        shipped.find("jquants-outtage")
    with pytest.raises(UsageError, match="lists them"):
        shipped.find("zzz")
    with pytest.raises(UsageError, match="no shipped scenario"):
        shipped.find("../scenarios/chaos")


def test_a_scenario_is_meant_by_file_or_by_name(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_bytes(b"version: 1\nname: mine\n")

    assert shipped.source(str(mine)) == (str(mine), b"version: 1\nname: mine\n")
    assert shipped.source("chaos")[1] == shipped.find("chaos").read_bytes()
    with pytest.raises(UsageError, match=r'no scenario file "missing\.yaml"'):
        shipped.source("missing.yaml")
    with pytest.raises(UsageError, match="no scenario file"):
        shipped.source(str(tmp_path / "missing"))
