"""A sandbox named by the host, for clients that drop the path of their base URL."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import requests

from simulator.core.model.call import Request
from simulator.sandbox.routing import by_host, parse_path
from simulator.testing import Simulator

DOMAINS = ("localhost", "sandboxes.test")


def sandbox(host: str | None, path: str = "/v1/x") -> tuple[str, str]:
    headers = {} if host is None else {"host": host}
    target = parse_path(by_host(Request("GET", path, "", headers), DOMAINS).path)
    return target.sandbox, target.path


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("mine.localhost", "mine"),
        ("mine.localhost:8443", "mine"),
        ("MINE.Localhost.:80", "mine"),
        ("run-7.sandboxes.test", "run-7"),
        ("localhost", "default"),
        ("localhost:8080", "default"),
        ("sandboxes.test", "default"),
        ("a.b.localhost", "default"),
        ("-x.localhost", "default"),
        (".localhost", "default"),
        ("mine.localhost.example.com", "default"),
        ("mine.notlocalhost", "default"),
        ("127.0.0.1:8080", "default"),
        ("[::1]:8080", "default"),
        ("prod.uidapi.com", "default"),
        ("", "default"),
        (None, "default"),
    ],
)
def test_the_first_label_names_the_sandbox(host: str | None, name: str) -> None:
    assert sandbox(host) == (name, "/v1/x")


def test_a_sandbox_in_the_path_comes_first() -> None:
    assert sandbox("mine.localhost", "/sandbox/other/v1/x") == ("other", "/v1/x")


def test_calls_by_host_and_by_path_meet_in_one_sandbox() -> None:
    with Simulator() as sim:

        def status(path: str, **headers: str) -> int:
            key = {"Authorization": "Bearer simulator-uid2-api-key"}
            return requests.get(f"{sim.url}{path}", headers=key | headers, timeout=10).status_code

        token = sim.sandbox("mine").token("uid2", "refresh_token")
        refresh = f"/v1/token/refresh?{urlencode({'refresh_token': token})}"
        assert status(f"/sandbox/mine{refresh}") == 200
        assert status(refresh, Host="mine.localhost") == 200
        assert status(refresh) == 400, "another sandbox"
        assert status("/_simulator/clock", Host="mine.localhost") == 200
        assert status("/_simulator/clock", Host="mine.example") == 403
