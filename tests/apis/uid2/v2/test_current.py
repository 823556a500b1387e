"""The profile ``current``: where today's operator differs from that of July 2025.

Section numbers here are those of docs/sources/uid2-current.md §0 and after it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from simulator.apis.uid2 import API
from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.core.model.api import ProfileName
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import BINARY, Integrator, envelope, real_now
from tests.apis.uid2.v2.visitor import Visitor
from tests.service import Serve

GENERATE, VALIDATE = "/v2/token/generate", "/v2/token/validate"
PROFILES: tuple[ProfileName, ...] = ("documented", "observed", "current")
EARLIER: tuple[ProfileName, ...] = ("documented", "observed")
SOMEBODY = {"email": "user@example.com"}
GONE = "gone@example.com"
OPTED_OUT = {"status": "optout"}
WORLD = Uid2Settings(opted_out=(GONE,))
HINT = (
    " See https://unifiedid.com/docs/getting-started/gs-encryption-decryption"
    " for details on the request envelope format."
)
UNENCRYPTED = (
    "Invalid body: The request body is unencrypted JSON. It must be an encrypted request envelope."
    " See https://unifiedid.com/docs/getting-started/gs-encryption-decryption#encryption-and-decryption-code-examples"
    " for encryption and decryption code examples."
)


@pytest.fixture
def today(integrate: Integrate) -> Integrator:
    return integrate(WORLD, profile="current")


V1_PATHS = sorted({operation.path for operation in API.operations if operation.path.startswith("/v1/")})


@pytest.mark.parametrize("path", [*V1_PATHS, "/v1/token/refresh/", "/token/refresh", "/v0/token/refresh"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE"])
def test_paths_of_v1_and_without_a_version_do_not_exist(today: Integrator, path: str, method: str) -> None:
    """§1: 404 with the page of an unknown path, for each method."""
    answer = today.service.send(method, path, headers=today.caller)
    assert (answer.status, answer.header("content-type")) == (404, "text/html; charset=utf-8")
    assert answer.body == (b"" if method == "HEAD" else b"<html><body><h1>Resource not found</h1></body></html>")


def test_v1_is_unknown_beside_another_api_too(serve: Serve) -> None:
    service = serve(profile={"uid2": "current"})
    assert service.get("/v1/token/refresh").status == 404
    assert service.get("/v1/listed/info").status == 401


@pytest.mark.parametrize("profile", EARLIER)
def test_v1_is_there_in_the_other_profiles(integrate: Integrate, profile: ProfileName) -> None:
    client = integrate(profile=profile)
    assert client.service.get("/v1/token/generate?email=a@b.com", headers=client.caller).status == 200


@pytest.mark.parametrize("profile", PROFILES)
def test_the_health_probe_is_there_in_each_profile(integrate: Integrate, profile: ProfileName) -> None:
    assert integrate(profile=profile).service.get("/ops/healthcheck").body == b"OK"


@pytest.mark.parametrize(
    "check",
    [
        pytest.param({}, id="not asked for"),
        pytest.param({"optout_check": 1}, id="asked for"),
        pytest.param({"optout_check": 0}, id="asked not to"),
        pytest.param({"policy": 0}, id="by the older name"),
        pytest.param({"optout_check": "x"}, id="text"),
        pytest.param({"optout_check": [7]}, id="a list"),
        pytest.param({"policy": 2}, id="2"),
    ],
)
@pytest.mark.parametrize("participant", ["legacy", "new"])
def test_generate_respects_each_opt_out(integrate: Integrate, check: dict[str, Any], participant: Any) -> None:
    """§D1: neither the check nor the participant matters any more."""
    settings = Uid2Settings(keys=(ApiKey("k", participant=participant),), opted_out=(GONE,))
    client = Integrator(integrate(settings, profile="current").service, key="k")
    assert client.ask(GENERATE, {"email": GONE, **check}) == OPTED_OUT
    assert client.ask(GENERATE, {**SOMEBODY, **check})["status"] == "success"


@pytest.mark.parametrize("profile", EARLIER)
def test_generate_gave_tokens_of_a_stand_in_before(integrate: Integrate, profile: ProfileName) -> None:
    assert integrate(WORLD, profile=profile).ask(GENERATE, {"email": GONE})["status"] == "success"


@pytest.mark.parametrize(
    ("identifier", "generated", "refreshed"),
    [
        ({"email": "optout@example.com"}, "optout", None),
        ({"phone": "+00000000000"}, "optout", None),
        ({"email_hash": "DYsnJ8r5+cjRDHue98gIGDKvLIMuqAm/RRLODrjqK50="}, "optout", None),
        ({"email": "refresh-optout@example.com"}, "success", "optout"),
        ({"phone": "+00000000002"}, "success", "optout"),
        ({"email": "validate@example.com"}, "success", "success"),
        ({"email": "optout@email.com"}, "success", "success"),
        ({"email": "optout@unifiedid.com"}, "success", "success"),
        ({"phone": "+00000000001"}, "success", "success"),
    ],
)
def test_the_test_identities_of_today(
    today: Integrator, identifier: dict[str, str], generated: str, refreshed: str | None
) -> None:
    """§D1."""
    answer = today.ask(GENERATE, identifier)
    assert answer["status"] == generated
    if refreshed is not None:
        assert today.refreshed(answer["body"])["status"] == refreshed


@pytest.mark.parametrize(
    ("profile", "mail", "opted_out"),
    [
        ("documented", "optout@email.com", True),
        ("observed", "optout@email.com", True),
        ("current", "optout@email.com", False),
        ("current", "optout@example.com", True),
    ],
)
def test_a_map_leaves_out_the_test_identities_of_its_time(
    integrate: Integrate,
    profile: ProfileName,
    mail: str,
    opted_out: bool,
) -> None:
    [found] = integrate(profile=profile).ask("/v3/identity/map", {"email": [mail]})["body"]["email"]
    assert (found.get("e") == "optout") is opted_out


@pytest.mark.parametrize(
    ("mail", "asked", "confirmed"),
    [
        ("user@example.com", {"email": "user@example.com"}, True),
        ("user@example.com", {"email_hash": "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="}, True),
        ("user@example.com", {"email": "other@example.com"}, False),
        ("user@example.com", {"phone": "+12345678901"}, False),
        ("validate@example.com", {"email": "validate@example.com"}, True),
        ("validate@email.com", {"email": "user@example.com"}, False),
    ],
)
def test_validate_answers_for_each_person(
    today: Integrator,
    mail: str,
    asked: dict[str, str],
    confirmed: bool,
) -> None:
    """§D4."""
    token = today.login(email=mail)["advertising_token"]
    assert today.ask(VALIDATE, {"token": token, **asked}) == {"body": confirmed, "status": "success"}


def test_validate_looks_neither_at_the_expiry_nor_at_opt_outs(integrate: Integrate) -> None:
    rule = {"id": "out", "when": {"operation": "uid2.v2_token_refresh"}, "then": {"optout": True}}
    client = integrate(profile="current", rules=[rule])
    identity = client.login()
    client.refresh(identity["refresh_token"])
    assert client.ask(GENERATE, SOMEBODY) == OPTED_OUT
    client.service.clock.advance(client.service.simulation.apis["uid2"].settings().refresh_lifetime * 2)
    assert client.ask(VALIDATE, {"token": identity["advertising_token"], **SOMEBODY})["body"] is True


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({}, id="absent"),
        pytest.param({"token": None}, id="null"),
        pytest.param({"token": ""}, id="empty"),
        pytest.param({"token": "A4garbage"}, id="garbage"),
        pytest.param({"token": 7}, id="a number"),
    ],
)
def test_validate_names_what_is_no_token(today: Integrator, payload: dict[str, Any]) -> None:
    """§D4."""
    answer = today.post(VALIDATE, {**SOMEBODY, **payload})
    assert (answer.status, answer.body) == (400, b'{"message":"Invalid token","status":"client_error"}')


def test_validate_refuses_a_refresh_token_and_one_of_another_sandbox(today: Integrator, integrate: Integrate) -> None:
    identity = today.login()
    answer = today.post(VALIDATE, {"token": identity["refresh_token"], **SOMEBODY})
    assert answer.json["message"] == "Invalid token"
    elsewhere = today.service.post(
        f"/sandbox/other{VALIDATE}",
        headers=today.caller,
        body=b64encode(envelope({"token": identity["advertising_token"], **SOMEBODY})),
    )
    assert (elsewhere.status, elsewhere.json["message"]) == (400, "Invalid token")


def test_validate_looks_at_the_person_before_the_token(today: Integrator) -> None:
    assert today.post(VALIDATE, {"token": "x"}).json["message"].startswith("Required Parameter Missing")
    assert today.post(VALIDATE, {"token": "x", "email": "nobody"}).json["message"] == "Invalid Identifier"


PREFLIGHT = {"Origin": "https://www.example.com", "Access-Control-Request-Method": "POST"}


@pytest.mark.parametrize(
    ("profile", "path", "allowed"),
    [
        ("current", VALIDATE, True),
        ("current", f"{VALIDATE}/", True),
        ("current", GENERATE, False),
        ("current", "/nowhere", False),
        ("documented", VALIDATE, False),
        ("observed", VALIDATE, False),
    ],
)
def test_a_page_may_send_a_key_to_validate_alone(
    integrate: Integrate,
    profile: ProfileName,
    path: str,
    allowed: bool,
) -> None:
    """§D4."""
    answer = integrate(profile=profile).service.send("OPTIONS", path, headers=PREFLIGHT)
    usual = (
        "X-UID2-Client-Version,Access-Control-Request-Method,Access-Control-Allow-Credentials,"
        "Access-Control-Allow-Origin,Access-Control-Allow-Headers,Content-Type"
    )
    assert answer.status == 204
    assert answer.header("access-control-allow-headers") == usual + (",Authorization" if allowed else "")


def plain_json() -> bytes:
    return json.dumps({"email": "a-rather-long-address-that-makes-it-longer-than-45-bytes@example.com"}).encode()


BODIES: list[Any] = [
    pytest.param(b"", {}, "Invalid body: Body is missing.", id="no body"),
    pytest.param(b"", BINARY, "Invalid body: Body is missing.", id="no bytes"),
    pytest.param(plain_json(), {}, UNENCRYPTED, id="JSON"),
    pytest.param(plain_json(), BINARY, UNENCRYPTED, id="JSON in bytes"),
    pytest.param(b"{}", {}, UNENCRYPTED, id="short JSON"),
    pytest.param(b"{}", BINARY, UNENCRYPTED, id="short JSON in bytes"),
    pytest.param(b64encode(b"{}"), {}, UNENCRYPTED, id="short JSON in base64"),
    pytest.param(b64encode(plain_json()), {}, UNENCRYPTED, id="JSON in base64"),
    pytest.param(b64encode(plain_json()), BINARY, UNENCRYPTED, id="JSON in base64 in bytes"),
    pytest.param(b"[]", {}, "Invalid body: Body is not valid base64." + HINT, id="a list"),
    pytest.param(b"[]", BINARY, "Invalid body: Body too short. Check encryption method." + HINT, id="a list in bytes"),
    pytest.param(b"no base64!", {}, "Invalid body: Body is not valid base64." + HINT, id="not base64"),
    pytest.param(
        b64encode(bytes([1]) + bytes(43)),
        {},
        "Invalid body: Body too short. Check encryption method." + HINT,
        id="44 bytes",
    ),
    pytest.param(
        b64encode(bytes([2]) + bytes(44)),
        {},
        "Invalid body: Invalid request envelope format version: received 2, must be 1." + HINT,
        id="version 2",
    ),
    pytest.param(
        bytes([255]) + bytes(44),
        BINARY,
        "Invalid body: Invalid request envelope format version: received 255, must be 1." + HINT,
        id="version 255 in bytes",
    ),
    pytest.param(
        b64encode(bytes([1]) + bytes(44)),
        {},
        "Invalid body: Check encryption key (ClientSecret)." + HINT,
        id="wrong secret",
    ),
    pytest.param(
        b64encode(bytes([1]) + bytes(44)),
        BINARY,
        "Invalid body: Check encryption key (ClientSecret)." + HINT,
        id="wrong secret in base64 in bytes",
    ),
]


@pytest.mark.parametrize(("body", "headers", "message"), BODIES)
@pytest.mark.parametrize("path", [GENERATE, "/v3/identity/map"])
def test_a_body_that_is_no_envelope(
    today: Integrator, path: str, body: bytes, headers: dict[str, str], message: str
) -> None:
    """§D7, §D2."""
    answer = today.raw(path, body, headers)
    assert (answer.status, answer.header("content-type")) == (400, "application/json")
    assert answer.json == {"message": message, "status": "client_error"}


@pytest.mark.parametrize(
    ("inside", "sent", "message"),
    [
        pytest.param(
            SOMEBODY, real_now() - 3_600_000, "Invalid timestamp: Request too old or client time drift.", id="an hour"
        ),
        pytest.param(b"[]", None, "Invalid payload in body: Data is not valid json string.", id="a list inside"),
    ],
)
def test_what_is_inside_has_no_hint(today: Integrator, inside: object, sent: int | None, message: str) -> None:
    """§D7."""
    answer = today.raw(GENERATE, b64encode(envelope(inside, sent=sent)))
    assert answer.json == {"message": message, "status": "client_error"}


def test_base64_in_bytes_is_an_envelope_and_is_answered_in_base64(today: Integrator) -> None:
    """§D2."""
    answer = today.raw(GENERATE, b64encode(envelope(SOMEBODY)), BINARY)
    assert answer.header("content-type") == "text/plain"
    assert today.opened(answer)["status"] == "success"


@pytest.mark.parametrize("profile", EARLIER)
def test_base64_in_bytes_was_no_envelope_before(integrate: Integrate, profile: ProfileName) -> None:
    answer = integrate(profile=profile).raw(GENERATE, b64encode(envelope(SOMEBODY)), BINARY)
    assert answer.json["message"] == "Invalid body: Version mismatch."


def test_bytes_are_still_answered_in_bytes(today: Integrator) -> None:
    answer = today.raw(GENERATE, envelope(SOMEBODY), BINARY)
    assert (answer.status, answer.header("content-type")) == (200, "application/octet-stream")


@pytest.mark.parametrize(
    ("profile", "media", "body"),
    [
        ("current", None, b""),
        ("documented", "application/json", b'{"message":"Too Many Requests"}'),
        ("observed", "application/json", b'{"message":"Too Many Requests"}'),
    ],
)
@pytest.mark.parametrize(
    "then", [{"rate_limit": {"limit": 1, "window": "1m"}}, {"error": "uid2.too_many_requests"}], ids=["limit", "error"]
)
def test_a_rate_limit(
    integrate: Integrate, profile: ProfileName, media: str | None, body: bytes, then: dict[str, Any]
) -> None:
    """§D12."""
    client = integrate(profile=profile, rules=[{"id": "busy", "when": {"operation": "uid2.*"}, "then": then}])
    client.post("/v3/identity/map", {"email": []})
    answer = client.post("/v3/identity/map", {"email": []})
    assert (answer.status, answer.header("content-type"), answer.body) == (429, media, body)


def test_a_page_generates_under_today_too(today: Integrator) -> None:
    visitor = Visitor(today.service)
    answer = visitor.ask({"email_hash": "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="})
    assert today.refreshed(answer["body"], known=False)["status"] == "success"
