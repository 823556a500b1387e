"""How many there may be, and how long one may lie idle, on a clock that the test moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.apis import discover
from simulator.core.model.call import Request
from simulator.sandbox.config import DEFAULT_CONFIG, SandboxLimits
from simulator.sandbox.registry import SandboxRefused, SandboxRegistry
from simulator.simulation import Simulation
from simulator.state.memory import MemoryStore
from tests.control.conftest import Control
from tests.service import Serve

HOUR = 3_600.0


class Ticks:
    """Real seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def sandboxes(ticks: Ticks, store: MemoryStore) -> SandboxRegistry:
    limits = SandboxLimits(count=2, idle=timedelta(hours=1))
    return SandboxRegistry(discover(), secret=b"limits", store=store, config=DEFAULT_CONFIG, limits=limits, now=ticks)


def test_as_many_as_the_bound_and_not_one_more(sandboxes: SandboxRegistry) -> None:
    """The default one does not count."""
    first = sandboxes.get("a"), sandboxes.get("b")
    with pytest.raises(SandboxRefused, match="2 sandboxes and none is idle") as refused:
        sandboxes.get("c")
    assert refused.value.status == 503
    assert (sandboxes.get("a"), sandboxes.get("b")) == first
    assert sandboxes.names() == ["default", "a", "b"]

    sandboxes.delete("a")
    assert sandboxes.get("c").name == "c"


@pytest.mark.parametrize(
    ("idle", "put_away"), [pytest.param(HOUR - 1, False, id="inside"), (HOUR, False), (HOUR + 1, True)]
)
def test_an_idle_one_makes_room(sandboxes: SandboxRegistry, ticks: Ticks, idle: float, put_away: bool) -> None:
    sandboxes.get("a")
    ticks.seconds += idle
    sandboxes.get("b")
    if not put_away:
        with pytest.raises(SandboxRefused):
            sandboxes.get("c")
        return
    sandboxes.get("c")
    assert sandboxes.names() == ["default", "b", "c"]


def test_using_one_keeps_it(sandboxes: SandboxRegistry, ticks: Ticks) -> None:
    sandboxes.get("a")
    sandboxes.get("b")
    ticks.seconds += HOUR
    kept = sandboxes.get("a")
    ticks.seconds += 1
    sandboxes.get("c")
    assert sandboxes.names() == ["default", "a", "c"]
    assert sandboxes.get("a") is kept


def test_looking_for_one_is_not_using_it(sandboxes: SandboxRegistry, ticks: Ticks) -> None:
    assert sandboxes.find("a") is None
    made = sandboxes.get("a")
    sandboxes.get("b")
    ticks.seconds += HOUR + 1
    assert sandboxes.find("a") is made
    sandboxes.get("c")
    assert sandboxes.find("a") is None


def test_the_default_one_is_never_put_away(sandboxes: SandboxRegistry, ticks: Ticks) -> None:
    default = sandboxes.get("default")
    ticks.seconds += 100 * HOUR
    for name in ("a", "b"):
        sandboxes.get(name)
    ticks.seconds += 100 * HOUR
    sandboxes.get("c")
    assert sandboxes.get("default") is default


def test_who_listens_is_told_of_those_that_went(sandboxes: SandboxRegistry, ticks: Ticks) -> None:
    """So that an answer that hangs for one does not hang for ever."""
    told: list[str] = []
    sandboxes.listen(told.append)
    sandboxes.get("a")
    sandboxes.get("b")
    ticks.seconds += HOUR + 1
    sandboxes.get("c")
    assert sorted(told) == ["a", "b"]
    sandboxes.delete("c")
    sandboxes.get("default").reset()
    assert told[2:] == ["c", "default"]


def test_nothing_is_kept_for_names_that_are_gone(sandboxes: SandboxRegistry, store: MemoryStore) -> None:
    """A server in CI sees a new name for every test, for months."""
    sandboxes.get("warm")
    sandboxes.delete("warm")
    for number in range(100):
        sandboxes.get(f"test-{number}").status_store("uid2")
        sandboxes.delete(f"test-{number}")
    assert store.names() == ["default"]


def test_a_client_is_told_what_to_do() -> None:
    simulation = Simulation(discover(), limits=SandboxLimits(count=1))
    for name, status in (("a", 400), ("b", 503)):
        reply = simulation.answer(Request("GET", f"/sandbox/{name}/v1/token/refresh", "", {}))
        assert reply.status == status
    assert b"Delete those that are done with" in reply.body
    assert reply.header("Content-Type") == "application/problem+json"


def test_the_control_plane_is_told_too(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    control = Control(serve())
    monkeypatch.setattr(control.service.simulation.sandboxes, "_limits", SandboxLimits(count=0))
    assert control.inside("a").refused(503, "GET", "clock")["title"] == "No such sandbox"
    assert control.ok("GET", "clock")["frozen"] is True
