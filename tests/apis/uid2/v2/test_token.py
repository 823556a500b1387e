"""Generate, refresh and validate over the wire (docs/sources/uid2.md §6)."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.core.model.api import ProfileName
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import Integrator, decrypted
from tests.service import Answer

START = datetime(2024, 1, 4, tzinfo=UTC)
GENERATE = "/v2/token/generate"
MILLISECOND = timedelta(milliseconds=1)
DAY = timedelta(days=1)
REQUIRED = "Required Parameter Missing: exactly one of [email, email_hash, phone, phone_hash] must be specified"
OPTED_OUT = {"status": "optout"}
KNOWN_OUT = "gone@example.com"


def milliseconds(span: timedelta) -> int:
    return (START + span - datetime(1970, 1, 1, tzinfo=UTC)) // MILLISECOND


def refused(answer: Answer) -> tuple[int, Any]:
    assert answer.header("content-type") == "application/json"
    return answer.status, answer.json


def v1_refresh(client: Integrator, token: str) -> Answer:
    return client.service.get(f"/v1/token/refresh?refresh_token={quote(token, safe='')}", headers=client.caller)


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_an_identity_has_its_six_fields_in_order(integrate: Integrate, profile: ProfileName) -> None:
    """Moments too, in both profiles: the page that has none is v1's."""
    identity = integrate(profile=profile).login()
    assert list(identity) == [
        "advertising_token",
        "refresh_token",
        "identity_expires",
        "refresh_expires",
        "refresh_from",
        "refresh_response_key",
    ]
    assert (len(identity["advertising_token"]), len(identity["refresh_token"])) == (218, 388)
    assert len(b64decode(identity["refresh_response_key"], validate=True)) == 32
    assert identity["identity_expires"] == milliseconds(timedelta(hours=1))
    assert identity["refresh_expires"] == milliseconds(DAY)
    assert identity["refresh_from"] == milliseconds(timedelta(minutes=15))


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        pytest.param(None, REQUIRED, id="no JSON"),
        pytest.param({}, REQUIRED, id="nothing"),
        pytest.param({"email": None}, REQUIRED, id="null"),
        pytest.param({"email": "a@b.com", "phone": "+12345678901"}, REQUIRED, id="two"),
        pytest.param({"email": ""}, "Invalid Identifier", id="empty"),
        pytest.param({"email": "nobody"}, "Invalid Identifier", id="no mail"),
        pytest.param({"phone": "12345"}, "Invalid Identifier", id="no phone"),
        pytest.param({"email_hash": "short"}, "Invalid Identifier", id="no hash"),
        pytest.param({"email": ["a@b.com"]}, None, id="a list has a text form: [a@b.com]"),
        pytest.param({"email": "a@b.com", "optout_check": 2}, "request body contains invalid argument(s)", id="two?"),
        pytest.param({"email": "a@b.com", "policy": "1"}, "request body contains invalid argument(s)", id="text"),
        pytest.param({"email": "a@b.com", "policy": True}, "request body contains invalid argument(s)", id="bool"),
        pytest.param({"email": "nobody", "policy": 7}, "Invalid Identifier", id="the identifier comes first"),
    ],
)
def test_generate_names_what_is_wrong(client: Integrator, payload: object, message: str | None) -> None:
    answer = client.post(GENERATE, payload)
    if message is None:
        assert client.opened(answer)["status"] == "success"
        return
    assert refused(answer) == (400, {"message": message, "status": "client_error"})


@pytest.mark.parametrize("name", ["optout_check", "policy"])
@pytest.mark.parametrize(
    ("participant", "check", "status"),
    [
        ("legacy", None, "stand-in"),
        ("legacy", 0, "stand-in"),
        ("legacy", 1, "optout"),
        ("new", None, "refused"),
        ("new", 0, "refused"),
        ("new", 1, "optout"),
    ],
)
def test_what_becomes_of_an_opted_out_person(
    integrate: Integrate, name: str, participant: Any, check: int | None, status: str
) -> None:
    client = integrate(Uid2Settings(keys=(ApiKey("simulator-uid2-api-key", participant=participant),)))
    payload = {"email": "optout@example.com"} | ({} if check is None else {name: check})
    answer = client.post(GENERATE, payload)
    if status == "refused":
        assert refused(answer) == (
            400,
            {
                "message": "Required opt-out policy argument for token/generate is missing or not set to 1",
                "status": "client_error",
            },
        )
    elif status == "optout":
        assert client.opened(answer) == OPTED_OUT
    else:
        assert client.refreshed(client.opened(answer)["body"]) == OPTED_OUT


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"email": KNOWN_OUT}, "optout"),
        ({"email": "optout@email.com"}, "optout"),
        ({"phone": "+00000000000"}, "optout"),
        ({"email": "refresh-optout@example.com"}, "success"),
        ({"email": "validate@example.com"}, "success"),
        ({"email": "user@example.com"}, "success"),
    ],
)
def test_who_is_opted_out_when_generate_asks(integrate: Integrate, who: dict[str, str], status: str) -> None:
    client = integrate(Uid2Settings(opted_out=(KNOWN_OUT,)))
    assert client.ask(GENERATE, who | {"optout_check": 1})["status"] == status


@pytest.mark.parametrize("who", [{"email": KNOWN_OUT}, {"phone": "+19999999999"}], ids=["mail", "phone"])
def test_a_stand_in_is_somebody_else(integrate: Integrate, who: dict[str, str]) -> None:
    """Its raw UID is not the person's; its kind is."""
    client = integrate(Uid2Settings(opted_out=tuple(who.values())))
    identity = client.login(**who)
    assert identity["advertising_token"][:2] == ("A4" if "email" in who else "B4")
    assert client.refreshed(identity) == OPTED_OUT
    assert client.refreshed(identity, known=False) == OPTED_OUT


def test_a_new_participants_request_with_the_check_succeeds(integrate: Integrate) -> None:
    client = integrate(Uid2Settings(keys=(ApiKey("simulator-uid2-api-key", participant="new"),)))
    assert client.ask(GENERATE, {"email": "user@example.com", "optout_check": 1})["status"] == "success"


@pytest.mark.parametrize("known", [True, False], ids=["key", "stranger"])
def test_a_refresh_is_encrypted_under_the_tokens_own_key(client: Integrator, known: bool) -> None:
    """No nonce, no timestamp: the JSON alone. Each answer has a new key, and the old token stays good."""
    first = client.login()
    second = client.refreshed(first, known=known)["body"]
    again = client.refreshed(first, known=known)["body"]
    assert len({one["refresh_response_key"] for one in (first, second, again)}) == 3
    assert client.refreshed(second)["status"] == "success"


@pytest.mark.parametrize("past", [-MILLISECOND, timedelta(0), MILLISECOND], ids=["inside", "at", "past"])
def test_a_refresh_token_lives_through_the_millisecond_of_its_death(client: Integrator, past: timedelta) -> None:
    identity = client.login()
    client.service.clock.advance(DAY + past)
    answer = client.refresh(identity["refresh_token"])
    if past <= timedelta(0):
        assert answer.status == 200
    else:
        assert refused(answer) == (400, {"message": "Expired Token presented", "status": "expired_token"})


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_a_stranger_learns_less_of_a_dead_token(integrate: Integrate, profile: ProfileName) -> None:
    client = integrate(profile=profile)
    identity = client.login()
    client.service.clock.advance(2 * DAY)
    answer = client.refresh(identity["refresh_token"], known=False)
    assert refused(answer) == (400, {"message": "Error refreshing token", "status": "error"})


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize(
    ("token", "status", "message"),
    [
        pytest.param("", "invalid_token", "Invalid Token presented", id="no body"),
        pytest.param("x", "invalid_token", "Invalid Token presented", id="one letter"),
        pytest.param("A" * 168, "invalid_token", "Invalid Token presented", id="168 letters"),
        pytest.param("é" * 10, "invalid_token", "Invalid Token presented", id="not ASCII"),
        pytest.param("-" * 388, "client_error", "Invalid body: Body is not valid base64.", id="388 dashes"),
        pytest.param(
            "A" * 388,
            "client_error",
            "Invalid key: Generator of this token (Key ID: 0) does not exist.",
            id="388 letters",
        ),
    ],
)
def test_a_refresh_names_what_is_no_token(
    integrate: Integrate, profile: ProfileName, token: str, status: str, message: str
) -> None:
    """Without the value, unlike v1; and a broken wrapper is named in both profiles: the page that hides it is v1's."""
    assert refused(integrate(profile=profile).refresh(token)) == (400, {"message": message, "status": status})


def test_a_changed_wrapper_says_check_the_key(client: Integrator) -> None:
    token = client.login()["refresh_token"]
    changed = token[:-4] + ("AAA=" if token[-4:] != "AAA=" else "BBB=")
    assert client.refresh(changed).json["message"] == "Invalid data: Check encryption method and encryption key."


def test_a_line_break_makes_it_another_token(client: Integrator) -> None:
    answer = client.refresh(client.login()["refresh_token"] + "\n")
    assert refused(answer) == (400, {"message": "Invalid Token presented", "status": "invalid_token"})


def refresh_as(client: Integrator, token: str, media: str) -> Answer:
    return client.service.post("/v2/token/refresh", headers={"Content-Type": media}, body=token.encode())


def test_a_refresh_in_bytes_is_answered_in_bytes(client: Integrator) -> None:
    """docs/sources/uid2-current.md §D3."""
    identity = client.login()
    answer = refresh_as(client, identity["refresh_token"], "application/octet-stream")
    assert (answer.status, answer.header("content-type")) == (200, "application/octet-stream")
    plain = decrypted(answer.body, b64decode(identity["refresh_response_key"]))
    assert json.loads(plain)["status"] == "success"


@pytest.mark.parametrize("media", ["application/octet-stream; charset=utf-8", "application/x-www-form-urlencoded"])
def test_a_refresh_of_any_other_type_is_answered_in_base64(client: Integrator, media: str) -> None:
    identity = client.login()
    answer = refresh_as(client, identity["refresh_token"], media)
    assert (answer.status, answer.header("content-type")) == (200, "text/plain")
    plain = decrypted(b64decode(answer.body, validate=True), b64decode(identity["refresh_response_key"]))
    assert json.loads(plain)["status"] == "success"


def test_a_refresh_in_bytes_that_fails_is_answered_in_json(client: Integrator) -> None:
    answer = refresh_as(client, "x", "application/octet-stream")
    assert (answer.status, answer.header("content-type")) == (400, "application/json")


def test_a_token_of_v1_in_bytes_is_answered_in_plain_json(client: Integrator) -> None:
    login = client.service.get("/v1/token/generate?email=user@example.com", headers=client.caller).json["body"]
    answer = refresh_as(client, login["refresh_token"], "application/octet-stream")
    assert (answer.status, answer.header("content-type")) == (200, "application/json")
    assert answer.json["status"] == "success"


def test_a_token_of_v1_is_answered_in_plain_json_and_becomes_one_of_v2(client: Integrator) -> None:
    login = client.service.get("/v1/token/generate?email=user@example.com", headers=client.caller).json["body"]
    answer = client.refresh(login["refresh_token"])
    assert (answer.status, answer.header("content-type")) == (200, "application/json")
    assert client.refreshed(answer.json["body"])["status"] == "success"


def test_a_token_of_v2_goes_on_in_v1(client: Integrator) -> None:
    answer = v1_refresh(client, client.login()["refresh_token"])
    assert answer.status == 200
    assert len(answer.json["body"]["refresh_token"]) == 168


def test_an_opt_out_of_v1_counts_in_v2(integrate: Integrate) -> None:
    rule = {"id": "out", "when": {"operation": "uid2.token_refresh"}, "then": {"optout": True}}
    client = integrate(rules=[rule])
    identity = client.login()
    assert v1_refresh(client, identity["refresh_token"]).status == 200
    assert client.refreshed(identity) == OPTED_OUT
    assert client.ask(GENERATE, {"email": "user@example.com", "policy": 1}) == OPTED_OUT


@pytest.mark.parametrize(
    ("mail", "asked", "confirmed"),
    [
        ("validate@example.com", "validate@example.com", True),
        ("validate@email.com", "validate@email.com", True),
        ("validate@example.com", "validate@email.com", False),
        ("user@example.com", "user@example.com", False),
    ],
)
def test_validate_confirms_the_test_identity_alone(client: Integrator, mail: str, asked: str, confirmed: bool) -> None:
    token = client.login(email=mail)["advertising_token"]
    assert client.ask("/v2/token/validate", {"token": token, "email": asked}) == {
        "body": confirmed,
        "status": "success",
    }


def test_validate_without_a_token_is_false(client: Integrator) -> None:
    assert client.ask("/v2/token/validate", {"email": "validate@example.com"})["body"] is False


@pytest.mark.parametrize("payload", [None, {"token": "x"}], ids=["no JSON", "nobody"])
def test_validate_wants_a_person(client: Integrator, payload: object) -> None:
    assert refused(client.post("/v2/token/validate", payload)) == (400, {"message": REQUIRED, "status": "client_error"})
