"""Several processes on one socket and one Redis, started and ended as users do."""

from __future__ import annotations

import itertools
import json
import os
import signal
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from subprocess import Popen

import pytest

from simulator.core.clock import steady
from tests.cli.running import fetch, run, serving
from tests.redis_server import PATIENCE, RedisServer
from tests.state.sharing import ALWAYS, FIRST_TWO, REFRESH

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc"),
]


@contextmanager
def workers(server: RedisServer, count: int, *more: str, secret: str) -> Iterator[tuple[Popen[str], str]]:
    """The process that was started, and where it serves."""
    arguments = ("--state", server.url, "--workers", str(count), "--secret", secret, *more)
    with serving(*arguments) as (process, line):
        assert line.startswith("Simulator ready at "), line
        yield process, line.split()[-1]


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def hammer(url: str, calls: int, clients: int = 16, *, meanwhile: Callable[[], object] = lambda: None) -> Counter[int]:
    """So many calls from so many connections that are kept alive; how often each status came. 0: none did.

    ``meanwhile`` is done when a quarter of the calls have been begun.
    """
    host, begun = url.removeprefix("http://"), itertools.count(1)
    each = [calls // clients + (number < calls % clients) for number in range(clients)]

    def client(count: int) -> Counter[int]:
        seen: Counter[int] = Counter()
        connection = HTTPConnection(host, timeout=PATIENCE)
        for _ in range(count):
            if next(begun) == calls // 4:
                meanwhile()
            try:
                connection.request("POST", REFRESH)
                response = connection.getresponse()
                response.read()
                seen[response.status] += 1
            except (OSError, HTTPException):
                seen[0] += 1
                connection.close()
        connection.close()
        return seen

    with ThreadPoolExecutor(clients) as pool:
        return sum(pool.map(client, each), Counter[int]())


def test_first_two_over_four_processes_and_a_thousand_calls_fires_exactly_twice(redis_server: RedisServer) -> None:
    with workers(redis_server, 4, secret="race") as (process, url):
        assert len(children(process.pid)) == 4
        for turn in range(1, 4):
            assert fetch(f"{url}/_simulator/scenario", method="PUT", body=FIRST_TWO.encode())[0] == 200
            assert hammer(url, 1_000) == {500: 2, 400: 998}
            entries = fetch(f"{url}/_simulator/journal")[2]["entries"]
            assert [entry["number"] for entry in entries] == list(range(1, 1_000 * turn + 1))
            assert sum(entry.get("rules") == ["fails"] for entry in entries) == 2 * turn


def test_what_one_answers_all_hold(redis_server: RedisServer) -> None:
    """Every request comes on a connection of its own, so the workers take turns."""
    with workers(redis_server, 2, "--frozen", "--clock", "2024-01-04T00:00:00Z", secret="visible") as (_, url):
        for turn in range(1, 31):
            moved = fetch(f"{url}/_simulator/clock/advance", method="POST", body=b'{"by": "1s"}')[2]["now"]
            assert moved == f"2024-01-04T00:00:{turn:02}Z"
            assert {fetch(f"{url}/_simulator/clock")[2]["now"] for _ in range(4)} == {moved}
        for scenario, status in ((ALWAYS, 500), (FIRST_TWO.replace("first: 2", "first: 1000"), 500), (None, 400)):
            method, body = ("DELETE", None) if scenario is None else ("PUT", scenario.encode())
            assert _status(f"{url}/_simulator/scenario", method, body) in {200, 204}
            assert {_status(f"{url}{REFRESH}", "POST", b"") for _ in range(8)} == {status}


def _status(url: str, method: str, body: bytes | None) -> int:
    connection = HTTPConnection(url.removeprefix("http://").partition("/")[0], timeout=PATIENCE)
    connection.request(method, "/" + url.removeprefix("http://").partition("/")[2], body)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def test_every_call_that_a_killed_worker_answered_is_in_the_journal(redis_server: RedisServer) -> None:
    """Also where no rule counts, and entries leave the worker many at a time."""
    with workers(redis_server, 2, secret="killed, nobody counts") as (process, url):
        seen = hammer(url, 2_000, meanwhile=partial(os.kill, children(process.pid)[0], signal.SIGKILL))
        entries = fetch(f"{url}/_simulator/journal")[2]["entries"]
        assert seen[400] <= len(entries) <= seen[400] + seen[0]
        assert seen[400] > 0 < seen[0]


def test_a_worker_killed_under_load_loses_its_calls_in_flight_and_nothing_else(redis_server: RedisServer) -> None:
    """Every answered call is in the journal, whole; counters never fire twice; the others go on."""
    scenario = FIRST_TWO.replace("first: 2", "every: 10")
    with workers(redis_server, 4, secret="killed") as (process, url):
        assert fetch(f"{url}/_simulator/scenario", method="PUT", body=scenario.encode())[0] == 200
        victim = children(process.pid)[1]
        seen = hammer(url, 4_000, meanwhile=partial(os.kill, victim, signal.SIGKILL))
        assert victim not in children(process.pid)
        lost, answered = seen.pop(0, 0), sum(seen.values())
        entries = fetch(f"{url}/_simulator/journal")[2]["entries"]
        assert answered <= len(entries) <= answered + lost
        fired = sum(entry["status"] == 500 for entry in entries)
        assert seen[500] <= fired <= seen[500] + lost
        assert (answered // 10) - lost <= seen[500] <= (answered + lost) // 10
        assert all(entry["operation"] == "jquants.auth_refresh" and entry["real"] for entry in entries)
        assert fetch(f"{url}/_simulator/ready")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert f"worker {victim} ended by signal SIGKILL; 3 go on" in process.stderr.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_they_are_all_gone_within_a_second(redis_server: RedisServer, number: signal.Signals, tmp_path: Path) -> None:
    port_file = tmp_path / "port.json"
    with workers(redis_server, 3, "--port-file", str(port_file), secret="gone") as (process, url):
        found = json.loads(port_file.read_text())
        assert (found["url"], found["pid"]) == (url, process.pid)
        pids = children(process.pid)
        began = steady()
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
        assert steady() - began < 3, "three seconds is for a busy machine; a second is what it allows itself"
        assert process.stdout is not None
        assert process.stdout.read() == "", "the ready line came once"
        for pid in pids:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)


def test_without_their_supervisor_they_end(redis_server: RedisServer) -> None:
    with workers(redis_server, 2, secret="orphans") as (process, _):
        pids = children(process.pid)
        process.kill()
        process.wait(PATIENCE)
        deadline = steady() + PATIENCE
        while any(_lives(pid) for pid in pids):
            assert steady() < deadline
            time.sleep(0.02)


def _lives(pid: int) -> bool:
    """A zombie, which nobody in a container may reap, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_when_the_last_worker_is_gone_so_is_the_supervisor(redis_server: RedisServer) -> None:
    with workers(redis_server, 2, secret="last") as (process, _):
        for pid in children(process.pid):
            os.kill(pid, signal.SIGKILL)
        assert process.wait(PATIENCE) == 1
        assert process.stderr is not None
        assert "none is left" in process.stderr.read()


def test_two_simulators_with_different_secrets_on_one_redis_never_meet(redis_server: RedisServer) -> None:
    with workers(redis_server, 1, secret="one") as (_, one), workers(redis_server, 1, secret="other") as (_, other):
        assert fetch(f"{one}/_simulator/scenario", method="PUT", body=ALWAYS.encode())[0] == 200
        assert fetch(f"{other}/_simulator/scenario")[2]["name"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(["--workers", "2"], 2, "each worker would count", id="workers in memory"),
        pytest.param(["--state", "redis://127.0.0.1:1/0"], 2, "SIMULATOR_SECRET", id="no secret"),
        pytest.param(["--state", "sqlite://x", "--secret", "s"], 2, "neither memory nor", id="another backend"),
        pytest.param(["--state", "redis://127.0.0.1:1/0", "--secret", "s"], 5, "Is Redis running there", id="gone"),
        pytest.param(
            ["--state", "redis://127.0.0.1:1/0", "--secret", "s", "--workers", "2"], 5, "Is Redis", id="gone, two"
        ),
        pytest.param(
            ["--state", "redis://127.0.0.1:1/0", "--secret", "s", "--workers", "2", "--scenario", "nowhere.yaml"],
            2, "nowhere.yaml", id="scenario, two",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_reason(arguments: list[str], code: int, says: str) -> None:
    ran = run("serve", "--port", "0", *arguments)
    assert (ran.returncode, ran.stdout) == (code, "")
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("how", ["stop", "pause"])
def test_a_redis_that_is_gone_holds_up_nobody_but_who_needs_it(own_redis: RedisServer, how: str) -> None:
    """Calls that count wait for a bounded time at first and not at all later; the others never do. Then all is well."""
    with workers(own_redis, 1, secret="gone") as (_, url):
        assert fetch(f"{url}/_simulator/scenario", method="PUT", body=FIRST_TWO.encode())[0] == 200
        assert hammer(url, 100) == {500: 2, 400: 98}
        assert _status(f"{url}/sandbox/faithful{REFRESH}", "POST", b"") == 400
        own_redis.stop() if how == "stop" else own_redis.pause()
        with ThreadPoolExecutor(1) as pool:
            counting = pool.submit(hammer, url, 100, 8)
            began = steady()
            for _ in range(50):
                assert _status(f"{url}/sandbox/faithful{REFRESH}", "POST", b"") == 400
            others = steady() - began
            assert counting.result() == {503: 100}
        assert steady() - began < 3
        assert others < 1.5
        assert _status(f"{url}/_simulator/ready", "GET", None) == 503
        assert _status(f"{url}/_simulator/health", "GET", None) == 200
        own_redis.start() if how == "stop" else own_redis.go_on()
        deadline = steady() + PATIENCE
        while _status(f"{url}/_simulator/ready", "GET", None) != 200:
            assert steady() < deadline
            time.sleep(0.02)
        assert hammer(url, 100) == ({500: 2, 400: 98} if how == "stop" else {400: 100})


def test_an_emptied_redis_counts_again_in_the_middle_of_the_load(own_redis: RedisServer) -> None:
    with workers(own_redis, 2, secret="emptied") as (_, url):
        assert fetch(f"{url}/_simulator/scenario", method="PUT", body=FIRST_TWO.encode())[0] == 200
        assert hammer(url, 100) == {500: 2, 400: 98}
        own_redis.flush()
        assert hammer(url, 400) == {500: 2, 400: 398}


def test_a_script_cache_that_was_emptied_is_filled_again_without_counting_twice(own_redis: RedisServer) -> None:
    with workers(own_redis, 1, secret="scripts") as (_, url):
        assert fetch(f"{url}/_simulator/scenario", method="PUT", body=FIRST_TWO.encode())[0] == 200
        assert hammer(url, 1, 1) == {500: 1}
        with own_redis.client() as client:
            client.script_flush()
        assert hammer(url, 100) == {500: 1, 400: 99}


def test_https_is_shared_as_well(redis_server: RedisServer, tmp_path: Path) -> None:
    port_file = tmp_path / "port.json"
    arguments = ("--tls", "--tls-port", "0", "--port-file", str(port_file))
    with workers(redis_server, 2, *arguments, secret="https"):
        place = json.loads(port_file.read_text())
        context = ssl.create_default_context(cafile=place["ca_file"])
        for _ in range(6):
            connection = HTTPSConnection("127.0.0.1", int(place["https_url"].rpartition(":")[2]), context=context)
            connection.request("POST", REFRESH)
            assert connection.getresponse().status == 400
            connection.close()
