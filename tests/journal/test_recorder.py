"""What the journal learns of a call: facts, fingerprints and bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from simulator.apis import discover
from simulator.core.model.call import Request
from simulator.journal.entry import Change, Entry
from simulator.journal.sightings import MOST
from simulator.sandbox.sandbox import Sandbox
from simulator.scenario import loader
from simulator.simulation import Simulation

REFRESH = {"path": "/v1/token/auth_refresh", "method": "POST"}


@pytest.fixture
def simulation() -> Simulation:
    return Simulation(discover(), secret=b"a secret of the recorder's tests")


def test_an_answer_without_the_field_is_not_said_to_have_lost_it(simulation: Simulation) -> None:
    load(simulation, "{drop: [refreshToken]}")
    simulation.answer(Request("POST", "/v1/token/auth_user", "", {}, b'{"mailaddress": "user@example.com"}'))
    entry = entries(simulation)[-1]
    assert (entry.status, entry.rules, entry.changes) == (400, ("rule",), ())


@pytest.mark.parametrize(
    ("then", "changes", "words"),
    [
        ("{drop: [refreshToken]}", (Change("dropped", "refreshToken"),), ("without refreshToken",)),
        pytest.param(
            "{rewrite: {refreshToken: 'null'}}",
            (Change("rewritten", "refreshToken", "null"),),
            ("refreshToken as null",),
        ),
        pytest.param("{rewrite: {refreshToken: string}}", (), (), id="a text is a text already"),
        pytest.param("{fault: not_json}", (Change("not_json"),), ("not JSON",)),
        pytest.param("{fault: wrong_type}", (Change("media_type", how="text/html"),), ("text/html",)),
        pytest.param("{respond: {status: 502}}", (Change("no_body"),), ("no body",)),
        pytest.param("{error: jquants.server_error}", (), (), id="the API's own answer"),
    ],
)
def test_what_a_rule_changed_is_a_fact_and_its_words_are_made_of_it(
    simulation: Simulation, then: str, changes: tuple[Change, ...], words: tuple[str, ...]
) -> None:
    load(simulation, then)
    entry = login(simulation)
    assert (entry.changes, entry.odd) == (changes, words)


def test_how_an_answer_goes_onto_the_wire_is_a_fact(simulation: Simulation) -> None:
    load(simulation, "{delay: 1500ms, dribble: {over: 10s, chunks: 5}}")
    entry = login(simulation)
    assert (entry.delay_us, entry.dribble_us, entry.dribble_chunks) == (1_500_000, 10_000_000, 5)
    assert entry.delivery == "delay 1s500ms, dribble 5 in 10s"


def test_whom_and_what_a_call_presents_is_read_as_its_api_reads_it(simulation: Simulation) -> None:
    token = json_of(simulation, LOGIN)["refreshToken"]
    issued = entries(simulation)[-1].issued[0]
    entry = call(simulation, "POST", "/v1/token/auth_refresh", f"refreshtoken={token}")
    assert (entry.subject, entry.token, entry.token_kind, entry.token_state) == (
        issued.subject,
        issued.token,
        "refresh_token",
        "valid",
    )
    assert entry.family


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("undefined", "placeholder"),
        ("YOUR_REFRESH_TOKEN_COMES_HERE", "placeholder"),
        ("{'message': 'no'}", "text"),
        ("%20", "empty"),
        ("abcdef%252B0123456789abcdef", "encoded"),
        ("abcdef+0123456789abcdef", "blanks"),
        ("eyJ0.0123456789abcdef.abcdef", ""),
    ],
)
def test_a_token_that_was_never_issued_is_told_by_its_look(simulation: Simulation, value: str, form: str) -> None:
    entry = call(simulation, "POST", "/v1/token/auth_refresh", f"refreshtoken={value}")
    assert (entry.token_state, entry.token_form) == ("unknown", form)


def test_a_token_that_was_encoded_once_too_often_is_known_for_what_it_was(simulation: Simulation) -> None:
    entry = call(simulation, "POST", "/v1/token/auth_refresh", "refreshtoken=abcdef%252B0123456789abcdef")
    assert entry.repaired == simulation.recorder.fingerprint("abcdef+0123456789abcdef")


@pytest.mark.parametrize(
    ("place", "name", "parts"),
    [
        ("header", "referer", {"headers": {"referer": "https://shop.example/?refreshtoken={}"}}),
        ("header", "x-debug", {"headers": {"x-debug": "key={}; path=/"}}),
        ("cookie", "cookie", {"headers": {"cookie": "a=b; rt={}"}}),
        ("query", "session", {"raw_query": "code=86970&session={}"}),
        ("path", "", {"path": "/v1/listed/info/{}"}),
        ("body", "refresh_token", {**REFRESH, "body": '{{"refresh_token": "{}"}}'}),
        ("body", "refreshtoken", {**REFRESH, "body": "refreshtoken={}"}),
        ("body", "", {**REFRESH, "body": "{}"}),
    ],
)  # fmt: skip
def test_a_token_is_found_wherever_it_stands(
    simulation: Simulation, place: str, name: str, parts: Mapping[str, Any]
) -> None:
    token = json_of(simulation, LOGIN)["refreshToken"]
    headers = {name: text.format(token) for name, text in parts.get("headers", {}).items()}
    given = {"method": "GET", "path": "/v1/listed/info", "raw_query": ""} | {
        key: value.format(token) for key, value in parts.items() if key != "headers"
    }
    body = given.pop("body", "").encode()
    simulation.answer(Request(**given, headers=headers, body=body))
    wanted = simulation.recorder.fingerprint(token)
    found = {(stray.place, stray.name) for stray in entries(simulation)[-1].strays if stray.value == wanted}
    assert found == {(place, name)}


def test_a_plus_of_a_leaked_token_stays_a_plus(simulation: Simulation) -> None:
    simulation.answer(
        Request("GET", "/v1/listed/info", "", {"referer": "https://shop.example/?t=abc+def/0123456789=="})
    )
    wanted = simulation.recorder.fingerprint("abc+def/0123456789==")
    assert wanted in {stray.value for stray in entries(simulation)[-1].strays}


def test_an_entry_is_bounded_whatever_its_query_holds(simulation: Simulation) -> None:
    entry = call(simulation, "POST", "/v1/token/auth_refresh", "!&" * 8000)
    assert entry.query.endswith("…")
    assert len(json.dumps(entry.as_json())) < 8000
    entry = call(simulation, "POST", "/v1/token/auth_refresh", "&".join(f"x={number:030}" for number in range(500)))
    assert len(entry.strays) <= MOST


def test_who_has_opted_out_is_a_fact_whichever_operation_says_so(simulation: Simulation) -> None:
    key = {"authorization": "Bearer simulator-uid2-api-key"}
    body = b'{"email": ["optout@example.com", "user@example.com"]}'
    simulation.answer(Request("POST", "/v1/identity/map", "", key, body))
    simulation.answer(Request("GET", "/v1/identity/map", "email=optout%40example.com", key))
    mapped, alone = entries(simulation)
    assert mapped.opted_out == (alone.subject,)


def test_a_redirect_to_another_authority_is_a_fact(simulation: Simulation) -> None:
    away = "{respond: {status: 302, headers: {Location: 'https://other.example:1/x'}}}"
    load(simulation, away, when="jquants.listed_info")
    simulation.answer(Request("GET", "/v1/listed/info", "", {"host": "one.example", "authorization": "token"}))
    entry = entries(simulation)[-1]
    assert (entry.host, entry.scheme) == ("one.example", "bare")
    assert entry.redirect == f"<{simulation.recorder.fingerprint('other.example:1')}>"


LOGIN = Request("POST", "/v1/token/auth_user", "", {}, b'{"mailaddress": "user@example.com", "password": "password"}')


def json_of(simulation: Simulation, request: Request) -> dict[str, str]:
    return dict(json.loads(simulation.answer(request).body))


def login(simulation: Simulation) -> Entry:
    simulation.answer(LOGIN)
    return entries(simulation)[-1]


def call(simulation: Simulation, method: str, path: str, query: str) -> Entry:
    simulation.answer(Request(method, path, query, {}))
    return entries(simulation)[-1]


def sandbox(simulation: Simulation) -> Sandbox:
    return simulation.sandboxes.get("default")


def entries(simulation: Simulation) -> list[Entry]:
    return sandbox(simulation).journal.entries()


def load(simulation: Simulation, then: str, *, when: str = "jquants.auth_user") -> None:
    text = f"version: 1\nname: facts\nrules:\n  - id: rule\n    when: {{operation: {when}}}\n    then: {then}\n"
    sandbox(simulation).load(loader.load(text, tuple(simulation.apis.values()), name="facts"))
