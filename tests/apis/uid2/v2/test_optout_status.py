"""Which raw UIDs have opted out, and the opt-out by logout (docs/sources/uid2-current.md §D8, §D9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.apis.uid2.java import to_base64
from simulator.apis.uid2.person import advertising_id, person_named
from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.core.model.api import ProfileName
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import Integrator
from tests.conftest import START

STATUS, LOGOUT, MAP = "/v2/optout/status", "/v2/token/logout", "/v3/identity/map"
PROFILES: tuple[ProfileName, ...] = ("documented", "observed", "current")
ANN, BOB = {"email": "ann@example.com"}, {"phone": "+12345678902"}
GONE = "gone@example.com"
HOUR = timedelta(hours=1)


@pytest.fixture(params=PROFILES)
def client(request: pytest.FixtureRequest, integrate: Integrate) -> Integrator:
    return integrate(Uid2Settings(opted_out=(GONE,)), profile=request.param)


def raw_uid(client: Integrator, **named: str) -> str:
    """The raw UID of somebody who has not opted out."""
    [(name, value)] = named.items()
    [found] = client.ask(MAP, {name: [value]})["body"][name]
    return str(found["u"])


def opted_out(client: Integrator, ids: object) -> Any:
    answer = client.ask(STATUS, {"advertising_ids": ids})
    assert answer["status"] == "success"
    return answer["body"]["opted_out"]


def milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) * 1000


def test_nobody_has_opted_out(client: Integrator) -> None:
    assert client.ask(STATUS, {"advertising_ids": []}) == {"body": {"opted_out": []}, "status": "success"}
    assert opted_out(client, [raw_uid(client, **ANN), "nobody's", 7, None, {"a": 1}]) == []


def test_an_opt_out_is_told_with_its_second(client: Integrator) -> None:
    ann, bob = raw_uid(client, **ANN), raw_uid(client, **BOB)
    client.service.clock.advance(timedelta(hours=1, milliseconds=700))
    assert client.ask(LOGOUT, ANN) == {"body": {"optout": "OK"}, "status": "success"}
    since = milliseconds(START + HOUR)
    client.service.clock.advance(HOUR)
    assert opted_out(client, [bob, ann]) == [{"advertising_id": ann, "opted_out_since": since}]


def test_ids_come_back_in_order_and_as_often_as_they_were_sent(client: Integrator) -> None:
    ann, bob = raw_uid(client, **ANN), raw_uid(client, **BOB)
    client.ask(LOGOUT, ANN)
    client.ask(LOGOUT, BOB)
    assert [found["advertising_id"] for found in opted_out(client, [bob, ann, bob, ann[:-1], "x"])] == [bob, ann, bob]


def test_a_person_of_the_world_has_opted_out_since_it_began(integrate: Integrate) -> None:
    uid = raw_uid(integrate(), email=GONE)
    client = integrate(Uid2Settings(opted_out=(GONE,)))
    client.service.clock.advance(HOUR)
    assert opted_out(client, [uid]) == [{"advertising_id": uid, "opted_out_since": milliseconds(START)}]


def test_a_scenarios_opt_out_is_told(integrate: Integrate) -> None:
    rule = {"id": "out", "when": {"operation": "uid2.v2_token_refresh"}, "then": {"optout": True}}
    client = integrate(profile="current", rules=[rule])
    uid = raw_uid(client, email="user@example.com")
    client.refresh(client.login()["refresh_token"])
    assert [found["advertising_id"] for found in opted_out(client, [uid])] == [uid]


@pytest.mark.parametrize("mail", ["optout@example.com", "refresh-optout@example.com"])
def test_a_test_identity_is_in_no_record(integrate: Integrate, mail: str) -> None:
    """Inferred: docs/sources/uid2-current.md §D8."""
    client = integrate(Uid2Settings(), profile="current")
    assert opted_out(client, [to_base64(advertising_id(person_named(mail)))]) == []


@pytest.mark.parametrize(
    ("payload", "status", "message", "word"),
    [
        pytest.param(None, 400, "Invalid request body", "client_error", id="no JSON"),
        pytest.param({}, 400, "Required Parameter Missing: advertising_ids", "client_error", id="absent"),
        pytest.param(
            {"advertising_ids": None}, 400, "Required Parameter Missing: advertising_ids", "client_error", id="null"
        ),
        pytest.param({"advertising_ids": ["x"] * 5001}, 400, "Request payload is too large", "client_error", id="5001"),
        pytest.param(
            {"advertising_ids": "x"}, 500, "Unknown error while getting optout status", "unknown", id="a text"
        ),
        pytest.param({"advertising_ids": {}}, 500, "Unknown error while getting optout status", "unknown", id="object"),
    ],
)
def test_what_is_no_question(client: Integrator, payload: object, status: int, message: str, word: str) -> None:
    answer = client.post(STATUS, payload)
    assert (answer.status, answer.json) == (status, {"message": message, "status": word})


def test_five_thousand_ids_are_not_too_many(client: Integrator) -> None:
    assert opted_out(client, ["x"] * 5000) == []


@pytest.mark.parametrize(
    ("path", "roles"), [(STATUS, {"mapper", "sharer", "id_reader"}), (LOGOUT, {"optout"})], ids=["status", "logout"]
)
@pytest.mark.parametrize("role", ["generator", "mapper", "sharer", "id_reader", "optout"])
def test_each_wants_a_role(integrate: Integrate, path: str, roles: set[str], role: Any) -> None:
    client = integrate(Uid2Settings(keys=(ApiKey("k", roles=(role,)),)))
    answer = Integrator(client.service, key="k").post(path, {"advertising_ids": []})
    assert (answer.status == 401) is (role not in roles)


def test_a_logout_counts_in_every_operation(client: Integrator) -> None:
    identity = client.login(**ANN)
    client.ask(LOGOUT, ANN | {"clientIp": "192.0.2.1"})
    assert client.refreshed(identity) == {"status": "optout"}
    assert client.ask(MAP, {"email": [ANN["email"]]})["body"]["email"] == [{"e": "optout"}]
    assert client.ask("/v2/token/generate", ANN | {"optout_check": 1}) == {"status": "optout"}


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        pytest.param(None, "null", id="no JSON"),
        pytest.param({}, "null", id="nobody"),
        pytest.param({"email": "a@b.com", "phone": "+12345678902"}, "null", id="two"),
        pytest.param(
            {"email": "nobody"}, "com.uid2.operator.service.InputUtil$InputVal@1b2c3d4", id="an invalid identifier"
        ),
    ],
)
def test_a_logout_of_nobody(client: Integrator, payload: object, shown: str) -> None:
    answer = client.post(LOGOUT, payload)
    assert (answer.status, answer.json) == (
        400,
        {"message": f"Invalid Token presented {shown}", "status": "invalid_token"},
    )


def test_a_refused_logout_opts_nobody_out(integrate: Integrate) -> None:
    rule = {"id": "down", "when": {"operation": "uid2.v2_token_logout"}, "then": {"error": "uid2.unavailable"}}
    client = integrate(profile="current", rules=[rule])
    assert client.post(LOGOUT, ANN).status == 503
    assert client.ask("/v2/token/generate", ANN)["status"] == "success"


def test_the_id_of_the_opt_out_is_the_one_of_its_time(integrate: Integrate) -> None:
    """What is recorded is the raw UID as of the opt-out; after a rotation the person has another."""
    client = integrate(Uid2Settings(salt_age=timedelta(days=364)))
    before = raw_uid(client, **ANN)
    client.ask(LOGOUT, ANN)
    client.service.clock.advance(timedelta(days=2))
    assert [found["advertising_id"] for found in opted_out(client, [before])] == [before]
