"""The server for the command, and the sandbox of each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from simulator.cli.options import read_profiles
from simulator.core import defaults
from simulator.core.defaults import JUDGED_VARIABLE

if TYPE_CHECKING:
    from simulator.core.model.api import Api
    from simulator.report.client_run import ProcessResult
    from simulator.report.judge import Report
    from simulator.sandbox.sandbox import Sandbox
    from simulator.scenario.scenario import Scenario
    from simulator.server import Server
    from simulator.server.tls import Tls
    from simulator.simulation import Simulation

FIRST: Final = "no-faults"
"""The sandbox of the run without faults."""
_TRUST: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""The variables from which TLS libraries read the trusted CA: OpenSSL and Go, requests, curl, Node."""
_LONGEST_NAME: Final = 64


@dataclass(frozen=True)
class Session:
    """A server for all runs. tls: clients receive only https addresses. client_clock: see ``Circumstances``."""

    simulation: Simulation
    server: Server
    limit: timedelta
    tls: Tls | None = None
    client_clock: Literal["real", "sandbox"] = "real"

    @property
    def apis(self) -> Sequence[Api[Any]]:
        """Every simulated API."""
        return tuple(self.simulation.apis.values())

    def first(self) -> SandboxRun:
        """The sandbox of the run without faults."""
        return SandboxRun(self, None, self.simulation.sandboxes.get(FIRST), first=None)

    def under(self, scenario: Scenario, first: ProcessResult) -> SandboxRun:
        """The sandbox of a run under a scenario. first: how the run without faults ended."""
        name = scenario.name[:_LONGEST_NAME].rstrip("._-")
        sandbox = self.simulation.sandboxes.get(f"{name}.1" if name in {FIRST, defaults.SANDBOX} else name)
        sandbox.load(self._located(scenario, sandbox.name))
        return SandboxRun(self, scenario, sandbox, first=first)

    def _located(self, scenario: Scenario, sandbox: str) -> Scenario:
        """The scenario, with the address of its sandbox under another host name where a probe redirects there."""
        from simulator.report import probe_files, scenario_files

        if probe_files.ELSEWHERE not in scenario.source:
            return scenario
        address = urlsplit(self.server.https_url or self.server.url)
        elsewhere = f"{address.scheme}://localhost:{address.port}/sandbox/{sandbox}"
        text = scenario.source.replace(probe_files.ELSEWHERE, elsewhere)
        return scenario_files.load(text, self.apis, name=scenario.name)


@dataclass(frozen=True)
class SandboxRun:
    """One run's sandbox; see :class:`simulator.report.client_run.RunEnvironment`. scenario: None without faults."""

    session: Session
    scenario: Scenario | None
    sandbox: Sandbox
    first: ProcessResult | None

    @property
    def environment(self) -> Mapping[str, str]:
        """Base URLs, credentials and refresh tokens, by the names that clients read; with TLS, the CA's file."""
        from simulator.cli.env import environment

        session = self.session
        url = session.server.https_url or session.server.url
        found = environment(session.apis, url, self.sandbox.name, refresh_tokens=self._refresh_tokens())
        found[JUDGED_VARIABLE] = self.sandbox.name
        if session.tls is not None:
            found |= dict.fromkeys(_TRUST, str(session.tls.ca_file))
        return found

    def judge(self, result: ProcessResult) -> Report:
        """The results for the client, from this run's journal and the end of its process."""
        from simulator.report.circumstances import Circumstances
        from simulator.report.ending import with_ending
        from simulator.report.judge import judge as verdicts_on

        session, scenario = self.session, self.scenario
        circumstances = Circumstances(
            scenario="" if scenario is None else scenario.name,
            about="" if scenario is None else scenario.about,
            expect=() if scenario is None else scenario.expect,
            rules=() if scenario is None else scenario.rule_ids,
            took=result.took,
            exit_status=result.exit_status,
            crash=result.crash,
            stopped_us=result.stopped_us,
            https_offered=session.tls is not None,
            journal_bound=session.simulation.journal_bound,
            client_clock=session.client_clock,
        )
        report = verdicts_on(self.sandbox.journal.entries(), session.apis, circumstances)
        tags = () if scenario is None else scenario.tags
        return with_ending(report, result, self.first, limit=session.limit, tags=tags)

    def close(self) -> None:
        """Delete the sandbox."""
        self.session.simulation.sandboxes.delete(self.sandbox.name)

    def _refresh_tokens(self) -> dict[str, str]:
        """A new refresh token for each API that can make one, for clients that need one."""
        now = self.sandbox.clock.now()
        return {
            api.name: api.mint(self.sandbox.world(api.name), sorted(api.refresh_token_kinds)[0], "", now).token
            for api in self.session.apis
            if api.refresh_token_kinds
        }


def open_session(
    profile: Sequence[str], *, limit: timedelta, tls: Tls | None, client_clock: Literal["real", "sandbox"]
) -> Session:
    """A session with every API; its server is not started yet. Raises UsageError for an unknown profile."""
    from simulator.apis import discover
    from simulator.app import create_server
    from simulator.core.model.call import WIRE_FAULTS
    from simulator.sandbox.config import SandboxConfig
    from simulator.simulation import Simulation

    apis = discover()
    config = SandboxConfig(profiles=read_profiles(profile, apis))
    simulation = Simulation(apis, config=config, wire_faults=WIRE_FAULTS)
    return Session(simulation, create_server(simulation, port=0, tls=tls), limit, tls, client_clock)
