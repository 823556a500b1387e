"""Flask and our own server answer the same: status, reason, headers in their order, and every byte.

The whole suite of the APIs runs through both; this compares them with each other, answer for answer.
"""

from __future__ import annotations

import re
from itertools import product

import pytest

from simulator.apis import discover
from simulator.core.model.api import ProfileName
from simulator.sandbox.config import SandboxConfig
from simulator.scenario.scenario import ClockSetting
from simulator.simulation import Simulation
from tests.adapters import FlaskDoor, SocketDoor
from tests.conftest import SECRET, START
from tests.service import Answer

DRAWN = re.compile(rb"[A-Za-z0-9_+/=.-]{60,}")
"""Tokens, which are drawn anew for every answer."""
IDS = {"x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"}
"""Numbers of requests, which count on from one door to the next."""

KEY = ("Authorization", "Bearer simulator-uid2-api-key")
LOGIN = b'{"mailaddress": "user@example.com", "password": "password"}'

Request = tuple[str, str, list[tuple[str, str]], bytes]

CORPUS: list[Request] = [
    ("POST", "/v1/token/auth_user", [], LOGIN),
    ("POST", "/v1/token/auth_user", [("Content-Type", "application/json")], b"{"),
    ("POST", "/v1/token/auth_user", [("Accept-Encoding", "gzip")], b"{}"),
    ("POST", "/v1/token/auth_user", [], b"x" * 1_048_577),
    ("POST", "/v1/token/auth_refresh", [], b""),
    ("POST", "/v1/token/auth_refresh?refreshtoken=", [("Content-Type", "application/json")], b""),
    ("POST", "/v1/token/auth_refresh?refreshtoken=a+b%2B%zz", [], b"{}"),
    ("GET", "/v1/token/auth_refresh", [], b""),
    ("HEAD", "/v1/token/auth_refresh", [], b""),
    ("OPTIONS", "/v1/token/auth_refresh", [("Origin", "https://a.example")], b""),
    ("GET", "/v1/listed/info?code=86970", [("Authorization", "Bearer ")], b""),
    ("GET", "/v1/token/generate?email=user@example.com", [KEY], b""),
    ("GET", "/v1/token/generate?email=user@example.com", [], b""),
    ("GET", "/v1/token/generate?email=a&phone=b", [KEY, ("X-Amzn-Trace-Id", "Root=1-2-3")], b""),
    ("GET", "/v1/token/refresh", [], b""),
    ("GET", "/v1/token/refresh/?refresh_token=%C3%A9%20;a=1", [KEY, ("Origin", "https://a.example")], b""),
    ("GET", "/v1/token/refresh?refresh_token=%zz", [], b""),
    ("GET", "/v1/token/refresh?refresh_token=x", [("Origin", "")], b""),
    ("HEAD", "/v1/token/refresh", [], b""),
    ("POST", "/v1/token/refresh", [], b"refresh_token=x"),
    ("OPTIONS", "/v1/token/refresh", [("Origin", "https://a.example"), ("Access-Control-Request-Method", "GET")], b""),
    ("OPTIONS", "/v1/token/refresh", [], b""),
    ("GET", "/v1/token/validate?email=validate@email.com&token=x", [], b""),
    ("GET", "/v1/identity/map?email=user@example.com", [KEY], b""),
    ("GET", "/v1/identity/map?email=user@example.com", [], b""),
    ("POST", "/v1/identity/map", [KEY], '{"email": ["a@b.c", "ä", 1]}'.encode()),
    ("POST", "/v1/identity/map", [], b"x" * 1_048_577),
    ("GET", "/v1/identity/buckets?since_timestamp=2023-01-01T00:00:00", [KEY], b""),
    ("GET", "/nothing", [], b""),
    ("HEAD", "/", [], b""),
    ("GET", "/sandbox/UPPER/v1/token/refresh", [], b""),
    ("GET", "//sandbox/a//v1/token/refresh?", [], b""),
    ("BREW", "/v1/token/refresh", [], b""),
]


def comparable(answer: Answer) -> tuple[int, str, list[tuple[str, str]], bytes]:
    headers = [(name, "*" if name in IDS else value) for name, value in answer.headers]
    return answer.status, answer.reason, headers, DRAWN.sub(b"*", answer.body)


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("alone", [None, "jquants", "uid2"])
def test_every_answer_is_the_same_through_both_doors(
    socket_door: SocketDoor, profile: ProfileName, alone: str | None
) -> None:
    apis = [api for api in discover() if alone in {None, api.name}]
    config = SandboxConfig(profiles={api.name: profile for api in apis}, clock=ClockSetting(at=START, frozen=True))
    simulation = Simulation(apis, secret=SECRET, config=config, alone=alone is not None)
    flask_door = FlaskDoor()
    for method, target, headers, body in CORPUS:
        through = [
            comparable(door.send(simulation, method, target, headers, body)) for door in (flask_door, socket_door)
        ]
        assert through[0] == through[1], f"{method} {target}"


def test_the_corpus_has_no_request_twice() -> None:
    assert not [(a[:2]) for (i, a), (j, b) in product(enumerate(CORPUS), repeat=2) if i < j and a == b]
