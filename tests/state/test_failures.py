"""A Redis that is gone, slow, back or empty: what still works, what says so, and that nothing waits for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from simulator.core.clock import steady
from simulator.core.errors import StateUnreachable, UsageError
from simulator.state.redis.client import WAIT
from simulator.state.redis.store import RedisStore
from tests.redis_server import PATIENCE, RedisServer
from tests.state.sharing import ALWAYS, FIRST_TWO, REFRESH, Worker

pytestmark = pytest.mark.slow

Started = Callable[[], Worker]


@pytest.fixture
def join_own(own_redis: RedisServer) -> Iterator[Started]:
    """Another worker on a Redis of this test alone."""
    stores: list[RedisStore] = []

    def start() -> Worker:
        stores.append(RedisStore(own_redis.url, namespace="failures"))
        return Worker(stores[-1])

    yield start
    for store in stores:
        store.close()


def eventually(holds: Callable[[], bool], what: str) -> None:
    """A bounded wait for something that another thread does in its own time."""
    deadline = steady() + PATIENCE
    while not holds():
        assert steady() < deadline, f"not within {PATIENCE:g} s: {what}"
        time.sleep(0.02)


def ready(worker: Worker) -> int:
    return worker.control("GET", "ready")[0]


def test_without_redis_there_is_no_start() -> None:
    with pytest.raises(StateUnreachable, match=r"127\.0\.0\.1:1/0 does not answer.*Is Redis running there") as refused:
        RedisStore("redis://:password@127.0.0.1:1/0", namespace="x")
    assert refused.value.exit_code == 5
    assert "password" not in str(refused.value)


@pytest.mark.parametrize("address", ["redis://host:port/0", "http://host", "redis://host/0?socket_timeout=x"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="--state"):
        RedisStore(address, namespace="x")


@pytest.mark.parametrize("how", ["stop", "pause"])
def test_while_it_is_gone_only_what_needs_it_fails_and_once_it_is_back_nothing_does(
    join_own: Started, own_redis: RedisServer, how: str
) -> None:
    """No restart; the first calls to notice wait for a bounded time, all later ones not at all."""
    worker, elsewhere = join_own(), f"/sandbox/faithful{REFRESH}"
    worker.control("PUT", "scenario", FIRST_TWO)
    assert [worker.status(), worker.status(elsewhere), ready(worker)] == [500, 400, 200]

    own_redis.stop() if how == "stop" else own_redis.pause()
    began = steady()
    assert worker.status() == 503
    assert steady() - began < 2 * WAIT.total_seconds() + 1
    began = steady()
    for _ in range(20):
        reply = worker.send(REFRESH)
        assert (reply.status, reply.header("Content-Type")) == (503, "application/problem+json")
        assert worker.status(elsewhere) == 400, "no rule of that sandbox counts"
    assert worker.status("/v1/token/auth_user") == 400, "no rule is about that operation"
    assert worker.status(f"/sandbox/new{REFRESH}") == 503, "somebody may have made it"
    assert worker.control("PUT", "scenario", ALWAYS)[0] == 503
    assert worker.control("POST", "clock/advance", {"by": "1h"})[0] == 503
    assert worker.control("GET", "journal")[0] == 503
    assert ready(worker) == 503
    assert worker.control("GET", "health")[0] == 200
    assert steady() - began < 2, "known to be gone, nobody waits for it"

    own_redis.start() if how == "stop" else own_redis.go_on()
    eventually(lambda: ready(worker) == 200, "ready again")
    assert worker.control("GET", "scenario")[1]["name"] == "first-two"
    assert worker.now() == "2024-01-04T00:00:00Z"
    statuses = [worker.status() for _ in range(4)]
    if how == "stop":
        assert statuses == [500, 500, 400, 400], "Redis began empty, so they are counted anew"
    else:
        assert statuses[1:] == [400, 400, 400], "counters were there all the time; the call that timed out may count"


def test_what_was_answered_while_it_was_paused_is_in_the_journal_afterwards(
    join_own: Started, own_redis: RedisServer
) -> None:
    worker = join_own()
    worker.status()
    own_redis.pause()
    for number in range(200):
        worker.status(query=f"refreshtoken={number}")
    own_redis.go_on()
    eventually(lambda: ready(worker) == 200, "ready again")
    assert [entry["number"] for entry in worker.control("GET", "journal")[1]["entries"]] == list(range(1, 202))


def test_emptied_it_counts_again_and_says_so(
    join_own: Started, own_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Scenario and clock are put back by the first worker that notices; what was remembered of people is not."""
    one, other = join_own(), join_own()
    one.control("PUT", "scenario", FIRST_TWO)
    one.control("POST", "clock/advance", {"by": "1h"})
    one.simulation.sandboxes.default.status_store("uid2").opt_out(
        "person", one.simulation.sandboxes.default.clock.now()
    )
    assert [one.status(), other.status(), one.status()] == [500, 500, 400]
    own_redis.flush()
    assert [other.status(), one.status(), other.status()] == [500, 500, 400]
    assert [worker.now() for worker in (one, other)] == ["2024-01-04T01:00:00Z"] * 2
    assert [worker.control("GET", "scenario")[1]["name"] for worker in (one, other)] == ["first-two"] * 2
    eventually(lambda: "was emptied, or restored" in caplog.text, "the log says so")
    for worker in (one, other):
        worker.status()
        assert worker.simulation.sandboxes.default.status_store("uid2").opted_out("person") is None


def test_emptied_while_nobody_counts_it_is_noticed_too(
    join_own: Started, own_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    worker = join_own()
    worker.control("PUT", "scenario", ALWAYS)
    own_redis.flush()
    eventually(lambda: "was emptied, or restored" in caplog.text, "the log says so")
    assert worker.status() == 500
    assert join_own().status() == 500, "a worker that comes later finds what was put back"


def test_a_redis_that_was_set_back_is_as_good_as_empty(
    join_own: Started, own_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A backup, or a replica that took over and was behind: it does not know what workers have answered since."""
    one, other = join_own(), join_own()
    one.control("PUT", "scenario", FIRST_TWO)
    assert [one.status(), other.status(), one.status()] == [500, 500, 400]
    with own_redis.client() as client:
        before = int(client.get("simulator:{failures.0}:version") or 0)
        client.set("simulator:{failures.0}:version", before - 1)
        eventually(lambda: "was emptied, or restored" in caplog.text, "the log says so")
        assert int(client.get("simulator:{failures.0}:version") or 0) > before
    assert [one.status(), other.status(), one.status()] == [500, 500, 400]
    assert one.control("PUT", "scenario", ALWAYS)[0] == 200
    assert (one.status(), other.status()) == (500, 500)
    assert other.control("GET", "scenario")[1]["name"] == "always"


def test_a_sandbox_that_nobody_uses_is_forgotten_by_redis(own_redis: RedisServer) -> None:
    """So a Redis that simulators have left holds nothing of theirs after a while."""
    store = RedisStore(own_redis.url, namespace="x", kept=timedelta(seconds=2))
    worker = Worker(store)
    worker.status(f"/sandbox/a{REFRESH}")
    with own_redis.client() as client:
        eventually(lambda: not client.keys("*sandbox:a*"), "the sandbox's keys are gone")
        assert client.keys("*:sandbox:default"), "the default one stays while anybody serves"
        store.close()
        eventually(lambda: client.dbsize() == 0, "nothing is left")
