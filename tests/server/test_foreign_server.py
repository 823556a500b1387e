"""The application under somebody else's WSGI server: everything but breaking answers on the wire."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
import requests
from waitress.server import create_server

from simulator.app import create_app

OUTAGE = {
    "version": 1,
    "name": "outage",
    "rules": [
        {
            "id": "once",
            "when": {"operation": "jquants.auth_refresh"},
            "occurs": {"first": 1},
            "then": {"error": "jquants.server_error"},
        }
    ],
}
CREDENTIALS = {"mailaddress": "user@example.com", "password": "password"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """``create_app()`` as a WSGI factory, served by waitress in a thread."""
    server = create_server(create_app(), host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)
    server.task_dispatcher.shutdown()
    assert not thread.is_alive()


@pytest.fixture
def session(url: str) -> Iterator[requests.Session]:
    """Each test begins without a scenario."""
    with requests.Session() as opened:
        opened.delete(f"{url}/_simulator/scenario", timeout=5).raise_for_status()
        yield opened


def test_the_apis_answer(url: str, session: requests.Session) -> None:
    """Log in, then trade the refresh token, as the published sample does."""
    login = session.post(f"{url}/v1/token/auth_user", data=json.dumps(CREDENTIALS), timeout=5)
    token = login.json()["refreshToken"]
    refreshed = session.post(f"{url}/v1/token/auth_refresh", params={"refreshtoken": token}, timeout=5)
    assert refreshed.status_code == 200
    assert set(refreshed.json()) == {"idToken"}


def test_scenarios_play(url: str, session: requests.Session) -> None:
    loaded = session.put(f"{url}/_simulator/scenario", data=json.dumps(OUTAGE), timeout=5)
    assert loaded.status_code == 200
    statuses = [session.post(f"{url}/v1/token/auth_refresh", timeout=5).status_code for _ in range(2)]
    assert statuses == [500, 400]


@pytest.mark.parametrize("fault", ["reset", "empty", "truncate", "garbage", "bad_length", "bad_chunk", "hang"])
def test_a_fault_it_cannot_inject_is_refused_when_the_scenario_is_loaded(
    url: str, session: requests.Session, fault: str
) -> None:
    """With its place and with what to run instead; and nothing of it is active."""
    rule = {"id": "broken", "when": {"operation": "jquants.auth_refresh"}, "then": {"fault": fault}}
    refused = session.put(
        f"{url}/_simulator/scenario", data=json.dumps({"version": 1, "name": "broken", "rules": [rule]}), timeout=5
    )
    assert refused.status_code == 422
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert "E301" in refused.text
    assert "simulator serve" in refused.text
    assert session.post(f"{url}/v1/token/auth_refresh", timeout=5).status_code == 400
