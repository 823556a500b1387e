"""No secret is ever told again: not by the journal, the log, a problem, the report or the OpenAPI document.

Every secret goes into every place of a request that can carry text, in clear and percent-encoded;
then everything the simulator says about those calls is searched for every form of every secret.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from functools import cache
from urllib.parse import quote, quote_plus

import pytest

from simulator.apis import discover
from simulator.core.model.call import Request
from simulator.simulation import Simulation
from tests.control.conftest import Control
from tests.service import Serve

MAIL = "sakura.tanaka@private.example"
PASSWORD = "correct-horse-battery-staple-42"
PHONE = "+819012345678"
KEY = "UID2-C-L-1000-private-key-of-a-publisher"
COOKIE = "session=private-cookie-private-cookie-private"


@cache
def forms(secret: str) -> set[str]:
    """A secret as it may stand in a text: as it is, encoded once, twice or in every byte, either case of hex, JSON."""
    once, form = quote(secret, safe=""), quote_plus(secret)
    everything = "".join(f"%{byte:02X}" for byte in secret.encode())
    lowered = {text.replace("%2B", "%2b").replace("%2F", "%2f") for text in (once, form)}
    return {
        secret,
        once,
        form,
        quote(once, safe=""),
        everything,
        everything.lower(),
        *lowered,
        json.dumps(secret)[1:-1],
    }


@pytest.fixture(scope="module")
def minted() -> dict[str, str]:
    """A live token of every kind, of the simulation of this module."""
    simulation = Simulation(discover(), secret=b"secrets")
    sandbox = simulation.sandboxes.get("default")
    return {
        f"{api.name} {kind}": api.mint(sandbox.world(api.name), kind, "", sandbox.clock.now()).token
        for api in simulation.apis.values()
        for kind in api.token_kinds
    }


@pytest.fixture(scope="module")
def secrets(minted: dict[str, str]) -> dict[str, str]:
    return {"mail": MAIL, "password": PASSWORD, "key": KEY, "cookie": COOKIE, **minted}


def requests_with(secret: str) -> Iterator[Request]:
    """Calls that carry a secret in each place, for paths that are known and paths that are not."""
    headers = {"host": "localhost"}
    paths = ["/v1/token/auth_refresh", "/v1/token/auth_user", "/v1/token/refresh", "/v1/token/generate", "/nothing"]
    for text in sorted(forms(secret)):
        yield Request("GET", f"/v1/{text}", "", headers)
        yield Request("GET", f"/v1/token/refresh/{text}/x", "", headers)
        yield Request("GET", f"/sandbox/{text}/v1/token/refresh", "", headers)
        for path in paths:
            for query in (
                f"refresh_token={text}",
                f"refreshtoken={text}",
                f"token={text}&email={text}",
                f"code={text}&date={text}",
                f"since_timestamp={text}",
                f"Anything={text}",
                f"{text}=1",
                text,
                f"a=1;b={text}",
            ):
                yield Request("POST", path, query, headers)
    yield Request("GET", "/v1/token/refresh", "", {**headers, "authorization": f"Bearer {secret}"})
    yield Request("GET", "/v1/listed/info", "", {**headers, "authorization": secret})
    yield Request("GET", "/v1/listed/info", f"code={secret}", {**headers, "authorization": f"Basic {secret}"})
    for name in (
        "cookie",
        "referer",
        "user-agent",
        "x-forwarded-for",
        "x-simulator-error",
        "x-simulator-delay",
        "accept",
    ):
        yield Request("GET", "/v1/token/refresh", f"refresh_token={quote(secret)}", {**headers, name: secret})
        yield Request("GET", "/v1/token/refresh", "", {**headers, name: f"https://x/?t={quote(secret, safe='')}"})
    for body in ({"mailaddress": secret, "password": secret}, {secret: 1}, {"a": {secret: secret}}, secret, [secret]):
        yield Request("POST", "/v1/token/auth_user", "", headers, json.dumps(body).encode())
        yield Request("POST", "/v1/identity/map", "", headers, json.dumps(body).encode())
    yield Request("POST", "/v1/token/auth_user", "", headers, secret.encode())
    yield Request(secret[:10], "/v1/token/auth_user", "", headers)


def leaked(text: str, secrets: dict[str, str]) -> set[str]:
    return {name for name, secret in secrets.items() for form in forms(secret) if form in text}


def test_not_the_journal_nor_the_log_nor_a_problem(secrets: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    simulation = Simulation(discover(), secret=b"secrets")
    sandbox = simulation.sandboxes.get("default")
    for name, secret in secrets.items():
        for incoming in requests_with(secret):
            reply = simulation.answer(incoming)
            if reply.header("content-type") == "application/problem+json" and reply.status != 400:
                assert not leaked(reply.body.decode(), {name: secret}), reply.body
    entries = sandbox.journal.entries()
    assert len(entries) > 1_000
    told = "\n".join(f"{json.dumps(entry.as_json(), ensure_ascii=False)} {entry}" for entry in entries)
    assert not leaked(told, secrets)
    assert not leaked(caplog.text, secrets)


def test_not_a_refusal_of_the_control_plane(serve: Serve, secrets: dict[str, str]) -> None:
    control = Control(serve())
    for name, secret in secrets.items():
        for method, path, body in (
            ("POST", "tokens", {"api": "jquants", "kind": "refresh_token", "subject": secret}),
            ("POST", "tokens", {"api": "uid2", "kind": "refresh_token", "subject": f"{secret} "}),
            ("PUT", "clock", {"at": True, "frozen": secret}),
            ("PUT", "clock", {"rate": secret}),
            ("POST", "verify", {"token": secret, "count": 1}),
        ):
            answer = control.send(method, path, body)
            assert answer.status in {400, 422} or name == "mail"
            assert not leaked(answer.body.decode(), {name: secret}) or answer.status == 422, answer.body
        header = {
            "Authorization": f"Bearer {secret}",
            "Cookie": secret,
            "Referer": f"http://127.0.0.1:8080/{quote(secret)}",
        }
        for path in ("nothing", "clock", "journal?operation=nothing"):
            assert not leaked(control.send("GET", path, headers=header).body.decode(), {name: secret})


def test_a_call_still_correlates_with_the_token_it_was_given(minted: dict[str, str]) -> None:
    """One fingerprint for the token where it was handed out, and where it came back, encoded or not."""
    simulation = Simulation(discover(), secret=b"secrets")
    sandbox = simulation.sandboxes.get("default")
    token = minted["uid2 refresh_token"]
    wanted = simulation.recorder.fingerprint(token)
    for query in (f"refresh_token={quote(token, safe='')}", f"refresh_token={token.replace('+', '%2b')}"):
        simulation.answer(Request("GET", "/v1/token/refresh", query, {"host": "localhost"}))
        assert sandbox.journal.entries()[-1].token == wanted


def test_what_every_client_says_is_shown_as_it_is() -> None:
    """Hiding must not make the journal useless."""
    simulation = Simulation(discover())
    agent = "python-requests/2.32.3"
    simulation.answer(Request("GET", "/v1/prices/daily_quotes", "code=86970&date=2024-01-04", {"user-agent": agent}))
    simulation.answer(Request("GET", "/v1/token/refrseh", "", {"user-agent": agent}))
    first, second = simulation.sandboxes.get("default").journal.entries()
    assert (first.query, first.agent) == ("code=86970&date=2024-01-04", agent)
    assert second.path == "/v1/token/refrseh"
