"""Who is measured, how each is started, and what it is asked."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import perf_counter, sleep

HERE = Path(__file__).parent
OUT = HERE / "out"
RULES = HERE / "rules.yaml"
SECRET = "bench"
REFRESH = "/v1/token/auth_refresh"
LOGIN = json.dumps({"mailaddress": "user@example.com", "password": "password"})


@dataclass(frozen=True)
class Contestant:
    """command: without the port, which comes last. simulates: it wants a real refresh token.

    fails_first: it plays the rule. missing: what it lacks to run here, "" when nothing.
    """

    name: str
    command: tuple[str, ...]
    simulates: bool = False
    fails_first: bool = True
    missing: str = ""


@dataclass(frozen=True)
class Running:
    """A contestant that answers. url: what the load is put on."""

    contestant: Contestant
    pid: int
    port: int
    url: str


_SERVE = (sys.executable, "-m", "simulator", "serve", "--quiet", "--secret", SECRET)
OURS = Contestant("simulator", (*_SERVE, "--scenario", str(RULES), "--port"), simulates=True)
FAITHFUL = Contestant("simulator without rules", (*_SERVE, "--port"), simulates=True, fails_first=False)


def contestants() -> list[Contestant]:
    """Ours first, then everybody it is compared with."""
    python = sys.executable
    node, java, modules = shutil.which("node"), shutil.which("java"), _node_modules()
    jars = sorted((modules / "wiremock" / "build").glob("*.jar")) if modules else []
    wiremock = ("-jar", str(jars[-1]) if jars else "", "--root-dir", str(HERE / "peers" / "wiremock"))
    journal = ("--max-request-journal-entries", "10000")  # as many as ours keeps; without a bound it only grows
    quiet = ("--disable-banner", *journal, "--bind-address", "127.0.0.1", "--port")
    return [
        OURS,
        Contestant(
            "flask-waitress",
            (python, "-c", _PORT_LAST, str(HERE / "peers" / "flask_waitress.py"), str(RULES), SECRET),
            simulates=True,
        ),
        Contestant("constant-flask-waitress", (python, str(HERE / "peers" / "constant_flask.py")), fails_first=False),
        Contestant("pytest-httpserver", (python, str(HERE / "peers" / "pytest_httpserver_peer.py"))),
        Contestant(
            "json-server",
            (node or "node", str(HERE / "peers" / "json_server.js")),
            missing="" if node and modules else "node with npm",
        ),
        Contestant(
            "wiremock", (java or "java", *wiremock, *quiet), missing="" if java and jars else "java, and node with npm"
        ),
    ]


_PORT_LAST = """
import runpy, sys
script, rules, secret, port = sys.argv[1:]
sys.argv = [script, port, rules, secret]
runpy.run_path(script, run_name="__main__")
"""


@contextmanager
def running(contestant: Contestant, patience: float = 60) -> Iterator[Running]:
    """Start it on a free port; it has answered 200 at least once when this yields."""
    port = free_port()
    environment = {**os.environ, "NODE_PATH": str(OUT / "node_modules"), "PYTHONPATH": str(HERE.parent)}
    process = subprocess.Popen(
        [*contestant.command, str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, process, patience)
        target = REFRESH
        if contestant.simulates:
            token = json.loads(ask(port, "POST", "/v1/token/auth_user", LOGIN)[1])["refreshToken"]
            target = f"{REFRESH}?refreshtoken={token}"
        statuses = [ask(port, "POST", target)[0] for _ in range(3)]
        if statuses != ([500, 500, 200] if contestant.fails_first else [200] * 3):
            raise SystemExit(f"{contestant.name} does not play the rule: {statuses}")
        yield Running(contestant, process.pid, port, f"http://127.0.0.1:{port}{target}")
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes], patience: float = 60) -> None:
    """Until something listens there, looked for every millisecond."""
    end = perf_counter() + patience
    while perf_counter() < end:
        if process.poll() is not None:
            raise SystemExit(f"it ended with {process.returncode} before it listened: {process.args!r}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=patience).close()
        except ConnectionRefusedError:
            sleep(0.001)
        else:
            return
    raise SystemExit(f"nothing listened on port {port} within {patience} s")


def ask(port: int, method: str, target: str, body: str = "") -> tuple[int, bytes]:
    """One request on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, target, body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except HTTPException as error:
        raise SystemExit(f"{method} {target} on port {port}: {error!r}") from error
    finally:
        connection.close()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _node_modules() -> Path | None:
    """The peers from npm, installed at the versions of package.json; None without node."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    OUT.mkdir(exist_ok=True)
    wanted = (HERE / "package.json").read_text()
    there = OUT / "package.json"
    modules = OUT / "node_modules"
    if not (modules.is_dir() and there.is_file() and there.read_text() == wanted):
        there.write_text(wanted)
        done = subprocess.run(
            [npm, "install", "--silent", "--no-audit", "--no-fund"], cwd=OUT, timeout=300, check=False
        )
        if done.returncode:
            there.unlink()
            return None
    return modules
