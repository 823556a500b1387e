"""The command: its options and its steps."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NoReturn

import click

from simulator.cli import completers
from simulator.cli.judge import github, outputs
from simulator.cli.judge.baseline import apply as apply_baseline
from simulator.cli.judge.baseline import read as read_baseline
from simulator.cli.judge.baseline import write as write_known
from simulator.cli.judge.never_called import NotJudgedError, never_called
from simulator.cli.judge.selection import ALL, Selection, learn, load, mostly_waits, named_in, read_names, select
from simulator.cli.options import BOTH, colours, option, reading
from simulator.core.duration import format_duration, parse_duration
from simulator.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.cli.judge.session import Session
    from simulator.report.client_run import ScenarioRun
    from simulator.report.judge import FailOn
    from simulator.report.results import Results
    from simulator.scenario.scenario import Scenario

_FIRST: Final = "no faults"
_SIGNALLED: Final = 128
"""The exit status of a process ended by a signal is this plus the signal's number, as in shells."""
_COLUMNS: Final = 80
_WIDEST: Final = 140
"""The widest lines, in columns; longer ones are hard to read."""


@dataclass(frozen=True)
class Wanted:
    """The user's options.

    named: the scenarios that the user named directly. api: the only API to judge, None for every API that is
    called.
    """

    command: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    named: frozenset[str]
    api: str | None
    jobs: int
    fail_on: FailOn


@click.command(context_settings={"allow_interspersed_args": False})
@option(
    "scenarios",
    shell_complete=completers.last_of(completers.scenarios),
    default=ALL,
    show_default=True,
    help="all, or names, globs and files separated by commas.",
)
@option(
    "api",
    metavar="NAME",
    shell_complete=completers.apis,
    help="Judge this API alone; else every API that the client calls.",
)
@option(
    "profile",
    multiple=True,
    shell_complete=completers.profiles,
    help="documented (default), observed, current (UID2), or API=PROFILE.",
)
@option("jobs", type=click.IntRange(1), metavar="N", help="Scenarios at once; default: the number of processors.")
@click.option(
    "--limit",
    metavar="DURATION",
    default="2m",
    show_default=True,
    callback=reading(parse_duration),
    help="How long one run may take.",
)
@click.option(
    "--client-clock",
    type=click.Choice(["real", "sandbox"]),
    default="real",
    show_default=True,
    help="sandbox: the client's clock follows the sandbox's.",
)
@option("tls", is_flag=True, help="Over https, with a CA made at start; many clients retry only there.")
@click.option(
    "--write",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Write .md .xml .json .html .txt .sarif; may be given more than once.",
)
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Accept the findings in this file; fail for new ones, and for ones that are gone.",
)
@click.option(
    "--write-baseline",
    type=click.Path(path_type=Path),
    help="Write the findings to this file, to be accepted from now on; exit 0.",
)
@click.option("--fail-on", type=click.Choice(["fail", "warn"]), default="fail", show_default=True)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def judge(
    *,
    scenarios: str,
    api: str | None,
    profile: tuple[str, ...],
    jobs: int | None,
    limit: timedelta,
    client_clock: Literal["real", "sandbox"],
    tls: bool,
    write: tuple[Path, ...],
    baseline: Path | None,
    write_baseline: Path | None,
    fail_on: FailOn,
    command: tuple[str, ...],
) -> None:
    """Run COMMAND once per scenario, each in a sandbox of its own, and judge the client.

    The command finds base URLs, credentials and refresh tokens in its environment (see simulator env); with --tls
    also the CA, as SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and NODE_EXTRA_CA_CERTS. A run without faults
    comes first; scenarios of an API that it does not call are left out.

    Exit 0: nothing found; 1: findings; 2: not judged.
    """
    from simulator.cli.judge.session import open_session
    from simulator.report.render import render
    from simulator.server.tls import for_a_while, recording

    outputs.check(write)
    github.check()
    if write_baseline is not None:
        outputs.check_writable(write_baseline)
    known = {} if baseline is None else read_baseline(baseline)
    with ExitStack() as stack:
        trusted = recording(stack.enter_context(for_a_while())) if tls else None
        session = open_session(profile, limit=limit, tls=trusted, client_clock=client_clock)
        chosen = load(read_names(scenarios), session.apis)
        wanted = Wanted(
            command, chosen, named_in(scenarios), _read_api(api, session), jobs or os.cpu_count() or 1, fail_on
        )
        before = signal.signal(signal.SIGTERM, _terminated)
        stack.callback(signal.signal, signal.SIGTERM, before)
        stack.enter_context(session.server)
        results = _run(session, wanted)
    if write_baseline is not None:
        write_known(write_baseline, results, known)
    results = apply_baseline(results, known)
    github.annotate(results)
    click.echo(render(results, "text", colour=colours(), width=_width()), nl=False)
    outputs.write(results, write)
    github.summarise(results)
    raise SystemExit(int(results.is_failure and write_baseline is None))


def _terminated(number: int, _frame: object) -> NoReturn:
    """End as on an interruption, so that no client stays running."""
    raise SystemExit(_SIGNALLED + number)


def _width() -> int:
    """The terminal's width in columns, or a default without a terminal."""
    columns = shutil.get_terminal_size((_COLUMNS, 24)).columns if sys.stdout.isatty() else _COLUMNS
    return min(columns, _WIDEST)


def _read_api(given: str | None, session: Session) -> str | None:
    names = [each.name for each in session.apis]
    if given is not None and given not in (*names, BOTH):
        raise UsageError(f'--api: "{given}" is not a simulated API.', remedy=f"Choose from {', '.join(names)}.")
    return None if given == BOTH else given


def _run(session: Session, wanted: Wanted) -> Results:
    from simulator.report.results import Results

    first = _first_run(session, wanted.command)
    learned = learn(first.report.entries, session.apis)
    called = tuple(name for name in learned.apis if wanted.api in (None, name))
    if not called:
        raise NotJudgedError(
            f"your command never called {wanted.api}, so nothing was judged.",
            remedy=f"It called {', '.join(learned.apis)}.",
        )
    selection = select(wanted.scenarios, learned, session.apis, called, wanted.named)
    if not selection.scenarios:
        raise NotJudgedError(
            f"none of the chosen scenarios concerns {', '.join(called)}, which is what your command calls.",
            remedy="simulator scenarios lists all.",
        )
    notes = [f"Not run, because nothing fails under it: {name}." for name in selection.presets]
    runs: dict[str, ScenarioRun] = {}
    if first.result.stopped_us:
        notes = [f"The run without faults did not end within {format_duration(session.limit)}: no scenario was run."]
    else:
        runs = {run.scenario: run for run in _scenario_runs(session, wanted, selection, first)}
    return Results(
        tuple(runs[scenario.name].report for scenario in selection.scenarios if scenario.name in runs),
        first=first.report,
        left_out=selection.left_out,
        dropped=selection.dropped,
        called=called,
        command=wanted.command,
        fail_on=wanted.fail_on,
        notes=tuple(notes),
    )


def _first_run(session: Session, command: Sequence[str]) -> ScenarioRun:
    """The run without faults. Raises :class:`NotJudgedError` when it calls no API."""
    from simulator.report.client_run import ScenarioRun, execute

    run = session.first()
    try:
        environment = run.environment
        result = execute(command, environment, limit=session.limit)
        entries = run.sandbox.journal.entries()
        if not any(entry.operation for entry in entries):
            raise never_called(
                command,
                result,
                environment,
                strays=entries,
                elsewhere=session.simulation.sandboxes.default.journal.entries(),
                handshakes=session.tls.failures if session.tls else (),
            )
        return ScenarioRun(_FIRST, result, run.judge(result))
    finally:
        run.close()


def _scenario_runs(session: Session, wanted: Wanted, selection: Selection, first: ScenarioRun) -> Sequence[ScenarioRun]:
    from simulator.cli.judge.progress import Progress
    from simulator.report.client_run import trials

    by_name = {scenario.name: scenario for scenario in selection.scenarios}
    progress = Progress(len(by_name))
    found: list[ScenarioRun] = []
    try:
        for run in trials(
            wanted.command,
            by_name,
            lambda name: session.under(by_name[name], first.result),
            limit=session.limit,
            jobs=wanted.jobs,
            waiting={name for name, scenario in by_name.items() if mostly_waits(scenario)},
            started=progress.started,
        ):
            progress.ended(run)
            found.append(run)
    finally:
        progress.close()
    return found
