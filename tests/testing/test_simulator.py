"""How a simulator starts: what it is told to begin with, where it listens, and how it ends."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from simulator.apis.jquants.settings import Account, JQuantsSettings
from simulator.core.errors import PortTaken, ScenarioInvalid, SimulatorError, UsageError
from simulator.testing import Handle, Simulator
from tests.testing.clients import refresh

MOMENT = datetime(2024, 1, 4, tzinfo=UTC)


def test_it_listens_while_it_runs_and_not_after() -> None:
    with Simulator() as sim:
        assert refresh(sim, "never-issued").status_code == 403
        url = sim.url

    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/_simulator/health", timeout=10)


def test_it_can_be_started_and_stopped_by_hand_more_than_once() -> None:
    sim = Simulator()
    for _ in range(2):
        sim.start()
        assert refresh(sim, "never-issued").status_code == 403
        sim.stop()
    sim.stop()


def test_it_is_not_started_twice() -> None:
    """The first server would be forgotten, and go on."""
    with Simulator() as sim, pytest.raises(UsageError, match="runs already"):
        sim.start()


def test_each_start_has_an_application_of_its_own() -> None:
    sim = Simulator(serve=False)
    for _ in range(2):
        with sim:
            assert sim.app.test_client().post("/v1/token/auth_refresh").status_code == 400
            assert len(sim.journal) == 1


def test_what_it_saw_can_be_read_when_it_has_ended() -> None:
    with Simulator() as sim:
        refresh(sim, "never-issued")

    assert [entry.status for entry in sim.journal] == [403]


def test_one_that_does_not_run_says_so() -> None:
    with pytest.raises(UsageError, match="does not run"):
        Simulator().clock.now()


def test_a_port_that_is_taken_is_told() -> None:
    with Simulator() as sim, pytest.raises(PortTaken):
        Simulator(port=int(sim.url.rpartition(":")[2])).start()


def test_nobody_at_an_address_is_told_at_the_start() -> None:
    with Simulator() as sim:
        url = sim.url
    with pytest.raises(SimulatorError, match="no simulator answers"):
        Simulator(url=url).start()


def test_one_that_runs_elsewhere_has_its_own_port() -> None:
    with pytest.raises(UsageError, match="own affair"):
        Simulator(url="http://127.0.0.1:1", port=8080)


@pytest.fixture(params=["here", "elsewhere"])
def begin(request: pytest.FixtureRequest) -> Any:
    """Start a sandbox with a beginning, of a simulator here or elsewhere: it must make no difference."""
    if request.param == "here":

        def here(**beginning: Any) -> Handle:
            sim = Simulator(serve=False, **beginning).start()
            return sim.sandbox("begun")

        yield here
        return
    with Simulator() as server:

        def elsewhere(**beginning: Any) -> Handle:
            return Simulator(url=server.url, **beginning).start().sandbox("begun")

        yield elsewhere


def test_a_clock_begins_at_a_moment(begin: Any) -> None:
    sandbox = begin(clock={"at": MOMENT, "frozen": True})
    assert sandbox.clock.now() == MOMENT

    sandbox.clock.advance("1h")
    sandbox.reset()
    assert sandbox.clock.now() == MOMENT


def test_a_moment_alone_lets_the_clock_run(begin: Any) -> None:
    sandbox = begin(clock="2024-01-04T00:00:00Z")

    assert MOMENT <= sandbox.clock.now() < MOMENT + timedelta(minutes=5)
    assert not sandbox.clock.frozen


@pytest.mark.parametrize(
    "world",
    [
        pytest.param({"id_token_lifetime": timedelta(hours=1)}, id="timedelta"),
        pytest.param({"id_token_lifetime": "1h"}, id="text"),
        pytest.param(
            JQuantsSettings(id_token_lifetime=timedelta(hours=1), accounts=(Account("a@b", "c"),)), id="class"
        ),
    ],
)
def test_a_world_begins_as_told(begin: Any, world: Any) -> None:
    sandbox = begin(world={"jquants": world}, clock={"at": MOMENT, "frozen": True})
    minted = sandbox.mint("jquants", "id_token")

    assert minted.expires_at - minted.issued_at == timedelta(hours=1)


def test_a_beginning_stays_beneath_a_scenario_and_after_it(begin: Any) -> None:
    sandbox = begin(world={"jquants": {"id_token_lifetime": "1h"}})
    sandbox.load("jquants-outage")
    assert _lifetime(sandbox) == timedelta(hours=1)

    sandbox.load({"world": {"uid2": {"opted_out": ["a@example.com"]}}, "rules": []})
    assert _lifetime(sandbox) == timedelta(hours=1)

    sandbox.unload()
    assert _lifetime(sandbox) == timedelta(hours=1)


def test_a_scenario_wins_over_the_beginning(begin: Any) -> None:
    sandbox = begin(world={"jquants": {"id_token_lifetime": "1h"}})
    sandbox.load({"world": {"jquants": {"id_token_lifetime": "2h"}}, "rules": []})

    assert _lifetime(sandbox) == timedelta(hours=2)


def test_every_sandbox_begins_under_the_scenario(begin: Any) -> None:
    sandbox = begin(scenario="jquants-retired", profile="observed")
    with sandbox.sandbox("another") as another:
        for place in (sandbox, another):
            assert _asked(place)
            assert [bool(entry.rules) for entry in place.journal] == [True]


@pytest.mark.parametrize("profile", ["observed", {"jquants": "observed"}], ids=["both APIs", "one API"])
def test_a_profile_is_chosen(begin: Any, profile: Any) -> None:
    """A dead refresh token is refused with 400 by the last live service, with 403 by the documents."""
    sandbox = begin(profile=profile)

    with sandbox.sandbox("asked") as asked:
        asked.load({"rules": [{"id": "dead", "then": {"error": "jquants.refreshtoken_invalid"}}]})
        assert _asked(asked)
        assert [entry.status for entry in asked.journal] == [400]


@pytest.mark.parametrize(
    ("beginning", "why"),
    [
        ({"profile": "observd"}, "observd"),
        ({"profile": {"uid3": "observed"}}, "uid3"),
        ({"profile": {"jquants": "current"}}, "current"),
        ({"world": {"jquants": {"id_token_lifetime": 5}}}, "E106"),
        ({"clock": {"att": MOMENT}}, "att"),
        ({"clock": "2024-01-04"}, "zone"),
        ({"scenario": "jquants-outgae"}, "jquants-outage"),
    ],
    ids=["profile", "profile's API", "another API's profile", "world", "clock's member", "clock", "scenario"],
)
def test_a_beginning_that_cannot_be_meant_is_refused(beginning: Any, why: str) -> None:
    with pytest.raises((UsageError, ScenarioInvalid), match=why):
        Simulator(serve=False, **beginning).start()


def test_a_sandbox_can_be_all_that_one_has_of_a_simulator() -> None:
    with Simulator() as server, Simulator(url=f"{server.url}/sandbox/mine") as mine:
        assert mine.url == f"{server.url}/sandbox/mine"
        assert mine.sandbox("other").url == f"{server.url}/sandbox/other"


def test_tls_is_spoken_where_asked_for() -> None:
    with Simulator(tls=True) as sim:
        assert sim.jquants_url.startswith("https://")
        assert sim.ca_file is not None
        context = ssl.create_default_context(cafile=sim.ca_file)
        assert context.get_ca_certs()
        answer = requests.post(f"{sim.jquants_url}/token/auth_refresh", verify=str(sim.ca_file), timeout=10)
        assert answer.json() == {"message": "'refreshtoken' is required."}
    assert sim.ca_file is None


def _lifetime(sandbox: Handle) -> timedelta:
    minted = sandbox.mint("jquants", "id_token")
    return minted.expires_at - minted.issued_at


def _asked(sandbox: Handle) -> bool:
    """Call it, with a socket where it has one."""
    return refresh(sandbox, "never-issued").status_code >= 400


@pytest.mark.parametrize(
    ("clock", "says"),
    [
        ({"at": "2024-01-04T00:00:00Z", "frozen": "yes"}, "expected true or false, got a string"),
        ({"frozn": True}, 'unknown key "frozn" .did you mean "frozen"'),
        ({"rate": "fast", "at": "today"}, "(?s)RFC 3339.*expected a number"),
        ({"at": "+1h", "frozen": True}, "is not a moment"),
        (5, "5 is no moment"),
    ],
)
def test_every_mistake_in_the_clock_is_told(clock: object, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Simulator(serve=False, clock=clock).start()
