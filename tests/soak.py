"""A soak: mixed traffic, faults, control calls and a Redis with bad moments, against one server for a while.

``python -m tests.soak --seconds 600 --seed 7`` (``make soak``) runs a long one by hand; tests/test_soak.py a short one.
Everything is drawn from the seed but the order of threads.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import Popen

from simulator.core.clock import steady
from tests.cli.running import serving
from tests.redis_server import RedisServer
from tests.state.redis_proxy import REPLIES, RedisProxy

REFRESH = "/v1/token/auth_refresh"
FIRES = 40
COUNTED = f"""
version: 1
name: counted
rules:
  - id: fails
    when: {{operation: jquants.auth_refresh}}
    occurs: {{first: {FIRES}}}
    then: {{error: jquants.server_error}}
"""
BROKEN = """
version: 1
name: broken
rules:
  - id: breaks
    when: {operation: jquants.auth_refresh}
    sequence:
      - {fault: reset}
      - {fault: truncate}
      - {delay: 20ms}
      - {fault: bad_chunk}
      - {dribble: {chunks: 3, over: 20ms}}
    at_end: loop
"""
GARBAGE = (
    b"\x16\x03\x01\x00",
    b"GET / HTTP/1.1\r\n\r\n",
    b"HEAD /" + b"a" * 20_000,
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
)
FAITHFUL = (("POST", f"{REFRESH}?refreshtoken=x"), ("GET", "/v1/token/refresh"), ("GET", "/v1/prices"))


@dataclass
class Findings:
    """What a soak has seen. answers: statuses, by the kind of traffic. failures: what must not be."""

    answers: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    fired: int = 0
    entries: int = 0
    lost: int = 0
    counted: int = 0
    memory: tuple[int, int] = (0, 0)
    descriptors: tuple[int, int] = (0, 0)


def soak(seconds: float, seed: int) -> Findings:
    """Run it. Raises nothing of what it finds: that is in the findings."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        redis = RedisServer(Path(folder))
        proxy = RedisProxy(redis)
        try:
            arguments = ("--state", proxy.url, "--secret", "soak", "--journal-size", "2000", "--log-format", "json")
            with serving(*arguments) as (process, line):
                errors = threading.Thread(target=_read_errors, args=(process, found := Findings()), daemon=True)
                errors.start()
                _Soak(json.loads(line)["port"], process.pid, proxy, found, seed).run(seconds)
            errors.join(5)
        finally:
            proxy.stop()
            redis.stop()
    return found


def _read_errors(process: Popen[str], found: Findings) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if "Traceback" in line or "unexpected error" in line:
            found.failures.append(line.strip()[:2000])


class _Soak:
    def __init__(self, port: int, pid: int, proxy: RedisProxy, found: Findings, seed: int) -> None:
        self._port = port
        self._pid = pid
        self._proxy = proxy
        self._found = found
        self._seed = seed
        self._lock = threading.Lock()
        self._end = 0.0

    def run(self, seconds: float) -> None:
        self._control("PUT", "/sandbox/counted/_simulator/scenario", COUNTED)
        self._control("PUT", "/sandbox/broken/_simulator/scenario", BROKEN)
        began = steady()
        self._end = began + seconds
        workers = [self._faithful, self._faithful, self._counted, self._broken, self._garbage, self._controls]
        threads = [
            threading.Thread(target=self._repeat, args=(work, random.Random(f"{self._seed} {number}")))
            for number, work in enumerate((*workers, self._bad_moments))
        ]
        for thread in threads:
            thread.start()
        time.sleep(seconds / 3)
        early = self._resident(), self._descriptors()
        for thread in threads:
            thread.join()
        self._proxy.plan = lambda _: ""
        self._settle(early)

    def _settle(self, early: tuple[int, int]) -> None:
        """After the last fault: ready soon, every entry there or lost, memory and descriptors as they were."""
        found, deadline = self._found, steady() + 5
        while self._status("GET", "/_simulator/ready") != 200:
            if steady() > deadline:
                found.failures.append("not ready within 5 s of the last fault")
                return
            time.sleep(0.05)
        found.memory = early[0], self._resident()
        found.descriptors = early[1], self._descriptors()
        entries = json.loads(self._control("GET", "/sandbox/counted/_simulator/journal"))["entries"]
        found.entries = entries[-1]["number"] if entries else 0
        report = self._control("POST", "/sandbox/counted/_simulator/verify", '{"at_most": 1000000}')
        found.lost = _lost(report)

    def _repeat(self, work: Callable[[random.Random], None], draw: random.Random) -> None:
        while steady() < self._end:
            work(draw)

    def _faithful(self, draw: random.Random) -> None:
        """Calls that need nothing of the store, on connections that are kept for a while."""
        with closing(self._connection()) as connection:
            for _ in range(draw.randrange(1, 50)):
                method, path = draw.choice(FAITHFUL)
                self._note("faithful", self._send(connection, method, path), allowed={400, 401, 403, 404})

    def _counted(self, _draw: random.Random) -> None:
        status, body = self._once("POST", f"/sandbox/counted{REFRESH}")
        simulated = b"Unexpected error" in body
        with self._lock:
            self._found.fired += status == 500 and simulated
            self._found.counted += status != 503
        self._note("counted", (503 if status == 500 and simulated else status, body), allowed={400, 503})

    def _broken(self, _draw: random.Random) -> None:
        try:
            answer = self._once("POST", f"/sandbox/broken{REFRESH}")
        except (OSError, HTTPException, ValueError):
            return
        self._note("broken", answer, allowed={400, 503})

    def _garbage(self, draw: random.Random) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=0.2) as peer:
            peer.sendall(draw.choice(GARBAGE))
            if draw.random() < 0.5:
                peer.recv(100)
        time.sleep(0.01)

    def _controls(self, draw: random.Random) -> None:
        """Sandboxes that come and go, clocks, scenarios, journals, reports."""
        name = f"/sandbox/s{draw.randrange(20)}"
        method, path, body = draw.choice(
            [
                ("PUT", f"{name}/_simulator/scenario", BROKEN), ("PUT", f"{name}/_simulator/scenario", "not: [a"),
                ("POST", f"{name}/_simulator/clock/advance", '{"by": "1h"}'), ("GET", f"{name}/_simulator/journal", ""),
                ("GET", f"{name}/_simulator/report", ""), ("POST", f"{name}/_simulator/reset", ""),
                ("DELETE", f"/_simulator/sandboxes/{name[9:]}", ""), ("GET", "/_simulator/sandboxes", ""),
                ("POST", f"{name}/_simulator/verify", '{"operation": "jquants.*", "at_least": 0}'),
            ]
        )  # fmt: skip
        answer = self._once(method, path, body)
        self._note("control", answer, allowed={200, 204, 404, 422, 503})

    def _bad_moments(self, draw: random.Random) -> None:
        """For a moment, Redis answers some of the commands with one kind of reply."""
        time.sleep(draw.uniform(0.2, 0.8))
        kind, share = draw.choice([*REPLIES, "cut"]), draw.choice([0.05, 0.5, 1.0])
        chance = random.Random(draw.random())
        self._proxy.plan = lambda _: kind if chance.random() < share else ""
        time.sleep(draw.uniform(0.05, 0.4))
        self._proxy.plan = lambda _: ""

    def _note(self, traffic: str, answer: tuple[int, bytes], *, allowed: set[int]) -> None:
        status, body = answer
        with self._lock:
            self._found.answers[f"{traffic} {status}"] += 1
            if status not in allowed or b"bug of the simulator" in body:
                self._found.failures.append(f"{traffic}: {status} {body[:300]!r}")

    def _connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._port, timeout=30)

    def _once(self, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        with closing(self._connection()) as connection:
            return self._send(connection, method, path, body)

    def _send(self, connection: HTTPConnection, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        connection.request(method, path, body.encode())
        answer = connection.getresponse()
        return answer.status, answer.read()

    def _control(self, method: str, path: str, body: str = "") -> bytes:
        return self._once(method, path, body)[1]

    def _status(self, method: str, path: str) -> int:
        return self._once(method, path)[0]

    def _resident(self) -> int:
        """Kilobytes."""
        lines = Path(f"/proc/{self._pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def _descriptors(self) -> int:
        return len(list(Path(f"/proc/{self._pid}/fd").iterdir()))


def _lost(report: bytes) -> int:
    """The number in "did not take 7 of its entries"."""
    before, found, after = report.decode().partition(" of its entries")
    return int(before.rsplit(" ", 1)[1]) if found and after else 0


def main() -> int:
    options = argparse.ArgumentParser(prog="soak")
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    found = soak(given.seconds, given.seed)
    lines = [f"{name:<16} {count:>8}" for name, count in sorted(found.answers.items())]
    lines += [
        f"fired {found.fired} of {FIRES}; counted {found.counted}; entries {found.entries}, lost {found.lost}",
        f"memory {found.memory[0] // 1024} to {found.memory[1] // 1024} MB; descriptors {found.descriptors}",
        *(f"FAILED: {failure}" for failure in found.failures[:20]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
