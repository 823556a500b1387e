"""The measurements, each against what it is compared with, interleaved so that a noisy machine disturbs both alike."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.contestants import FAITHFUL, OURS, REFRESH, RULES, Contestant, Running, ask, free_port, running, wait_for
from bench.load import Load, drive

CALLS_WAITING = 1_000
MANY_CALLS = 100_000
JOURNAL_IS_FULL = 12_000


@dataclass(frozen=True)
class Line:
    """One goal. value and goal in ``unit``; met: None when there is nothing to compare with here."""

    what: str
    value: float | None
    goal: float
    at_least: bool
    unit: str = "x"
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.value is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


GOALS = {
    "json-server": 2.0,
    "wiremock": 12.0,
    "pytest-httpserver": 6.0,
    "flask-waitress": 10.0,
    "constant-flask-waitress": 4.0,
}
CPU_GOAL = 0.4
"""Processor time of a call, against json-server's."""


def throughput(contestants: list[Contestant], rounds: int, seconds: float) -> tuple[dict[str, list[Load]], list[Line]]:
    """Rounds in which everybody has a turn; ratios are taken within a round, and the median of them is the result."""
    loads: dict[str, list[Load]] = {one.name: [] for one in contestants if not one.missing}
    with ExitStack() as stack:
        started = [stack.enter_context(running(one)) for one in contestants if not one.missing]
        for one in started:  # to warm up: the JVM and V8 compile what they run often
            drive(one.url, seconds, one.pid)
        for _ in range(rounds):
            for one in started:
                loads[one.contestant.name].append(drive(one.url, seconds, one.pid))
    ours = loads[OURS.name]
    lines = []
    for name, goal in GOALS.items():
        missing = next((one.missing for one in contestants if one.name == name), "")
        theirs = loads.get(name)
        value = median(a.rate / b.rate for a, b in zip(ours, theirs, strict=True)) if theirs else None
        lines.append(
            Line(f"requests/s, against {name}", value, goal, at_least=True, note=missing and f"needs {missing}")
        )
    theirs = loads.get("json-server")
    cpu = median(a.cpu / b.cpu for a, b in zip(ours, theirs, strict=True)) if theirs else None
    lines.append(Line("processor time of a call, against json-server", cpu, CPU_GOAL, at_least=False))
    p50, p99 = median(one.p50 for one in ours), median(one.p99 for one in ours)
    note = f"p50 {p50:.2f} ms; the goal is 2 x p50 + 5 ms"
    lines.append(Line("p99 at 64 connections", p99, 2 * p50 + 5, at_least=False, unit="ms", note=note))
    return loads, lines


START_UPS = (
    ("exec to first answer of an API", (), ("POST", f"{REFRESH}?refreshtoken=x"), 1.2),
    ("exec to first 200 of health", (), ("GET", "/_simulator/health"), 1.2),
    ("exec to health, with a scenario", ("--scenario", str(RULES)), ("GET", "/_simulator/health"), 2.0),
)
"""What is measured, options, the first request, the goal against importing Flask."""


def start_up(rounds: int) -> list[Line]:
    """exec to the first answer, against importing Flask, turn by turn. Bytecode is cached, as after an installation."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ours: dict[str, list[float]] = {what: [] for what, *_ in START_UPS}
    flask = []
    for turn in range(rounds + 1):
        for what, options, request, _ in START_UPS:
            took = _first_answer(options, request, environment)
            ours[what] += [took] if turn else []  # the first turn writes the bytecode
        began = perf_counter()
        subprocess.run([sys.executable, "-c", "import flask"], check=True, env=environment)
        flask += [perf_counter() - began] if turn else []
    lines = []
    for what, _, _, goal in START_UPS:
        value = median(a / b for a, b in zip(ours[what], flask, strict=True))
        note = f"{median(ours[what]) * 1000:.0f} ms against {median(flask) * 1000:.0f} ms"
        lines.append(Line(f"{what}, against import flask", value, goal, at_least=False, note=note))
    return lines


def _first_answer(options: tuple[str, ...], request: tuple[str, str], environment: dict[str, str]) -> float:
    port = free_port()
    command = [sys.executable, "-m", "simulator", "serve", "--quiet", *options, "--port", str(port)]
    began = perf_counter()
    process = subprocess.Popen(command, env=environment)
    try:
        wait_for(port, process)
        ask(port, *request)
        return perf_counter() - began
    finally:
        process.terminate()
        process.wait(10)


IN_A_THREAD = """
import http.client, statistics, time
from urllib.parse import urlsplit
from simulator.testing import Simulator

def once():
    began = time.perf_counter()
    with Simulator() as sim:
        connection = http.client.HTTPConnection(urlsplit(sim.url).netloc)
        connection.request("POST", "/v1/token/auth_refresh")
        assert connection.getresponse().status == 400
        took = time.perf_counter() - began
        connection.close()
    return took

once()  # imports
print(statistics.median(once() for _ in range(21)) * 1000)
"""


def in_a_thread() -> list[Line]:
    """``Simulator()`` in a test: start to first answer, once imported."""
    told = subprocess.run([sys.executable, "-c", IN_A_THREAD], capture_output=True, text=True, check=True).stdout
    return [Line("Simulator() to first answer, once imported", float(told), 3, at_least=False, unit="ms")]


def memory(seconds: float) -> list[Line]:
    """After the first calls, and after a hundred thousand."""
    if not Path("/proc/self/status").exists():
        return [Line("memory", None, 50, at_least=False, unit="MB", note="is read from /proc")]
    early, late = _memory_over_calls(OURS, seconds)
    note = f"with a scenario, which brings pydantic; {_memory_over_calls(FAITHFUL, seconds)[1]:.0f} MB without"
    return [
        Line(f"memory after {MANY_CALLS:,} calls", late, 50, at_least=False, unit="MB", note=note),
        Line("memory then, against the first seconds", late / early, 1.05, at_least=False, note="flat, but for 5 %"),
    ]


def _memory_over_calls(contestant: Contestant, seconds: float) -> tuple[float, float]:
    """Megabytes after the journal is full, and after MANY_CALLS."""
    with running(contestant) as one:
        calls, early = 0.0, 0.0
        while calls < MANY_CALLS:
            calls += drive(one.url, seconds, one.pid).rate * seconds
            if not early and calls > JOURNAL_IS_FULL:
                early = resident(one.pid)
        return early, resident(one.pid)


def resident(pid: int) -> float:
    """Megabytes (10⁶ bytes) that a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def waiting_calls() -> list[Line]:
    """A thousand calls in a 30-second delay: what each costs, and what the others notice."""
    with running(OURS) as one, ExitStack() as stack:
        session = Session(one)
        stack.callback(session.close)
        drive(one.url, 4, one.pid)  # fills the journal, whose growth is not what is measured
        before, alone = resident(one.pid), session.median_span(3_000)
        for waiting in _waiting(one):
            stack.callback(waiting.close)
        with_them = session.median_span(3_000)
        each = (resident(one.pid) - before) * 1e6 / 1024 / CALLS_WAITING
    note = f"p50 {with_them * 1000:.3f} ms against {alone * 1000:.3f} ms"
    return [
        Line(f"{CALLS_WAITING:,} calls in a 30 s delay, each", each, 8, at_least=False, unit="KB"),
        Line("p50 of the others meanwhile", with_them / alone, 2, at_least=False, note=note),
    ]


def _waiting(one: Running) -> Iterator[socket.socket]:
    request = b"GET /v1/markets/trading_calendar HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n"
    for _ in range(CALLS_WAITING):
        client = socket.create_connection(("127.0.0.1", one.port))
        client.sendall(request)
        yield client


class Session:
    """One keep-alive connection that asks one thing after the other."""

    def __init__(self, one: Running) -> None:
        self._socket = socket.create_connection(("127.0.0.1", one.port))
        target = one.url.partition(f":{one.port}")[2]
        self._request = f"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".encode()

    def median_span(self, calls: int) -> float:
        """Seconds."""
        spans = []
        for _ in range(calls):
            began = perf_counter()
            self._socket.sendall(self._request)
            if not self._socket.recv(65536).startswith(b"HTTP/1.1 200 "):
                raise SystemExit("a call beside those that wait was not answered")
            spans.append(perf_counter() - began)
        return median(spans)

    def close(self) -> None:
        self._socket.close()


RULE_CHOICE = """
import json, statistics, time
from simulator.apis import discover
from simulator.core.model.call import Request
from simulator.sandbox.config import SandboxConfig
from simulator.scenario.loader import load
from simulator.simulation import Simulation

apis = list(discover())

path = next(one.path for api in apis for one in api.operations if one.name == "jquants.topix")

def simulation(count):
    rules = [
        {"id": f"r{n}", "when": {"operation": "jquants.topix", "query": {"from": f"{n}"}}, "then": {"delay": "1s"}}
        for n in range(count)
    ]
    document = {"version": 1, "name": "many", "rules": rules}
    text = json.dumps(document, separators=(",", ":"))
    return Simulation(apis, config=SandboxConfig(scenario=load(text, apis, name="many")))

def span(sim, calls=2000):
    incoming = Request("GET", path, "from=none", {"host": "a"})
    began = time.perf_counter()
    for _ in range(calls):
        sim.answer(incoming)
    return (time.perf_counter() - began) / calls

few, many = simulation(10), simulation(10_000)
span(few), span(many)
print(statistics.median(span(many) / span(few) for _ in range(9)))
"""


def rule_choice() -> list[Line]:
    """A call that no rule is for, among 10 rules and among 10,000."""
    told = subprocess.run([sys.executable, "-c", RULE_CHOICE], capture_output=True, text=True, check=True).stdout
    return [Line("a call among 10,000 rules, against 10", float(told), 2, at_least=False)]


def as_json(loads: dict[str, list[Load]], lines: list[Line]) -> str:
    """Everything that was measured."""
    return json.dumps(
        {
            "loads": {name: [vars(load) for load in each] for name, each in loads.items()},
            "goals": [{**vars(line), "met": line.met} for line in lines],
        },
        indent=2,
    )
