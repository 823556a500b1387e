"""``simulator judge -- COMMAND…``: run a client once per scenario, and say what it did wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from simulator.cli.options import colours, option, read_profiles, reading
from simulator.core.duration import parse_duration

if TYPE_CHECKING:
    from simulator.report.client_run import ProcessResult, ScenarioRun
    from simulator.report.judge import FailOn, Report
    from simulator.sandbox.sandbox import Sandbox
    from simulator.scenario.scenario import Scenario
    from simulator.server import Server
    from simulator.server.tls import Tls
    from simulator.simulation import Simulation

ALL = "all"
_FILES = {".md": "markdown", ".xml": "junit", ".json": "json", ".html": "html", ".txt": "text"}
"""What a report is written as, by its file's ending."""
_TRUST: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Where clients' TLS libraries read whom to trust: OpenSSL and Go, requests, curl, Node."""
_MARKS = {"pass": "ok", "warn": "warn", "fail": "FAIL", "inconclusive": "?"}


@dataclass(frozen=True)
class JudgeRun:
    """What the command is run through: a server, and the scenarios by name. tls: it is told of https alone."""

    simulation: Simulation
    server: Server
    scenarios: Mapping[str, Scenario]
    tls: Tls | None = None


@dataclass(frozen=True)
class SandboxEnvironment:
    """One run: a sandbox of its own under its scenario; see :class:`simulator.report.client_run.ActiveSetup`."""

    course: JudgeRun
    scenario: Scenario
    sandbox: Sandbox

    @property
    def environment(self) -> Mapping[str, str]:
        """Base URLs and credentials, by the names that clients read; with TLS, whom to trust as well."""
        from simulator.cli.env import environment

        course = self.course
        found = environment(
            course.simulation.apis.values(), course.server.https_url or course.server.url, self.sandbox.name
        )
        if course.tls is not None:
            found |= dict.fromkeys(_TRUST, str(course.tls.ca_file))
        return found

    def judge(self, seen: ProcessResult) -> Report:
        """What the journal of this run says of the client."""
        from simulator.report.circumstances import Circumstances
        from simulator.report.judge import judge as verdicts_on

        facts = Circumstances(
            scenario=self.scenario.name,
            about=self.scenario.about,
            expect=self.scenario.expect,
            exit_status=seen.exit_status,
            crash=seen.crash,
            stopped_us=seen.stopped_us,
            https_offered=self.course.tls is not None,
            journal_bound=self.course.simulation.journal_bound,
        )
        return verdicts_on(self.sandbox.journal.entries(), self.course.simulation.apis.values(), facts)

    def close(self) -> None:
        """Nothing of this run meets the next one."""
        self.course.simulation.sandboxes.delete(self.sandbox.name)


@click.command(context_settings={"ignore_unknown_options": True})
@option("scenarios", default=ALL, show_default=True, help="all, or names and files separated by commas.")
@option("profile", multiple=True, help="documented (default), observed, current (UID2), or API=PROFILE.")
@click.option(
    "--write",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write .md .xml .json .html .txt; may be given more than once.",
)
@click.option("--fail-on", type=click.Choice(["fail", "warn"]), default="fail", show_default=True)
@click.option(
    "--limit",
    metavar="DURATION",
    default="2m",
    show_default=True,
    callback=reading(parse_duration),
    help="How long one run may take.",
)
@option("tls", is_flag=True, help="Over https, with a CA made at start; many clients retry only there.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def judge(
    *,
    scenarios: str,
    profile: tuple[str, ...],
    write: tuple[Path, ...],
    fail_on: FailOn,
    limit: timedelta,
    tls: bool,
    command: tuple[str, ...],
) -> None:
    """Run COMMAND once per scenario, each in a sandbox of its own, and judge the client.

    The command finds base URLs and credentials in its environment (see simulator env); with --tls also the CA, as
    SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and NODE_EXTRA_CA_CERTS. Exit 1 when it fails.
    """
    from simulator.report.client_run import exit_code, trials
    from simulator.report.render import render
    from simulator.server.tls import for_a_while

    forms = {path: _form_of(path) for path in write}
    reports = []
    with ExitStack() as stack:
        course = _course(scenarios, profile, stack.enter_context(for_a_while()) if tls else None)
        stack.enter_context(course.server)
        for trial in trials(command, course.scenarios, lambda name: _stage(course, name), limit=limit):
            reports.append(trial.report)
            _progress(trial, len(reports), len(course.scenarios))
    for path, form in forms.items():
        path.write_text(render(reports, form))
    click.echo(render(reports, "text", colour=colours()), nl=False)
    raise SystemExit(exit_code(reports, fail_on))


def _course(chosen: str, profile: Sequence[str], tls: Tls | None) -> JudgeRun:
    from simulator.apis import discover
    from simulator.app import create_server
    from simulator.core.model.call import WIRE_FAULTS
    from simulator.report import scenario_files
    from simulator.sandbox.config import SandboxConfig
    from simulator.scenario import shipped
    from simulator.simulation import Simulation

    apis = discover()
    names = shipped.names() if chosen == ALL else [name.strip() for name in chosen.split(",") if name.strip()]
    scenarios = {}
    for place, text in map(shipped.source, names):
        scenario = scenario_files.load(text, apis, name=place)
        scenarios[scenario.name] = scenario
    config = SandboxConfig(profiles=read_profiles(profile, apis))
    simulation = Simulation(apis, config=config, wire_faults=WIRE_FAULTS)
    return JudgeRun(simulation, create_server(simulation, port=0, tls=tls), scenarios, tls)


def _stage(course: JudgeRun, name: str) -> SandboxEnvironment:
    sandbox = course.simulation.sandboxes.get(name[:64].rstrip("._-"))
    sandbox.load(course.scenarios[name])
    return SandboxEnvironment(course, course.scenarios[name], sandbox)


def _form_of(path: Path) -> str:
    if path.suffix not in _FILES:
        raise click.BadParameter(f'"{path}": the ending says how it is written; there are {", ".join(_FILES)}.')
    return _FILES[path.suffix]


def _progress(trial: ScenarioRun, number: int, of: int) -> None:
    """A line for each scenario as it ends, on stderr: the report itself is the output."""
    mark = _MARKS[trial.report.outcome.value]
    ended = "stopped at its limit" if trial.seen.stopped_us else f"exit {trial.seen.exit_status}"
    click.echo(f"[{number}/{of}] {mark:4}  {trial.scenario}  ({len(trial.report.entries)} calls, {ended})", err=True)
