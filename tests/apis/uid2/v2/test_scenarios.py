"""What a scenario does is found inside the envelope; what it breaks, and what is refused, comes as it is."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.apis.uid2.settings import Uid2Settings
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import BINARY, Integrator, envelope
from tests.apis.uid2.v2.visitor import MAIL_HASH, Visitor
from tests.service import Answer

GENERATE, REFRESH = "/v2/token/generate", "/v2/token/refresh"
DOWN = {"error": "uid2.unavailable"}
SOMEBODY = {"email": "user@example.com"}
RULE_HEADER = "x-simulator-rule"


def on(then: object, operation: str = "uid2.v2_token_generate", **when: object) -> dict[str, Any]:
    return {"id": "rule", "when": {"operation": operation, **when}, "then": then}


def generated(client: Integrator) -> Answer:
    return client.post(GENERATE, SOMEBODY)


def test_a_dropped_field_is_missing_inside(integrate: Integrate) -> None:
    client = integrate(rules=[on({"drop": ["refresh_response_key"]})])
    answer = generated(client)
    assert answer.header(RULE_HEADER) == "rule"
    assert "refresh_response_key" not in client.opened(answer)["body"]


def test_a_rewritten_field_is_another_inside(integrate: Integrate) -> None:
    client = integrate(rules=[on({"rewrite": {"identity_expires": "seconds"}})])
    assert client.opened(generated(client))["body"]["identity_expires"] == 1_704_330_000


def test_the_same_holds_for_a_refresh_under_its_own_key(integrate: Integrate) -> None:
    client = integrate(rules=[on({"drop": ["refresh_from"]}, "uid2.v2_token_refresh")])
    assert "refresh_from" not in client.refreshed(client.login())["body"]


def test_and_for_a_page(integrate: Integrate) -> None:
    client = integrate(rules=[on({"drop": ["refresh_from"]}, "uid2.v2_token_client_generate")])
    assert "refresh_from" not in Visitor(client.service).ask({"email_hash": MAIL_HASH})["body"]


def test_and_for_bytes(integrate: Integrate) -> None:
    client = integrate(rules=[on({"drop": ["refresh_from"]})])
    assert client.raw(GENERATE, envelope(SOMEBODY), BINARY).header("content-type") == "application/octet-stream"


def test_tokens_live_as_long_as_the_scenario_says(integrate: Integrate) -> None:
    client = integrate(rules=[on({"token": {"lifetime": "2s", "refresh_lifetime": "10s"}})])
    body = client.login()
    assert (body["identity_expires"], body["refresh_expires"]) == (1_704_326_402_000, 1_704_326_410_000)


def test_a_spoilt_token_is_refused_by_its_inside(integrate: Integrate) -> None:
    client = integrate(rules=[on({"token": {"tamper": "signature"}})])
    answer = client.refresh(client.login()["refresh_token"])
    assert answer.json == {"message": "Invalid Token presented", "status": "invalid_token"}


def test_a_named_opt_out_is_sealed(integrate: Integrate) -> None:
    client = integrate(rules=[on({"error": "uid2.optout"})])
    assert client.opened(generated(client)) == {"status": "optout"}


def test_json_of_the_scenarios_own_is_sealed(integrate: Integrate) -> None:
    client = integrate(rules=[on({"respond": {"status": 200, "json": {"status": "insufficient_user_consent"}}})])
    assert client.opened(generated(client)) == {"status": "insufficient_user_consent"}


@pytest.mark.parametrize(
    ("then", "status", "body"),
    [
        pytest.param(
            {"respond": {"status": 200, "body": "<html>busy</html>"}}, 200, b"<html>busy</html>", id="a gateway's page"
        ),
        pytest.param({"error": "uid2.unavailable"}, 503, b"Service Unavailable", id="unavailable"),
        pytest.param({"error": "uid2.unauthorized"}, 401, b'{"status":"unauthorized"}', id="unauthorized"),
        pytest.param(
            {"error": "uid2.server_error"},
            500,
            b'{"message":"Unknown error while generating token v2","status":"unknown"}',
            id="fault",
        ),
        pytest.param(
            {"error": "uid2.invalid_token"},
            400,
            b'{"message":"Invalid Token presented","status":"invalid_token"}',
            id="invalid token",
        ),
    ],
)
def test_what_is_no_success_comes_as_it_is(integrate: Integrate, then: object, status: int, body: bytes) -> None:
    answer = generated(integrate(rules=[on(then)]))
    assert (answer.status, answer.body) == (status, body)


def test_a_canned_success_for_who_sent_no_envelope_stays_plain(integrate: Integrate) -> None:
    """Nothing can be sealed for somebody whose secret does not open the request."""
    client = integrate(rules=[on({"respond": {"status": 200, "json": {"status": "success"}}})])
    assert client.raw(GENERATE, b"no envelope").json == {"status": "success"}
    assert client.service.post(GENERATE).json == {"status": "success"}


@pytest.mark.parametrize(
    ("then", "path", "operation"),
    [
        pytest.param({"error": "uid2.optout"}, REFRESH, "uid2.v2_token_refresh", id="refresh"),
        pytest.param(
            {"error": "uid2.optout"}, "/v2/token/client-generate", "uid2.v2_token_client_generate", id="client side"
        ),
    ],
)
def test_nor_for_a_token_that_is_none(integrate: Integrate, then: object, path: str, operation: str) -> None:
    client = integrate(rules=[on(then, operation)])
    assert client.raw(path, b"A" * 388).json == {"status": "optout"}


@pytest.mark.parametrize("state", ["valid", "expired", "unknown", "revoked", "opted_out"])
def test_a_rule_can_ask_for_the_state_of_the_token_in_the_body(integrate: Integrate, state: str) -> None:
    rule = on({"respond": {"status": 418}}, "uid2.v2_token_refresh", token={"state": state})
    client = integrate(rules=[rule])
    token = client.login()["refresh_token"]
    if state == "expired":
        client.service.clock.advance(timedelta(days=2))
    elif state == "unknown":
        token = token[:-8] + "AAAAAAA="
    elif state == "revoked":
        inner = world_of(client).open_refresh(token)
        world_of(client).status_store.revoke(inner.token_id)
    elif state == "opted_out":
        world_of(client).status_store.opt_out(
            world_of(client).open_refresh(token).person.subject, client.service.clock.now()
        )
    assert client.refresh(token).status == 418


def world_of(client: Integrator) -> Any:
    return client.service.simulation.sandboxes.get("default").world("uid2")


@pytest.mark.parametrize(
    ("path", "operation", "payload"),
    [
        (GENERATE, "uid2.v2_token_generate", SOMEBODY),
        ("/v2/identity/map", "uid2.v2_identity_map", {"email": ["user@example.com"]}),
        ("/v3/identity/map", "uid2.v3_identity_map", {"email": ["user@example.com"]}),
        ("/v2/token/validate", "uid2.v2_token_validate", {"token": "x", **SOMEBODY}),
    ],
)
def test_a_rule_can_ask_for_the_person_in_the_envelope(
    integrate: Integrate, path: str, operation: str, payload: dict[str, Any]
) -> None:
    client = integrate(rules=[on({"respond": {"status": 418}}, operation, subject="user@example.com")])
    others = {"email": ["a@b.com"] if isinstance(payload["email"], list) else "a@b.com"}
    assert client.post(path, payload).status == 418
    assert client.post(path, payload | others).status == 200


def test_opting_out_by_rule_after_a_page_asked(integrate: Integrate) -> None:
    client = integrate(Uid2Settings(), rules=[on({"optout": True}, "uid2.v2_token_client_generate")])
    visitor = Visitor(client.service)
    assert visitor.ask({"email_hash": MAIL_HASH})["status"] == "success"
    assert visitor.ask({"email_hash": MAIL_HASH}) == {"status": "optout"}


@pytest.mark.parametrize(
    ("path", "payload", "hit"),
    [
        (GENERATE, {"email": "user@example.com"}, True),
        (GENERATE, {"email": "other@example.com"}, False),
        ("/v3/identity/map", {"email": ["user@example.com"]}, False),
        ("/v3/identity/map", {"phone": ["+12345678901"]}, True),
    ],
)
def test_a_rule_matches_what_is_inside_an_envelope(
    integrate: Integrate, path: str, payload: dict[str, Any], hit: bool
) -> None:
    """``when: json`` sees the JSON that the client has encrypted."""
    rules = [
        {"id": "mail", "when": {"operation": "uid2.*", "json": {"email": "user@example.com"}}, "then": DOWN},
        {"id": "phone", "when": {"operation": "uid2.*", "json": {"phone.0": "+12345678901"}}, "then": DOWN},
    ]
    assert (integrate(rules=rules).post(path, payload).status == 503) is hit


def test_a_rule_does_not_see_into_an_envelope_that_cannot_be_opened(integrate: Integrate) -> None:
    rules = [{"id": "mail", "when": {"operation": "uid2.*", "json": {"email": "user@example.com"}}, "then": DOWN}]
    client = integrate(rules=rules)
    answer = client.raw(GENERATE, b64encode(envelope(SOMEBODY, secret=bytes(32))))
    assert answer.status == 400


@pytest.mark.parametrize(
    ("field", "value", "hit"),
    [
        pytest.param("email_hash", MAIL_HASH, True, id="inside"),
        pytest.param("email_hash", "other", False, id="another person"),
        pytest.param("subscription_id", "simulator-cstg", True, id="of the body around it"),
    ],
)
def test_a_rule_matches_both_parts_of_a_client_side_generate(
    integrate: Integrate, field: str, value: str, hit: bool
) -> None:
    rules = [{"id": "page", "when": {"operation": "uid2.*", "json": {field: value}}, "then": DOWN}]
    visitor = Visitor(integrate(rules=rules).service)
    assert (visitor.post(visitor.body({"email_hash": MAIL_HASH})).status == 503) is hit


def test_the_journal_says_why_an_old_identity_is_an_opt_out(integrate: Integrate) -> None:
    """docs/sources/uid2.md §3.2: the operator's own rule for identities of before 2021-03-08."""
    client = integrate(profile="current")
    client.service.clock.set(at=datetime(2021, 3, 1, tzinfo=UTC))
    assert client.refreshed(client.login()) == {"status": "optout"}
    generated, refreshed = client.service.simulation.sandboxes.default.journal.entries()[-2:]
    assert generated.reason == ""
    assert refreshed.reason.startswith("the operator answers a refresh of an identity that was established before 2021")
    assert refreshed.as_json()["reason"] == refreshed.reason
