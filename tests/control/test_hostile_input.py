"""Input that is valid JSON and yet hostile: no answer of the control plane is a 5xx, and none grows out of bounds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis import discover
from simulator.control.dispatch import dispatch
from simulator.control.endpoints import ENDPOINTS
from simulator.control.inputs import schema_of
from simulator.core.model.call import Reply, Request
from simulator.simulation import Simulation

SIMULATION = Simulation(discover())
ANSWER_LIMIT = 200_000
"""Bytes of an answer to a short request."""
WRITING = sorted(
    {(each.method, each.path) for each in ENDPOINTS if each.method in {"PUT", "POST"} and "await" not in each.path}
)
"""``await`` waits for calls, in real time."""
READING = sorted({(each.method, each.path) for each in ENDPOINTS if each.method in {"GET", "DELETE"}})

ODD_TEXTS = st.sampled_from(
    [
        "\ud800",
        "a\udfffb",
        "a" * 900,
        "\x00",
        "../../../etc/passwd",
        "1" + "0" * 5_000 + "w",
        "36525d",
        "-36525d",
        "999999999d",
        "-999999999d",
        "+1h",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59-14:00",
        "2024-01-04T00:00:00." + "9" * 5_000 + "Z",
        "٣h",
        "jquants.*",
        "*" * 200,
        "jquants",
        "uid2",
        "refresh_token",
        "id_token",
        "id_token_expires",
        "jquants-outage",
    ]
)
VALUES = st.one_of(
    ODD_TEXTS,
    st.text(st.characters(), max_size=30),
    st.sampled_from([0, -1, 1, 10**17, 10**18, 10**400, -(10**400), 1e308, 5e-324, 0.0, True, False, None]),
    st.lists(ODD_TEXTS, max_size=5),
    st.dictionaries(ODD_TEXTS, st.integers(), max_size=3),
)
NAMES = st.sampled_from(
    sorted(
        {name for each in ENDPOINTS for model in (each.takes, each.query) for name in schema_of(model)["properties"]}
        | {"name", "nmae", "\ud800"}
    )
)


def send(method: str, path: str, body: bytes = b"", query: str = "") -> Reply:
    return dispatch(SIMULATION, Request(method, f"/_simulator{path}".replace("<part>", "x"), query, {}, body))


def acceptable(reply: Reply) -> Any:
    """The JSON of an answer that is a success or a refusal, in UTF-8 and of a bounded size."""
    assert reply.status < 500, reply.body
    assert len(reply.body) < ANSWER_LIMIT
    text = reply.body.decode()
    return json.loads(text) if text and (reply.header("content-type") or "").endswith("json") else text


@settings(max_examples=400, deadline=None)
@given(endpoint=st.sampled_from(WRITING), document=st.dictionaries(NAMES, VALUES, max_size=4))
def test_no_body_of_odd_values_gives_a_5xx(endpoint: tuple[str, str], document: dict[str, Any]) -> None:
    try:
        acceptable(send(*endpoint, json.dumps(document).encode()))
    finally:
        send("POST", "/reset")


@settings(max_examples=200, deadline=None)
@given(
    endpoint=st.sampled_from(READING),
    query=st.lists(st.tuples(NAMES, ODD_TEXTS), max_size=3),
)
def test_no_query_of_odd_values_gives_a_5xx(endpoint: tuple[str, str], query: list[tuple[str, str]]) -> None:
    raw = "&".join(f"{name}={value}" for name, value in query)
    acceptable(send(*endpoint, query=raw.encode("utf-8", "replace").decode("latin-1")))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        pytest.param("POST", "/clock/advance", {"to": "\ud800"}, id="an event"),
        pytest.param("POST", "/clock/advance", {"\ud800": "1h"}, id="a member"),
        pytest.param("POST", "/tokens", {"api": "\ud800", "kind": "id_token"}, id="an API"),
        pytest.param("POST", "/tokens", {"api": "uid2", "kind": "\ud800"}, id="a kind"),
        pytest.param("POST", "/verify", {"operation": "\ud800", "count": 0}, id="an operation"),
        pytest.param("POST", "/verify", {"path": "\ud800", "count": 0}, id="a path"),
        pytest.param("POST", "/verify", {"rule": "\ud800", "count": 0}, id="a rule"),
        pytest.param("PUT", "/scenario", {"name": "\ud800"}, id="a scenario's name"),
        pytest.param("PUT", "/scenario", {"name": "a" * 900}, id="a name that no file can have"),
        pytest.param("PUT", "/scenario", {"version": 1, "name": "x", "about": "\ud800", "rules": []}, id="a story"),
        pytest.param("PUT", "/scenario", {"version": 1, "\ud800": 1}, id="a scenario's key"),
        pytest.param("PUT", "/clock", {"at": "9999-12-31T23:59:59Z", "rate": 1_000_000}, id="the end of the calendar"),
        pytest.param("PUT", "/clock", {"at": "-999999999d"}, id="before the calendar"),
    ],
)
def test_odd_text_is_answered_in_valid_json(method: str, path: str, body: object) -> None:
    try:
        acceptable(send(method, path, json.dumps(body).encode()))
        acceptable(send("GET", "/scenario"))
        acceptable(send("GET", "/report", query="format=text"))
        acceptable(send("GET", "/clock"))
    finally:
        send("DELETE", "/scenario")
        send("POST", "/reset")


def test_errors_in_a_long_document_are_bounded() -> None:
    unknown = {f"key{number}": 1 for number in range(40_000)}
    for path in ("/clock/advance", "/verify", "/tokens"):
        acceptable(send("POST", path, json.dumps(unknown).encode()))
    acceptable(send("PUT", "/scenario", json.dumps({"version": 1, "name": "x", "rules": [], **unknown}).encode()))


def test_a_verification_of_ten_thousand_operations_is_refused() -> None:
    reply = send("POST", "/verify", json.dumps({"operation": ["jquants.*"] * 10_000, "at_most": 1}).encode())
    assert reply.status == 400
    assert "10000 operations; at most 100" in acceptable(reply)["detail"]


def test_contradictory_bounds_are_refused() -> None:
    reply = send("POST", "/verify", json.dumps({"at_least": 3, "at_most": 1}).encode())
    assert reply.status == 400
    assert "at_least is 3 and at_most is 1" in acceptable(reply)["detail"]
