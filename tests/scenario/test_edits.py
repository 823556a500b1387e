"""Real answers with fields and headers added, renamed and removed, repeated, or followed by the connection's end."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

import pytest

from simulator.apis import discover
from simulator.app import create_server
from simulator.core.model.call import WIRE_FAULTS
from simulator.sandbox.config import SandboxConfig
from simulator.scenario.loader import load
from simulator.simulation import Simulation
from tests.scenario.clients import RULE_HEADER, JQuants, Uid2, statuses
from tests.service import Serve


def _file(*rules: dict[str, Any], **head: Any) -> dict[str, Any]:
    return {"version": 1, "name": "edits", **head, "rules": list(rules)}


def _on(operation: str, then: Any, **rule: Any) -> dict[str, Any]:
    return {"id": "r", "when": {"operation": operation}, "then": then, **rule}


def test_a_release_adds_and_renames_fields(serve: Serve) -> None:
    rule = _on(
        "uid2.token_refresh",
        {
            "add": {"body.region": "us", "trace": [1]},
            "rename": {"refresh_from": "refresh_after"},
            "rewrite": {"identity_expires": {"set": "soon"}},
        },
    )
    client = Uid2(serve(profile="observed", scenario=_file(rule)))
    answer = client.refresh(client.token())

    assert answer.json["status"] == "success"
    assert answer.json["trace"] == [1]
    assert answer.json["body"]["region"] == "us"
    assert answer.json["body"]["identity_expires"] == "soon"
    assert answer.json["body"]["refresh_after"] > 0
    assert "refresh_from" not in answer.json["body"]
    assert answer.header(RULE_HEADER) == "r"


def test_a_field_is_added_to_every_row_and_never_replaces_one(serve: Serve) -> None:
    rule = _on("jquants.listed_info", {"add": {"info.Segment": "new", "info.Code": "never", "nothing.there": 1}})
    client = JQuants(serve(scenario=_file(rule)))
    rows = client.data(client.refresh(client.token()).json["idToken"]).json["info"]

    assert rows
    assert {row["Segment"] for row in rows} == {"new"}
    assert {row["Code"] for row in rows} == {"86970"}


def test_headers_of_a_real_answer(serve: Serve) -> None:
    edits = {
        "add": {"Sunset": "Sat, 31 Dec 2025 23:59:59 GMT", "Set-Cookie": ["a=1", "b=2"]},
        "remove": ["content-type"],
    }
    client = JQuants(serve(scenario=_file(_on("jquants.auth_user", {"headers": edits}))))
    answer = client.login()

    assert answer.status == 200
    assert answer.header("Sunset") == "Sat, 31 Dec 2025 23:59:59 GMT"
    assert [value for name, value in answer.headers if name == "set-cookie"] == ["a=1", "b=2"]
    assert answer.header("Content-Type") is None


def test_a_cache_that_repeats_an_old_answer(serve: Serve) -> None:
    """The second answer is the first one, to the byte, with the Date it had; nothing ran for it."""
    service = serve(scenario=_file(_on("jquants.auth_refresh", {"previous": True}, occurs={"nth": [2, 3]})))
    client = JQuants(service)
    token = client.token()
    first = client.refresh(token)
    service.clock.advance(timedelta(hours=1))
    second, third, fourth = (client.refresh(token) for _ in range(3))

    assert second.body == third.body == first.body
    assert second.header("Date") == first.header("Date")
    assert second.header(RULE_HEADER) == "r"
    assert fourth.body != first.body


def test_a_previous_answer_is_told_apart_by_token(serve: Serve) -> None:
    client = JQuants(serve(scenario=_file(_on("jquants.auth_refresh", {"previous": {"per": "token"}}))))
    one, other = client.token(), client.token()
    first, second = client.refresh(one).body, client.refresh(other).body

    assert (client.refresh(one).body, client.refresh(other).body) == (first, second)
    assert first != second


def test_a_replay_of_a_just_rotated_token_gives_the_same_answer(serve: Serve) -> None:
    """A token may be used once; for thirty seconds more, the same answer comes again, as many services do."""
    of_refresh = {"operation": "jquants.auth_refresh"}
    service = serve(
        scenario=_file(
            {"id": "again", "when": {**of_refresh, "state": "rotated"}, "then": {"previous": {"per": "token"}}},
            {"id": "rotate", "when": of_refresh,
             "then": [{"revoke": "token"}, {"set_state": {"to": "rotated", "for": "30s", "per": "token"}}]},
        )
    )  # fmt: skip
    client = JQuants(service)
    token = client.token()
    first = client.refresh(token)
    again = client.refresh(token)
    service.clock.advance(timedelta(seconds=30))
    late = client.refresh(token)

    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    assert late.status != 200


def test_every_token_up_to_now_is_revoked(serve: Serve) -> None:
    """The signing secret is rotated: everybody is out at once, and who logs in again goes on."""
    service = serve(scenario=_file(_on("jquants.listed_info", {"revoke": "all"}, occurs={"nth": 2})))
    client = JQuants(service)
    token, other = client.token(), client.token()
    id_token = client.refresh(token).json["idToken"]
    service.clock.advance(timedelta(seconds=1))
    assert statuses(lambda: client.data(id_token), 3) == [200, 200, 401]
    assert client.refresh(token).status == client.refresh(other).status == 403

    service.clock.advance(timedelta(microseconds=1))
    fresh = client.token()
    assert client.data(client.refresh(fresh).json["idToken"]).status == 200


def test_tokens_issued_later_in_the_same_second_live(serve: Serve) -> None:
    """An ID token tells its moment of issue in whole seconds; what decides is the exact one."""
    service = serve(scenario=_file(_on("jquants.listed_info", {"revoke": "all"}, occurs={"nth": 1})))
    client = JQuants(service)
    token = client.token()
    old = client.refresh(token).json["idToken"]
    service.clock.advance(timedelta(milliseconds=300))
    assert client.data(old).status == 200

    service.clock.advance(timedelta(microseconds=1))
    new = client.refresh(client.token()).json["idToken"]
    assert (client.data(old).status, client.data(new).status) == (401, 200)


@pytest.mark.parametrize("api", ["jquants", "uid2"])
def test_a_second_login_ends_the_first_ones_tokens(serve: Serve, api: str) -> None:
    login = {"jquants": "jquants.auth_user", "uid2": "uid2.token_generate"}[api]
    service = serve(scenario=_file(_on(login, {"revoke": "family"})))
    client: JQuants | Uid2 = JQuants(service) if api == "jquants" else Uid2(service)
    first = client.token()
    assert client.refresh(first).status == 200
    service.clock.advance(timedelta(seconds=1))
    second = client.token()

    assert client.refresh(first).status != 200
    assert client.refresh(second).status == 200


def test_a_login_of_somebody_else_ends_nothing(serve: Serve) -> None:
    service = serve(scenario=_file(_on("uid2.token_generate", {"revoke": "family"})))
    client = Uid2(service)
    first = client.token("ann@example.com")
    service.clock.advance(timedelta(seconds=1))
    client.token("ben@example.com")

    assert client.refresh(first).status == 200


def test_the_clock_of_the_service_jumps_back(serve: Serve) -> None:
    service = serve(scenario=_file(_on("jquants.auth_user", {"advance": "-5m"})))
    before = service.clock.now()
    JQuants(service).login()

    assert service.clock.now() == before - timedelta(minutes=5)


def test_the_connection_is_closed_after_a_whole_answer() -> None:
    """The answer says nothing of it, as when a balancer gives up on an idle connection."""
    scenario = load(_file(_on("jquants.auth_user", {"connection": "close"}), name="x"), discover())
    simulation = Simulation(discover(), config=SandboxConfig(scenario=scenario), wire_faults=WIRE_FAULTS)
    with create_server(simulation, port=0) as server, socket.create_connection((server.host, server.port), 10) as peer:
        peer.sendall(b"POST /v1/token/auth_user HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
        received = b""
        while part := peer.recv(65_536):
            received += part

    head, _, body = received.partition(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    assert int(length.split(b":")[1]) == len(body)
    assert b"connection: close" not in head.lower()
