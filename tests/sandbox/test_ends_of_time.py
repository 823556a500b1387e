"""A clock may be set to any moment: whatever is asked there is answered, and there is a way back."""

from __future__ import annotations

import logging

import pytest

from simulator.apis import discover
from simulator.core.model.call import Request
from simulator.core.moment import parse_moment
from simulator.scenario.loader import load
from simulator.simulation import Simulation

HEADERS = {"host": "localhost", "authorization": "Bearer simulator-uid2-api-key"}
LOGIN = b'{"mailaddress": "user@example.com", "password": "password"}'
CALLS = [
    ("POST", "/v1/token/auth_user", "", LOGIN, 200),
    ("POST", "/v1/token/auth_refresh", "refreshtoken=x", b"", 403),
    ("GET", "/v1/prices/daily_quotes", "date=2024-01-04", b"", 401),
    ("GET", "/v1/token/generate", "email=a@example.com", b"", 200),
    ("GET", "/v1/token/refresh", "refresh_token=x", b"", 400),
    ("GET", "/v1/identity/buckets", "since_timestamp=2024-01-01T00:00:00", b"", 200),
]
"""Method, path, query, body and the status that they have at any time."""


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00Z",
        "2038-01-19T03:14:08Z",
        "9999-12-30T23:59:59Z",
        "9999-12-31T23:59:59.999999Z",
    ],
)
def test_every_moment_is_one_to_be_asked_at(moment: str) -> None:
    simulation = Simulation(discover())
    sandbox = simulation.sandboxes.get("default")
    sandbox.clock.set(at=parse_moment(moment), frozen=True)
    for method, path, query, body, status in CALLS:
        reply = simulation.answer(Request(method, path, query, HEADERS, body))
        assert reply.status == status, (path, reply.body)
    for api in simulation.apis.values():
        for kind in api.token_kinds:
            assert api.mint(sandbox.world(api.name), kind, "", sandbox.clock.now()).issued_at <= sandbox.clock.now()
    sandbox.reset()
    assert sandbox.clock.state is None


def test_a_scenario_cannot_move_time_off_the_calendar(caplog: pytest.LogCaptureFixture) -> None:
    """The call is answered all the same, the clock stays, and the log says why."""
    simulation = Simulation(discover())
    sandbox = simulation.sandboxes.get("default")
    rule = "{id: on, when: {operation: jquants.auth_refresh}, then: {advance: 25h}}"
    sandbox.load(load(f"version: 1\nname: on\nrules:\n  - {rule}\n", simulation.apis.values()))
    last = parse_moment("9999-12-31T00:00:00Z")
    sandbox.clock.set(at=last, frozen=True)
    with caplog.at_level(logging.WARNING):
        reply = simulation.answer(Request("POST", "/v1/token/auth_refresh", "refreshtoken=x", HEADERS))
    assert (reply.status, sandbox.clock.now()) == (403, last)
    assert "outside the years" in caplog.text
    assert len(sandbox.journal.entries()) == 1
