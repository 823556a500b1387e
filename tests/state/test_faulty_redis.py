"""Whatever Redis says, at whichever command: 503 where it is needed, faithful answers elsewhere, ready soon after."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from simulator.core.clock import steady
from simulator.core.errors import StateUnreachable
from simulator.core.model.call import Reply
from simulator.state.redis.store import RedisStore
from tests.redis_server import PATIENCE, RedisServer
from tests.state.redis_proxy import REPLIES, RedisProxy
from tests.state.sharing import FIRST_TWO, REFRESH, Worker

pytestmark = pytest.mark.slow

KINDS = [*REPLIES, "cut"]
ELSEWHERE = f"/sandbox/faithful{REFRESH}"
THREADS = {"simulator-state-listen", "simulator-state-lease"}


@pytest.fixture
def proxy(redis_server: RedisServer) -> Iterator[RedisProxy]:
    made = RedisProxy(redis_server)
    yield made
    made.stop()


@pytest.fixture
def worker(proxy: RedisProxy, request: pytest.FixtureRequest) -> Iterator[Worker]:
    store = RedisStore(proxy.url, namespace=request.node.name)
    yield Worker(store)
    proxy.plan = lambda _: ""
    store.close()


def ours(reply: Reply) -> int:
    """The status of an answer of ours, 0 for one of the simulated service."""
    return reply.status if reply.header("Content-Type") == "application/problem+json" else 0


def ready(worker: Worker) -> bool:
    return worker.control("GET", "ready")[0] == 200


def eventually(holds: Callable[[], bool], what: str, *, within: float = PATIENCE) -> None:
    deadline = steady() + within
    while not holds():
        assert steady() < deadline, f"not within {within:g} s: {what}"
        time.sleep(0.02)


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()} & THREADS


@pytest.mark.parametrize("kind", KINDS)
def test_when_every_reply_is_of_one_kind_only_what_needs_the_state_fails(
    worker: Worker, proxy: RedisProxy, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """And no answer is our 500, no thread ends, nothing is printed with a traceback."""
    worker.control("PUT", "scenario", FIRST_TWO)
    assert (worker.status(), worker.status(ELSEWHERE)) == (500, 400)
    proxy.plan = lambda _: kind

    def is_refused() -> bool:
        assert worker.status(ELSEWHERE) == 400, "no rule counts there"
        return ours(worker.send(REFRESH)) == 503

    eventually(is_refused, "a call that counts gets 503")
    for method, path, body in (
        ("PUT", "scenario", FIRST_TWO), ("GET", "journal", None), ("POST", "clock/advance", {"by": "1s"}),
        ("POST", "reset", None), ("GET", "ready", None),
    ):  # fmt: skip
        assert worker.control(method, path, body)[0] == 503, (method, path)
    assert proxy.played > 0
    proxy.plan = lambda _: ""
    eventually(lambda: ready(worker), "ready again", within=3)
    assert [ours(worker.send(REFRESH)) for _ in range(3)] == [0, 0, 0]
    assert worker.status() == 400, "it counted at most the first two"
    assert threads() == THREADS
    assert "Traceback" not in caplog.text


COMMANDS = (
    "step", "open", "change", "write_status", "announce", "names", "renew_lease", "journal", "issued", "lost", "forget",
    "drop", "state", "BLPOP", "SUBSCRIBE", "MULTI", "XADD", "EXEC", "RPUSH", "CLIENT", "HELLO",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_one_odd_reply_to_any_command_is_survived(
    worker: Worker, proxy: RedisProxy, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = worker.store._client  # type: ignore[attr-defined]  # the Redis store has one
    names = {client.sha(script): script for script in COMMANDS if script.islower()}
    worker.control("PUT", "scenario", FIRST_TWO)
    for command in COMMANDS:
        left = threading.Semaphore(1)

        def once(words: list[str], command: str = command, left: threading.Semaphore = left) -> str:
            name = names.get(words[1], "") if words[0] == "EVALSHA" else words[0]
            return kind if name == command and left.acquire(blocking=False) else ""

        proxy.plan = once
        seen = [ours(worker.send(path)) for path in (REFRESH, ELSEWHERE, f"/sandbox/{command.lower()}{REFRESH}")]
        seen += [
            worker.control(method, path, body, sandbox=sandbox)[0]
            for method, path, body, sandbox in (
                ("GET", "scenario", None, ""), ("POST", "clock/advance", {"by": "1s"}, ""),
                ("GET", "journal", None, ""), ("DELETE", "journal", None, ""),
                ("DELETE", f"sandboxes/{command.lower()}", None, ""),
                ("PUT", "scenario", FIRST_TWO, ""), ("GET", "sandboxes", None, ""),
            )
        ]  # fmt: skip
        try:
            worker.simulation.sandboxes.default.status_store("uid2").revoke(f"token of {command}")
        except StateUnreachable:
            seen.append(503)
        assert set(seen) <= {0, 200, 204, 404, 503}, (command, seen)
        proxy.plan = lambda _: ""
        eventually(lambda: ready(worker), f"ready again after {command}", within=4)
        assert ours(worker.send(REFRESH)) == 0, command
    assert threads() == THREADS
    assert "Traceback" not in caplog.text


JOURNAL_WRITES = {"MULTI", "XADD", "HINCRBY", "HSET", "PEXPIRE", "EXEC"}


def refuse_entries(worker: Worker, proxy: RedisProxy, kind: str, count: int) -> None:
    """So many calls whose entries Redis does not take."""
    worker.control("GET", "journal")  # what was put before is through
    before = proxy.played
    proxy.plan = lambda words: kind if words[0] in JOURNAL_WRITES else ""
    for _ in range(count):
        worker.status()
    eventually(lambda: proxy.played >= before + count * len(JOURNAL_WRITES), "they are refused")
    proxy.plan = lambda _: ""


@pytest.mark.parametrize("kind", ["full", "read-only", "busy", "not allowed"])
def test_entries_that_redis_did_not_take_are_counted(
    worker: Worker, proxy: RedisProxy, redis_server: RedisServer, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Redis refuses the writes of the journal without a word, since it is told not to answer; its own counts tell."""
    for _ in range(5):
        worker.status()
    refuse_entries(worker, proxy, kind, 7)
    for _ in range(3):
        worker.status()
    assert len(worker.control("GET", "journal")[1]["entries"]) == 8
    assert worker.simulation.sandboxes.default.journal.lost() == 7
    eventually(lambda: "7 journal entries were lost" in caplog.text, "the log says so")
    status, told = worker.control("POST", "verify", {"operation": "jquants.auth_refresh", "at_most": 10})
    assert status == 422
    assert "did not take 7 of its entries, so the number cannot be told" in told["detail"]
    assert worker.control("POST", "verify", {"operation": "jquants.auth_refresh", "at_least": 8})[0] == 200
    verdicts = worker.control("GET", "report")[1]["reports"][0]["verdicts"]
    assert "pass" not in {verdict["outcome"] for verdict in verdicts}
    assert any("7 journal entries were lost" in verdict["why"] for verdict in verdicts)


def test_a_journal_that_begins_anew_has_lost_nothing(worker: Worker, proxy: RedisProxy) -> None:
    refuse_entries(worker, proxy, "full", 1)
    worker.status()
    journal = worker.simulation.sandboxes.default.journal
    assert journal.lost() == 1
    worker.control("DELETE", "journal")
    worker.status()
    assert (journal.lost(), len(journal.entries())) == (0, 1)


def test_a_redis_that_is_really_full_loses_entries_and_says_how_many(own_redis: RedisServer) -> None:
    store = RedisStore(own_redis.url, namespace="full")
    worker = Worker(store)
    worker.status()
    with own_redis.client() as client:
        client.config_set("maxmemory", 1)
        assert [worker.status() for _ in range(4)] == [400] * 4
        assert worker.control("PUT", "scenario", FIRST_TWO)[0] == 503
        eventually(lambda: not ready(worker), "it says that the state is not well")
        client.config_set("maxmemory", 0)
    eventually(lambda: ready(worker), "ready again", within=3)
    worker.status()
    shown = len(worker.control("GET", "journal")[1]["entries"])
    assert (shown, worker.simulation.sandboxes.default.journal.lost()) == (2, 4)
    assert json.loads(worker.send("/v1/token/auth_refresh").body)
    store.close()


def test_a_script_that_blocks_redis_is_waited_out(own_redis: RedisServer) -> None:
    """BUSY to every command until the script is killed; ready within a second of that, without a restart."""
    store = RedisStore(own_redis.url, namespace="busy")
    worker = Worker(store)
    worker.control("PUT", "scenario", FIRST_TWO)
    with own_redis.client() as client:
        client.config_set("lua-time-limit", 50)
        blocking = threading.Thread(target=_block, args=(own_redis,))
        blocking.start()
        eventually(lambda: not ready(worker), "it is busy")
        assert worker.status() == 503
        client.script_kill()
        blocking.join()
    eventually(lambda: ready(worker), "ready again", within=2)
    assert [worker.status() for _ in range(3)][-1] == 400
    store.close()


def _block(server: RedisServer) -> None:
    with server.client() as client, pytest.raises(Exception, match="killed"):
        client.eval("while true do end", 0)
