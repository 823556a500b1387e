"""docs/clients.md holds what a run gives, row by row."""

from __future__ import annotations

import pytest

from clients.catalogue import CLIENTS, OFFICIAL_V1, Client
from clients.measure import PAGE, read_table, row
from clients.stories import Story, stories
from simulator.scenario import shipped
from simulator.testing import Simulator
from tests.clients.conftest import fit

pytestmark = pytest.mark.slow

RUN = [
    pytest.param(client, story, id=f"{client.name} {story.title}")
    for client in CLIENTS
    for story in stories(client)
    if client is not OFFICIAL_V1 and not story.slow
]
"""All but what takes half a minute, and the older of two versions: the next test has its rows from the newer one."""


@pytest.mark.parametrize(("client", "story"), RUN)
def test_a_row_is_what_a_run_gives(client: Client, story: Story, observed: Simulator) -> None:
    fresh = row(fit(client), story, observed)

    assert fresh in read_table(PAGE.read_text(), client).splitlines()


def test_both_versions_of_the_official_client_do_the_same() -> None:
    newer, older = (read_table(PAGE.read_text(), client) for client in CLIENTS[:2])

    assert newer.count("\n") > 10
    assert newer == older


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: str(client.name))
def test_every_row_is_of_a_scenario_that_ships(client: Client) -> None:
    table = read_table(PAGE.read_text(), client)

    for story in stories(client):
        assert f"| `{story.title}` |" in table
        assert story.scenario in shipped.names()
