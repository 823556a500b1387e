"""Tests that run side by side never meet: eight threads, three sandboxes, every kind of memory there is."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from simulator.apis import discover
from simulator.core.http.dates import http_date
from simulator.core.model.call import Call, Reply, Request
from simulator.core.moment import format_moment
from simulator.sandbox.sandbox import Sandbox
from simulator.scenario.loader import load
from simulator.simulation import Simulation

THREADS = 8
ROUNDS = 40
START = datetime(2024, 1, 4, tzinfo=UTC)
KEY = {"authorization": "Bearer simulator-uid2-api-key", "host": "localhost"}
CAST = {"default": 3, "a": 5, "b": 11}
"""Sandbox -> how many of its refreshes fail."""


def outage(failures: int) -> str:
    return f"""version: 1
name: outage-{failures}
rules:
  - id: down-{failures}
    when: {{operation: jquants.auth_refresh}}
    occurs: {{first: {failures}}}
    then: {{error: jquants.server_error}}
"""


def prefix(name: str) -> str:
    return "" if name == "default" else f"/sandbox/{name}"


@pytest.fixture
def simulation() -> Simulation:
    """Three sandboxes, each a month from the next, each with a scenario of its own."""
    made = Simulation(discover(), secret=b"apart")
    for month, (name, failures) in enumerate(CAST.items()):
        sandbox = made.sandboxes.get(name)
        sandbox.clock.set(at=START + timedelta(days=31 * month), frozen=True)
        sandbox.load(load(outage(failures), made.apis.values()))
    return made


def call(simulation: Simulation, name: str, method: str, path: str, query: str = "") -> Reply:
    return simulation.answer(Request(method, prefix(name) + path, query, KEY, client="127.0.0.1"))


def in_threads(work: Callable[[int], object]) -> None:
    """Eight at once, all starting together; whatever one raises is raised here."""
    ready = threading.Barrier(THREADS)

    def one(number: int) -> None:
        ready.wait(10)
        work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(one, number) for number in range(THREADS)]:
            done.result(timeout=30)


def test_clocks_counters_and_journals_stay_apart(simulation: Simulation) -> None:
    seen: dict[str, list[tuple[int, str | None, str | None]]] = {name: [] for name in CAST}

    def hammer(_number: int) -> None:
        for _ in range(ROUNDS):
            for name in CAST:
                reply = call(simulation, name, "POST", "/v1/token/auth_refresh", "refreshtoken=x")
                seen[name].append((reply.status, reply.header("Date"), reply.header("X-Simulator-Rule")))

    in_threads(hammer)
    for name, failures in CAST.items():
        sandbox = simulation.sandboxes.get(name)
        date = http_date(sandbox.clock.now())
        assert Counter(seen[name]) == {
            (500, date, f"down-{failures}"): failures,
            (403, date, None): THREADS * ROUNDS - failures,
        }
        entries = sandbox.journal.entries()
        assert [entry.number for entry in entries] == list(range(1, THREADS * ROUNDS + 1))
        assert Counter(entry.rules for entry in entries)[(f"down-{failures}",)] == failures
        assert {entry.at for entry in entries} == {sandbox.clock.now()}


def test_clocks_that_are_moved_while_others_are_move_alone(simulation: Simulation) -> None:
    names = list(CAST)

    def hammer(number: int) -> None:
        sandbox = simulation.sandboxes.get(names[number % len(names)])
        for _ in range(ROUNDS):
            sandbox.clock.advance(timedelta(seconds=number))

    before = {name: simulation.sandboxes.get(name).clock.now() for name in names}
    in_threads(hammer)
    for place, name in enumerate(names):
        moved = simulation.sandboxes.get(name).clock.now() - before[name]
        assert moved == ROUNDS * timedelta(seconds=sum(n for n in range(THREADS) if n % len(names) == place))


def test_opting_out_in_one_is_not_opting_out_in_another(simulation: Simulation) -> None:
    """Each thread opts its own person out of one sandbox, while all refresh everywhere."""
    uid2 = simulation.apis["uid2"]
    names = list(CAST)

    def tokens_of(name: str, number: int) -> str:
        sandbox = simulation.sandboxes.get(name)
        return uid2.mint(sandbox.world("uid2"), "refresh_token", f"p{number}@example.com", sandbox.clock.now()).token

    def hammer(number: int) -> None:
        person = uid2.subject(f"p{number}@example.com")
        out_of = simulation.sandboxes.get(names[number % len(names)])
        out_of.status_store("uid2").opt_out(person, out_of.clock.now() - timedelta(seconds=1))
        for name in names:
            query = "refresh_token=" + tokens_of(name, number).replace("+", "%2B")
            body = call(simulation, name, "GET", "/v1/token/refresh", query).body
            assert (b'"optout"' in body) is (name == out_of.name), (name, body)
            assert (b'"success"' in body) is (name != out_of.name), (name, body)

    in_threads(hammer)


def test_a_reset_of_one_leaves_the_others_counting(simulation: Simulation) -> None:
    """Half the threads reset "a" all the time, the others call "b": not one call of "b" is lost."""

    def hammer(number: int) -> None:
        for _ in range(ROUNDS):
            if number % 2:
                simulation.sandboxes.get("a").reset()
            else:
                call(simulation, "b", "POST", "/v1/token/auth_refresh", "refreshtoken=x")

    in_threads(hammer)
    statuses = Counter(entry.status for entry in simulation.sandboxes.get("b").journal.entries())
    assert statuses == {500: CAST["b"], 403: THREADS // 2 * ROUNDS - CAST["b"]}
    assert simulation.sandboxes.get("a").journal.entries() == []


ASKED: dict[tuple[str, str], tuple[str, str]] = {
    ("jquants", "refresh_token"): ("jquants.auth_refresh", "refreshtoken={token}"),
    ("jquants", "id_token"): ("jquants.listed_info", ""),
    ("uid2", "refresh_token"): ("uid2.token_refresh", "refresh_token={token}"),
    ("uid2", "advertising_token"): ("uid2.token_validate", "token={token}&email=validate@email.com"),
}
"""API and kind -> an operation that takes it, and the query that presents it; an ID token goes into Authorization."""


def test_every_kind_of_token_is_asked_about() -> None:
    assert set(ASKED) == {(api.name, kind) for api in discover() for kind in api.token_kinds}


@pytest.mark.parametrize(("api", "kind"), ASKED)
@pytest.mark.parametrize(("home", "abroad"), [("default", "a"), ("a", "default"), ("a", "b")])
def test_a_token_of_one_is_an_unknown_token_in_another(api: str, kind: str, home: str, abroad: str) -> None:
    simulation = Simulation(discover(), secret=b"apart")
    subject = "validate@email.com" if api == "uid2" else ""
    here, there = simulation.sandboxes.get(home), simulation.sandboxes.get(abroad)
    token = simulation.apis[api].mint(here.world(api), kind, subject, here.clock.now()).token
    assert presented(simulation, here, api, kind, token) == "valid"
    assert presented(simulation, there, api, kind, token) == "unknown"
    assert answered(simulation, there, api, kind, token) == answered(
        simulation, there, api, kind, token[:-8] + "AAAAAAA="
    )
    assert answered(simulation, here, api, kind, token) != answered(simulation, there, api, kind, token)


def presented(simulation: Simulation, sandbox: Sandbox, api: str, kind: str, token: str) -> str | None:
    name, _ = ASKED[api, kind]
    operation = next(each for each in simulation.apis[api].operations if each.name == name)
    query, headers = request(api, kind, token)
    asked = Call(operation.methods[0], operation.path, query, headers, b"", sandbox.clock.now(), sandbox.name)
    return operation.read(asked, sandbox.world(api)).state


def answered(simulation: Simulation, sandbox: Sandbox, api: str, kind: str, token: str) -> tuple[int, bytes]:
    name, _ = ASKED[api, kind]
    operation = next(each for each in simulation.apis[api].operations if each.name == name)
    query, headers = request(api, kind, token)
    reply = simulation.answer(Request(operation.methods[0], prefix(sandbox.name) + operation.path, query, headers))
    return reply.status, reply.body.replace(token.encode(), b"<token>")


def request(api: str, kind: str, token: str) -> tuple[str, dict[str, str]]:
    _, template = ASKED[api, kind]
    query = template.format(token=token.replace("+", "%2B").replace("=", "%3D").replace("/", "%2F"))
    return query, {"host": "localhost"} if "{token}" in template else {"host": "localhost", "authorization": token}


def test_moments_are_told_apart_too(simulation: Simulation) -> None:
    """The same call in three sandboxes: three months."""
    dates = {call(simulation, name, "GET", "/v1/token/refresh").header("Date") for name in CAST}
    assert len(dates) == len(CAST)
    assert format_moment(simulation.sandboxes.get("default").clock.now()) == "2024-01-04T00:00:00Z"
