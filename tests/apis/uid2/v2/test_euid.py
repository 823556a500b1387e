"""EUID: the same service in another scope (docs/sources/uid2-current.md §5)."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.apis.uid2.settings import Uid2Settings
from simulator.apis.uid2.subscription import Subscription
from simulator.core.model.api import ProfileName
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import Integrator
from tests.apis.uid2.v2.visitor import MAIL_HASH, Visitor

GENERATE, MAP = "/v2/token/generate", "/v3/identity/map"
USER, PHONE = {"email": "user@example.com"}, {"phone": "+12345678902"}
RAW_EUID = "EOm5434rNF3xiw+IC98zXR6FIdO1R4IiFn3AJLC+Giwu"
RAW_UID = "6bnjfis0XfGLD4gL3zNdHoUh07VHgiIWfcAksL4aLC4="
PROFILES: tuple[ProfileName, ...] = ("documented", "observed", "current")
SUFFICIENT = "CPehNtWPehNtWABAMBFRACBoALAAAEJAAIYgAKwAQAKgArABAAqAAA"
INSUFFICIENT = "CPehXK9PehXK9ABAMBFRACBoADAAAEJAAIYgAKwAQAKgArABAAqAAA"


@pytest.fixture(params=PROFILES)
def euid(request: pytest.FixtureRequest, integrate: Integrate) -> Integrator:
    return integrate(Uid2Settings(identity_scope="EUID", opted_out=("gone@example.com",)), profile=request.param)


@pytest.mark.parametrize(
    ("person", "looks", "first"),
    [pytest.param(USER, "E4", 0x13, id="mail"), pytest.param(PHONE, "F4", 0x17, id="phone")],
)
def test_tokens_name_their_scope(euid: Integrator, person: dict[str, str], looks: str, first: int) -> None:
    identity = euid.login(**person)
    advertising, refresh = identity["advertising_token"], identity["refresh_token"]
    raw = urlsafe_b64decode(advertising + "=")
    assert (advertising[:2], raw[:2], len(raw), len(advertising)) == (looks, bytes([first, 0x80]), 164, 219)
    assert (refresh[:4], b64decode(refresh)[0], len(refresh)) == ("EAAA", 0x10, 388)


def test_tokens_of_uid2_look_as_ever(integrate: Integrate) -> None:
    identity = integrate(profile="current").login()
    assert (identity["advertising_token"][:2], len(identity["advertising_token"])) == ("A4", 218)
    assert identity["refresh_token"][:4] == "AAAA"


def test_a_raw_euid_names_scope_and_type(euid: Integrator) -> None:
    body = euid.ask(MAP, {"email": [USER["email"]], "phone": [PHONE["phone"]]})["body"]
    phone = body["phone"][0]["u"]
    assert body["email"][0]["u"] == RAW_EUID
    assert (phone[0], len(phone), b64decode(phone)[0]) == ("F", 44, 0x14)


def test_the_vector_differs_from_uid2s_by_its_first_byte() -> None:
    assert b64decode(RAW_EUID) == b"\x10" + b64decode(RAW_UID)


def test_a_refresh_stays_in_its_scope(euid: Integrator) -> None:
    body = euid.refreshed(euid.login())["body"]
    assert (body["advertising_token"][:2], body["refresh_token"][:4]) == ("E4", "EAAA")


@pytest.mark.parametrize("path", ["/v2/key/sharing", "/v2/key/bidstream"])
def test_keys_are_of_the_scope(euid: Integrator, path: str) -> None:
    assert euid.ask(path)["body"]["identity_scope"] == "EUID"


def test_the_previous_raw_euid_is_one_too(integrate: Integrate) -> None:
    euid = integrate(Uid2Settings(identity_scope="EUID", salt_age=timedelta(days=364)), profile="current")
    euid.service.clock.advance(timedelta(days=1))
    assert euid.ask(MAP, {"email": [USER["email"]]})["body"]["email"][0]["p"] == RAW_EUID


@pytest.mark.parametrize(("mine", "other"), [("UID2", "EUID"), ("EUID", "UID2")])
def test_a_token_of_the_other_scope_is_none(integrate: Integrate, mine: Any, other: Any) -> None:
    """Both under the same keys: of one sandbox before and after it becomes the other service."""
    client = integrate(Uid2Settings(identity_scope=mine), profile="current")
    token = client.login()["refresh_token"]
    elsewhere = integrate(Uid2Settings(identity_scope=other), profile="current")
    known, stranger = elsewhere.refresh(token), elsewhere.refresh(token, known=False)
    assert (known.status, known.json["status"]) == (400, "invalid_token")
    assert (stranger.status, stranger.json["status"]) == (400, "error")
    validated = elsewhere.post("/v2/token/validate", {"token": client.login()["advertising_token"], **USER})
    assert validated.json == {"message": "Invalid token", "status": "client_error"}


def test_texts_lead_to_the_pages_of_euid(integrate: Integrate) -> None:
    euid = integrate(Uid2Settings(identity_scope="EUID"), profile="current")
    message = euid.raw(GENERATE, b"no base64!").json["message"]
    assert message == (
        "Invalid body: Body is not valid base64. See https://euid.eu/docs/getting-started/gs-encryption-decryption"
        " for details on the request envelope format."
    )


def test_a_subscription_has_a_public_key_of_the_scope() -> None:
    subscription = Subscription()
    assert subscription.public_key_of("EUID") == "E" + subscription.public_key.removeprefix("U").replace("ID2", "UID")
    assert subscription.public_key_of("EUID").startswith("EUID-X-L-MFkw")


def test_a_page_gets_an_identity(euid: Integrator) -> None:
    identity = Visitor(euid.service).ask({"email_hash": MAIL_HASH})["body"]
    assert identity["advertising_token"].startswith("E4")
    assert euid.refreshed(identity, known=False)["status"] == "success"


@pytest.mark.parametrize(
    ("consent", "answer"),
    [
        pytest.param({}, "success", id="not there"),
        pytest.param({"tcf_consent_string": SUFFICIENT}, "success", id="sufficient"),
        pytest.param({"tcf_consent_string": INSUFFICIENT}, "insufficient_user_consent", id="insufficient"),
    ],
)
def test_generate_asks_for_consent(euid: Integrator, consent: dict[str, str], answer: str) -> None:
    """§5.2: only when the string is there."""
    found = euid.ask(GENERATE, USER | consent)
    assert found["status"] == answer
    assert ("body" in found) is (answer == "success")


@pytest.mark.parametrize("consent", [None, "", "nonsense!", "x", 7, [SUFFICIENT]])
def test_consent_that_cannot_be_read(euid: Integrator, consent: object) -> None:
    answer = euid.post(GENERATE, USER | {"tcf_consent_string": consent})
    assert (answer.status, answer.body) == (400, b'{"message":"User consent is invalid","status":"client_error"}')


def test_consent_stands_between_the_input_and_the_opt_out(euid: Integrator) -> None:
    """§D1."""
    assert euid.post(GENERATE, {"tcf_consent_string": ""}).json["message"].startswith("Required Parameter Missing")
    gone = {"email": "gone@example.com", "optout_check": 1}
    assert euid.ask(GENERATE, gone | {"tcf_consent_string": INSUFFICIENT}) == {"status": "insufficient_user_consent"}
    assert euid.ask(GENERATE, gone | {"tcf_consent_string": SUFFICIENT}) == {"status": "optout"}


@pytest.mark.parametrize("consent", [None, "nonsense!", INSUFFICIENT])
def test_uid2_does_not_look_at_consent(integrate: Integrate, consent: object) -> None:
    client = integrate(profile="current")
    assert client.ask(GENERATE, USER | {"tcf_consent_string": consent})["status"] == "success"


def test_the_preset_has_the_lifetimes_of_production(integrate: Integrate) -> None:
    """§5.1: 72 hours, 30 days, refreshed from an hour on."""
    from simulator.apis import discover
    from simulator.scenario import shipped
    from simulator.scenario.loader import load

    preset = load(shipped.find("uid2-euid-production").read_bytes(), discover())
    euid = integrate(preset.world["uid2"], profile=preset.profiles["uid2"])
    body = euid.login()
    now = datetime(2024, 1, 4, tzinfo=UTC)
    spans = [int((now + span).timestamp() * 1000) for span in (timedelta(hours=72), timedelta(days=30))]
    assert [body["identity_expires"], body["refresh_expires"]] == spans
    assert body["refresh_from"] == int((now + timedelta(hours=1)).timestamp() * 1000)
    assert body["advertising_token"].startswith("E4")
