"""``python -m bench.state``: what shared state costs, and what a second worker brings. Part of ``make bench``.

The load generator and Redis run on the same processors as the workers, so requests a second say little on a small
machine. Processor time does not depend on who else runs: a worker can answer 1 / (its time a request) each second
on a processor of its own. And where each worker is given half a processor, in turns, there is room for everybody on
two, so that requests a second can be compared. Rounds are interleaved; the table shows medians.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

from bench.load import _processor_time, drive
from tests.redis_server import RedisServer

SECRET = "bench"
REFRESH = "/v1/token/auth_refresh"
COUNTING = b"""
version: 1
name: counting
rules:
  - id: never
    when: {operation: jquants.auth_refresh}
    occurs: {nth: [1000000000]}
    then: {error: jquants.server_error}
"""
NOT_COUNTING = b"""
version: 1
name: not-counting
rules:
  - id: never
    when: {operation: jquants.auth_refresh, query: {refreshtoken: never}}
    then: {error: jquants.server_error}
"""
TURN = 0.01
"""Seconds that a worker runs at a time where it is given half a processor; then it is stopped for as long."""
SANDBOXES = (10, 100, 1_000, 10_000)


@dataclass(frozen=True)
class Server:
    """One that runs. pids: of the processes that answer."""

    name: str
    url: str
    pids: tuple[int, ...]


@dataclass(frozen=True)
class Figures:
    """Of one round. cpu, redis: microseconds of processor time a request, of all workers and of Redis."""

    rate: float
    cpu: float
    redis: float


@contextmanager
def serving(name: str, workers: int, state: str) -> Iterator[Server]:
    """``simulator serve``, and a refresh token of it in its URL."""
    arguments = ["--port", "0", "--secret", SECRET, "--state", state, "--workers", str(workers)]
    with tempfile.TemporaryDirectory() as folder:
        port_file = Path(folder) / "port.json"
        command = [sys.executable, "-m", "simulator", "serve", *arguments, "--port-file", str(port_file)]
        process = subprocess.Popen([*command, "--max-sandboxes", "20000"], stdout=subprocess.PIPE)
        try:
            assert process.stdout is not None
            process.stdout.readline()
            pid, url = process.pid, json.loads(port_file.read_text())["url"]
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            yield Server(name, url, tuple(map(int, children)) or (pid,))
        finally:
            process.terminate()
            process.wait(10)


def load(server: Server, scenario: bytes | None) -> str:
    """Run under a scenario; answers the URL of a refresh that succeeds."""
    if scenario is not None:
        _ask(f"{server.url}/_simulator/scenario", "PUT", scenario)
    asked = json.dumps({"api": "jquants", "kind": "refresh_token"}).encode()
    token = json.loads(_ask(f"{server.url}/_simulator/tokens", "POST", asked))["token"]
    return f"{server.url}{REFRESH}?refreshtoken={token}"


def measured(server: Server, url: str, redis: int, seconds: float) -> Figures:
    """One round."""
    pids = (*server.pids, redis)
    before = [_processor_time(pid) for pid in pids]
    found = drive(url, seconds, server.pids[0])
    assert not found.failures, f"{server.name}: {found}"
    *ours, theirs = (_processor_time(pid) - was for pid, was in zip(pids, before, strict=True))
    requests = found.rate * seconds
    return Figures(found.rate, sum(ours) / requests * 1e6, theirs / requests * 1e6)


@contextmanager
def half_a_processor(server: Server) -> Iterator[None]:
    """The workers run in turns of the same length; one that is alone runs every other turn."""
    done = threading.Event()

    def take_turns() -> None:
        turn = 0
        while not done.wait(TURN):
            turn += 1
            for number, pid in enumerate(server.pids):
                os.kill(pid, signal.SIGCONT if turn % 2 == number else signal.SIGSTOP)
        for pid in server.pids:
            os.kill(pid, signal.SIGCONT)

    pacer = threading.Thread(target=take_turns)
    pacer.start()
    try:
        yield
    finally:
        done.set()
        pacer.join()


def workers(redis: RedisServer, rounds: int, seconds: float) -> dict[str, Figures]:
    """Memory against one worker and two on Redis, with rules that count and rules that do not."""
    figures: dict[str, list[Figures]] = {}
    for kind, scenario in (("no rule counts", NOT_COUNTING), ("a rule counts", COUNTING)):
        with ExitStack() as stack:
            servers = [
                stack.enter_context(serving("memory", 1, "memory")),
                stack.enter_context(serving("redis, 1 worker", 1, redis.url)),
                stack.enter_context(serving("redis, 2 workers", 2, redis.url.replace("/0", "/1"))),
            ]
            urls = [load(server, scenario) for server in servers]
            for server, url in zip(servers, urls, strict=True):
                drive(url, 1, server.pids[0])
            for _ in range(rounds):
                for server, url in zip(servers, urls, strict=True):
                    one = measured(server, url, redis.pid, seconds)
                    figures.setdefault(f"{server.name}, {kind}", []).append(one)
                for server, url in zip(servers[1:], urls[1:], strict=True):
                    with half_a_processor(server):
                        one = measured(server, url, redis.pid, seconds)
                    figures.setdefault(f"{server.name}, {kind}, {_HALF}", []).append(one)
    return {name: _median(each) for name, each in figures.items()}


def sandboxes(redis: RedisServer, calls: int) -> dict[int, tuple[float, float, float]]:
    """Calls spread over more and more sandboxes: for each number, microseconds to create one and to call one again,
    and bytes of Redis for each."""
    found = {}
    with serving("sandboxes", 1, redis.url.replace("/0", "/2")) as server:
        connection = HTTPConnection(urlsplit(server.url).netloc)

        def spend(names: Iterator[int]) -> float:
            before, made = _processor_time(server.pids[0]), 0
            for name in names:
                connection.request("POST", f"/sandbox/s{name}{REFRESH}")
                connection.getresponse().read()
                made += 1
            return (_processor_time(server.pids[0]) - before) / made * 1e6

        there = 0
        memory = redis.memory()
        for count in SANDBOXES:
            create = spend(iter(range(there, count)))
            there = count
            again = spend(number % count for number in range(calls))
            found[count] = (create, again, (redis.memory() - memory) / count)
        connection.close()
    return found


def main() -> int:
    """A few minutes; --quick for a rough look."""
    options = argparse.ArgumentParser(prog="bench.state")
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        redis = RedisServer(Path(folder))
        try:
            began = perf_counter()
            figures = workers(redis, *((2, 2.0) if quick else (5, 3.0)))
            print(f"{'':<60} requests/s   us a request: workers   Redis   a worker's own processor allows")
            for name, one in figures.items():
                print(f"{name:<60} {one.rate:>10.0f} {one.cpu:>24.0f} {one.redis:>7.0f} {1e6 / one.cpu:>20.0f}/s")
            memory, single, two = (figures[f"{name}, no rule counts"] for name in _NAMES)
            one_half, two_halves = (figures[f"{name}, no rule counts, {_HALF}"] for name in _NAMES[1:])
            against = "two workers, no rule counts, against one"
            print(f"{against} in memory: {2 * memory.cpu / two.cpu:.2f} x by processor time")
            _goal(f"{against} on Redis", 2 * single.cpu / two.cpu, "by processor time", 1.7)
            _goal(f"{against} on Redis, {_HALF}", two_halves.rate / one_half.rate, "by requests/s", 1.7)
            memory, two = (figures[f"{name}, a rule counts"] for name in (_NAMES[0], _NAMES[2]))
            _goal(
                "two workers, a rule counts, against one in memory", 2 * memory.cpu / two.cpu, "by processor time", 0.5
            )
            print(f"{'sandboxes':>10} {'create, us':>12} {'call, us':>10} {'Redis, bytes each':>18}")
            for count, (create, again, each) in sandboxes(redis, 500 if quick else 5_000).items():
                print(f"{count:>10} {create:>12.0f} {again:>10.0f} {each:>18.0f}")
            print(f"{os.cpu_count()} processors, {perf_counter() - began:.0f} s")
        finally:
            redis.stop()
    return 0


_NAMES = ("memory", "redis, 1 worker", "redis, 2 workers")
_HALF = "half a processor each"


def _goal(what: str, value: float, measure: str, goal: float) -> None:
    print(f"{what}: {value:.2f} x {measure} (goal: {goal:g} x) {'met' if value >= goal else 'MISSED'}")


def _median(each: list[Figures]) -> Figures:
    return Figures(*(median(getattr(one, name) for one in each) for name in ("rate", "cpu", "redis")))


def _ask(url: str, method: str, body: bytes) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method=method), timeout=10) as answer:
        return bytes(answer.read())


if __name__ == "__main__":
    sys.exit(main())
