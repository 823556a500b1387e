"""Without a socket: a client's HTTP library meets what it would meet on the network, and raises what it would raise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected
from typing import Any

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from simulator.core.errors import SimulatorError, UsageError
from simulator.core.model.call import WIRE_FAULTS
from simulator.testing import Handle, Simulator, httpx_transport, requests_adapter

REFUSED = b'{"message": "Your refresh token may be incorrect or expired."}'
REAL_SERVICE = "https://api.jquants.com/v1"

SOON = 0.2
"""A client's time-out in seconds, where it is to run out."""
PATIENT = 30.0
"""One that never does, however slow the machine."""

Ask = Callable[[float], object]
"""One call by a client with this time-out."""


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def sandbox(sim: Simulator) -> Iterator[Handle]:
    with sim.sandbox("in-memory") as handle:
        yield handle


def _requests(session: requests.Session, base: str, adapter: HTTPAdapter) -> Ask:
    session.trust_env = False
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    url = f"{base}/token/auth_refresh?refreshtoken=never-issued"
    return lambda timeout: session.post(url, timeout=timeout).content


def _httpx(client: httpx.Client, base: str) -> Ask:
    url = f"{base}/token/auth_refresh?refreshtoken=never-issued"
    return lambda timeout: client.post(url, timeout=timeout).content


@pytest.fixture(params=["requests", "httpx"])
def both(request: pytest.FixtureRequest, sandbox: Handle) -> Iterator[tuple[Ask, Ask]]:
    """The same client over the network and in memory."""
    if request.param == "requests":
        with requests.Session() as networked, requests.Session() as local:
            yield (
                _requests(networked, sandbox.jquants_url, HTTPAdapter()),
                _requests(local, REAL_SERVICE, requests_adapter(sandbox)),
            )
        return
    network = httpx.HTTPTransport(trust_env=False)
    memory = httpx_transport(sandbox)
    with httpx.Client(transport=network) as over, httpx.Client(transport=memory) as within:
        yield _httpx(over, sandbox.jquants_url), _httpx(within, REAL_SERVICE)


def _outcome(ask: Ask, timeout: float = PATIENT) -> object:
    try:
        return ask(timeout)
    except (requests.RequestException, httpx.HTTPError) as error:
        return type(error)


@pytest.mark.parametrize("fault", sorted(WIRE_FAULTS))
def test_a_fault_ends_as_it_would_over_the_network(sandbox: Handle, both: tuple[Ask, Ask], fault: str) -> None:
    """And what a broken answer leaves behind on its connection is not taken for the next one's."""
    over_the_network, in_memory = both
    broken = {"rules": [{"id": "broken", "occurs": {"first": 1}, "then": {"fault": fault}}]}
    sandbox.load(broken)
    timeout = SOON if fault == "hang" else PATIENT
    outcome = _outcome(over_the_network, timeout)
    assert outcome != REFUSED, "the fault must show"

    sandbox.load(broken)
    assert _outcome(in_memory, timeout) == outcome
    assert _outcome(in_memory) == REFUSED


@pytest.mark.parametrize(
    "slowness",
    [{"delay": "60s"}, {"fault": {"hang": {"for": "60s"}}}, {"dribble": {"over": "60s", "chunks": 2}}],
    ids=["delay", "hang", "dribble"],
)
def test_an_answer_beyond_the_time_out_is_one(sandbox: Handle, both: tuple[Ask, Ask], slowness: Any) -> None:
    """In memory nobody waits for it."""
    sandbox.load({"rules": [{"id": "slow", "then": slowness}]})

    outcome = _outcome(both[1], SOON)

    assert outcome in {requests.ReadTimeout, requests.ConnectionError, httpx.ReadTimeout}
    assert outcome == _outcome(both[0], SOON)


def test_a_slow_answer_within_the_time_out_comes(sandbox: Handle, both: tuple[Ask, Ask]) -> None:
    sandbox.load({"rules": [{"id": "slow", "then": [{"delay": "5ms"}, {"dribble": {"over": "5ms", "chunks": 4}}]}]})

    assert _outcome(both[1]) == _outcome(both[0]) == REFUSED


def test_a_connection_serves_many_calls(sandbox: Handle, both: tuple[Ask, Ask]) -> None:
    for _ in range(3):
        both[1](PATIENT)

    assert [entry.status for entry in sandbox.journal] == [403] * 3
    assert {(entry.connection, entry.secure) for entry in sandbox.journal} == {(1, True)}


def test_a_hang_without_a_time_out_is_not_waited_for(sandbox: Handle) -> None:
    sandbox.load({"rules": [{"id": "hang", "then": {"fault": "hang"}}]})
    with requests.Session() as session:
        session.mount("https://", requests_adapter(sandbox))
        with pytest.raises(SimulatorError, match="Give it a time-out"):
            session.post(f"{REAL_SERVICE}/token/auth_refresh")


def test_retries_of_the_library_are_at_work(sandbox: Handle) -> None:
    sandbox.load("jquants-outage")
    retry = Retry(total=3, status_forcelist=[502, 503], allowed_methods=["POST"], respect_retry_after_header=False)
    with requests.Session() as session:
        session.mount(REAL_SERVICE, requests_adapter(sandbox, max_retries=retry))
        token = sandbox.token("jquants", "refresh_token")
        answer = session.post(f"{REAL_SERVICE}/token/auth_refresh", params={"refreshtoken": token}, timeout=10)

    assert answer.status_code == 200
    sandbox.verify(operation="jquants.auth_refresh", count=4)


def test_a_proxy_of_the_environment_is_not_asked(sandbox: Handle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with requests.Session() as session:
        session.mount("https://", requests_adapter(sandbox))
        assert session.post(f"{REAL_SERVICE}/token/auth_refresh", timeout=10).status_code == 400


def test_a_large_body_arrives_whole(sandbox: Handle) -> None:
    with requests.Session() as session:
        session.mount("https://", requests_adapter(sandbox))
        url = f"{REAL_SERVICE}/token/auth_user"
        body = b'{"mailaddress": "user@example.com", "password": "' + b"x" * 100_000 + b'"}'
        session.post(url, data=body, timeout=10)
        chunked = session.post(url, data=iter([body[:50], body[50:]]), timeout=10)

    assert chunked.json() == {"message": "'mailaddress' or 'password' is incorrect."}


def test_the_wsgi_application_lives_in_the_sandbox(sandbox: Handle) -> None:
    token = sandbox.token("jquants", "refresh_token")
    with httpx.Client(transport=httpx.WSGITransport(sandbox.app), base_url=REAL_SERVICE) as client:
        assert client.post("/token/auth_refresh", params={"refreshtoken": token}).status_code == 200
    flask = sandbox.app.test_client().post(f"/v1/token/auth_refresh?refreshtoken={token}")

    assert flask.status_code == 200
    sandbox.verify(operation="jquants.auth_refresh", count=2)


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("reset", ConnectionResetError),
        ("empty", RemoteDisconnected),
        ("garbage", BadStatusLine),
        ("truncate", IncompleteRead),
        ("close_before_body", IncompleteRead),
        ("bad_chunk", IncompleteRead),
        ("hang", TimeoutError),
    ],
)
def test_a_broken_answer_breaks_through_wsgi_too(sandbox: Handle, fault: str, raised: type[Exception]) -> None:
    """A WSGI server has no way to break it, so whoever calls the application gets what http.client would raise."""
    sandbox.load({"rules": [{"id": "broken", "then": {"fault": fault}}]})
    with httpx.Client(transport=httpx.WSGITransport(sandbox.app)) as client, pytest.raises(raised):
        client.post(f"{REAL_SERVICE}/token/auth_refresh")
    with pytest.raises(raised):
        sandbox.app.test_client().post("/v1/token/auth_refresh")


def test_a_length_that_lies_is_believed_through_wsgi_too(sandbox: Handle) -> None:
    sandbox.load({"rules": [{"id": "broken", "then": {"fault": "bad_length"}}]})
    answer = sandbox.app.test_client().post("/v1/token/auth_refresh?refreshtoken=stale")

    assert (answer.status_code, answer.data) == (403, REFUSED[: int(answer.headers["Content-Length"])])
    assert len(answer.data) < len(REFUSED)


def test_the_control_plane_is_there_as_well(sandbox: Handle) -> None:
    with requests.Session() as session:
        session.mount("http://", requests_adapter(sandbox))
        assert "now" in session.get("http://localhost/_simulator/clock", timeout=10).json()
    flask = sandbox.app.test_client().get("/_simulator/clock")
    assert flask.json is not None
    assert "now" in flask.json


@pytest.mark.parametrize("reach", [requests_adapter, httpx_transport, lambda handle: handle.app])
def test_one_that_runs_elsewhere_needs_its_url(sim: Simulator, reach: Callable[[Handle], object]) -> None:
    with Simulator(url=sim.url) as elsewhere, pytest.raises(UsageError, match="give your client its URL"):
        reach(elsewhere)
