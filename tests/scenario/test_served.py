"""A scenario and a server that is one API alone: what speaks of it runs, what speaks of others only is refused."""

from __future__ import annotations

import json

import pytest

from simulator.apis import discover
from simulator.control.dispatch import dispatch
from simulator.core.model.call import WIRE_FAULTS, Request
from simulator.scenario import shipped
from simulator.scenario.language.problem import RejectedScenario
from simulator.scenario.loader import load
from simulator.simulation import Simulation

OF_JQUANTS = "{id: a, when: {operation: jquants.auth_refresh}, then: {delay: 1s}}"
OF_UID2 = "{id: b, when: {operation: uid2.token_refresh}, then: {delay: 1s}}"
OF_BOTH = '{id: c, when: {operation: "*"}, then: {delay: 1s}}'


def written(*rules: str, head: str = "") -> str:
    return "\n".join(["version: 1", "name: a", *([head] if head else []), "rules:", *(f"  - {rule}" for rule in rules)])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(written(OF_UID2), id="its own"),
        pytest.param(written(OF_JQUANTS, OF_UID2), id="another's as well"),
        pytest.param(written(OF_BOTH), id="a pattern for all"),
        pytest.param(written(OF_JQUANTS, head="world: {uid2: {refresh_lifetime: 2h}}"), id="its world"),
        pytest.param("version: 1\nname: a\nclock: {frozen: true}\n", id="nobody's"),
    ],
)
def test_what_has_something_for_the_server_runs_there(text: str) -> None:
    assert load(text, discover(), served=["uid2"]).name == "a"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(written(OF_JQUANTS), (3, 1), id="rules"),
        pytest.param("version: 1\nname: a\nworld: {jquants: {id_token_lifetime: 1h}}\n", (3, 1), id="world"),
    ],
)
def test_what_has_nothing_for_it_would_silently_do_nothing(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(RejectedScenario) as refused:
        load(text, discover(), served=["uid2"])

    (problem,) = refused.value.problems
    assert (problem.code, problem.line, problem.column) == ("E107", *place)
    assert "all about jquants, and the server is uid2 alone" in problem.message
    assert load(text, discover()).name == "a", "a server of both has use for it"


@pytest.fixture
def jquants_alone() -> Simulation:
    everything = discover()
    (jquants,) = (api for api in everything if api.name == "jquants")
    return Simulation([jquants], alone=True, scripted=everything, wire_faults=WIRE_FAULTS)


def test_its_control_plane_lists_every_shipped_one(jquants_alone: Simulation) -> None:
    listed = dispatch(jquants_alone, Request("GET", "/_simulator/scenarios", "", {}))

    assert listed.status == 200
    assert [one["name"] for one in json.loads(listed.body)["scenarios"]] == shipped.names()


@pytest.mark.parametrize("name", shipped.names())
def test_it_takes_the_shipped_ones_that_have_something_for_it(jquants_alone: Simulation, name: str) -> None:
    body = json.dumps({"name": name}).encode()

    loaded = dispatch(jquants_alone, Request("PUT", "/_simulator/scenario", "", {}, body))

    assert loaded.status == (422 if name.startswith("uid2-") else 200)
