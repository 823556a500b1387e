"""Programs under probes, over real sockets, many at once: each run has a sandbox of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from simulator.apis import discover
from simulator.app import create_server
from simulator.cli.env import environment
from simulator.core.model.call import WIRE_FAULTS
from simulator.report import Circumstances, Report, judge, verdicts
from simulator.report.client_run import ProcessResult, execute
from simulator.report.probe_files import ELSEWHERE
from simulator.sandbox.config import SandboxConfig
from simulator.sandbox.sandbox import Sandbox
from simulator.scenario import loader, shipped
from simulator.scenario.scenario import Scenario
from simulator.server import Server
from simulator.server.tls import for_a_while
from simulator.simulation import Simulation
from tests.report.laboratory.bad.presenting import PLAIN_URL
from tests.report.laboratory.catalogue import Program
from tests.report.laboratory.probing import Probe

ROOT: Final = Path(__file__).parents[3]
AT_ONCE: Final = 6
_TRUST: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Where clients' TLS libraries read which CA to trust."""
_LIVES: Final = "world: {uid2: {identity_lifetime: 3s, refresh_from: 400ms, refresh_lifetime: 1h}}\n"


@dataclass(frozen=True)
class Outcome:
    """One run. accused: verdicts and expectations that did not pass, as ``fail`` or ``warn``."""

    program: Program
    probe: Probe
    result: ProcessResult
    report: Report

    @property
    def verdicts(self) -> Mapping[str, str]:
        """Outcome by verdict."""
        return {verdict.name: verdict.outcome.value for verdict in self.report.verdicts}

    @property
    def accused(self) -> Mapping[str, str]:
        """Verdicts that warn or fail, and failed expectations of counts as ``expect: …``."""
        found = {name: outcome for name, outcome in self.verdicts.items() if outcome in {"warn", "fail"}}
        for expected in self.report.expected:
            if expected.text not in self.verdicts and expected.outcome.value in {"warn", "fail"}:
                found[f"expect: {expected.text}"] = expected.outcome.value
        return found

    @property
    def undeserved(self) -> Mapping[str, str]:
        """What the program is accused of without cause. A good program deserves warnings at most, never a failure."""
        deserved = {self.program.verdict, *self.program.beside}
        excused = {"warn"} if self.program.is_good else {"warn", "fail"}
        return {name: how for name, how in self.accused.items() if name not in deserved or how not in excused}


class Laboratory:
    """A simulator that listens, and what runs against it."""

    def __init__(self, simulation: Simulation, server: Server, ca_file: Path) -> None:
        self._simulation = simulation
        self._server = server
        self._ca_file = ca_file
        self._runs = count(1)

    def run(self, program: Program, probe: Probe) -> Outcome:
        """One program under one probe, to its end or its limit."""
        sandbox = self._simulation.sandboxes.get(f"run-{next(self._runs)}")
        try:
            scenario = self._load(sandbox, probe)
            result = execute(
                (*program.command, *probe.arguments), self._environment(sandbox.name, probe), limit=probe.limit
            )
            circumstances = Circumstances(
                scenario=probe.name,
                about=scenario.about,
                expect=scenario.expect,
                rules=scenario.rule_ids,
                exit_status=result.exit_status,
                crash=result.crash,
                stopped_us=result.stopped_us,
                https_offered=probe.tls,
                journal_bound=self._simulation.journal_bound,
                client_clock=probe.clock,
            )
            report = judge(sandbox.journal.entries(), self._simulation.apis.values(), circumstances)
            return Outcome(program, probe, result, report)
        finally:
            self._simulation.sandboxes.delete(sandbox.name)

    def run_all(self, wanted: Iterable[tuple[Program, Probe]], *, at_once: int = AT_ONCE) -> Iterator[Outcome]:
        """Many runs at once; outcomes in the order that was asked for."""
        with ThreadPoolExecutor(at_once) as pool:
            yield from pool.map(lambda pair: self.run(*pair), wanted)

    def _environment(self, sandbox: str, probe: Probe) -> Mapping[str, str]:
        """What ``simulator judge`` gives a client, and how its modules are found here."""
        plain, secure = self._server.url, self._server.https_url
        found = environment(self._simulation.apis.values(), secure if probe.tls and secure else plain, sandbox)
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        trust = dict.fromkeys(_TRUST, str(self._ca_file)) if probe.tls else {}
        return {**found, **trust, "PYTHONPATH": path, PLAIN_URL: f"{plain}/sandbox/{sandbox}"}

    def _load(self, sandbox: Sandbox, probe: Probe) -> Scenario:
        port = urlsplit(self._server.url).port
        text = _text(probe).replace(ELSEWHERE, f"http://localhost:{port}/sandbox/{sandbox.name}")
        scenario = loader.load(
            text,
            tuple(self._simulation.apis.values()),
            verdicts=verdicts.names(),
            name=probe.name,
            supported_faults=WIRE_FAULTS,
        )
        sandbox.load(scenario)
        return scenario


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """A laboratory that is open until the block ends."""
    simulation = Simulation(discover(), config=SandboxConfig(), wire_faults=WIRE_FAULTS)
    with for_a_while() as tls, create_server(simulation, port=0, tls=tls) as server:
        assert tls.ca_file is not None
        yield Laboratory(simulation, server, tls.ca_file)


def _text(probe: Probe) -> str:
    profile = f"profile: {probe.profile}\n"
    if probe.scenario is None:
        return f"version: 1\nname: {probe.name}\n{profile}rules: []\n"
    path = probe.scenario if isinstance(probe.scenario, Path) else shipped.find(probe.scenario)
    text = path.read_text()
    world = "" if not probe.lives else _LIVES
    return text + world if "\nprofile:" in text else text + profile + world
