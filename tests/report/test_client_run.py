"""Running a client's command once per scenario."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from simulator.core.errors import UsageError
from simulator.report import Circumstances, Report, judge
from simulator.report.client_run import Processes, ProcessResult, execute, exit_code, trials
from tests.report import clients
from tests.report.wire import APIS, Wire

LIMIT = timedelta(seconds=20)
"""Far beyond what any command here takes; it only bounds a failing test."""


@dataclass
class FakeStage:
    """A sandbox whose journal is written beforehand."""

    client: clients.Client
    environment: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False

    def judge(self, result: ProcessResult) -> Report:
        assert not self.closed
        wire = Wire()
        self.client(wire)
        return judge(wire.entries, APIS, Circumstances(exit_status=result.exit_status, crash=result.crash))

    def close(self) -> None:
        self.closed = True


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_command_runs_once_per_scenario_each_on_a_stage_of_its_own() -> None:
    stages: dict[str, FakeStage] = {}

    def prepare(scenario: str) -> FakeStage:
        client = clients.doubles if scenario == "outage" else clients.dies_without_the_field
        stages[scenario] = FakeStage(client, {"TOY_URL": f"http://toy/{scenario}"})
        return stages[scenario]

    command = python("import os; print(os.environ['TOY_URL']); raise KeyError('day')")
    done = list(trials(command, ["outage", "bare"], prepare, limit=LIMIT))
    assert [trial.scenario for trial in done] == ["outage", "bare"]
    assert [trial.result.output.splitlines()[0] for trial in done] == ["http://toy/outage", "http://toy/bare"]
    assert all(stage.closed for stage in stages.values())
    assert [str(trial.report.outcome) for trial in done] == ["warn", "fail"]
    assert exit_code(trial.report for trial in done) == 1


@pytest.mark.parametrize(
    ("client", "fail_on", "code"),
    [
        (clients.renews_in_time, "warn", 0),
        (clients.doubles, "fail", 0),
        (clients.doubles, "warn", 1),
        (clients.leaks, "fail", 1),
        (clients.leaks, "warn", 1),
    ],
)
def test_the_exit_code_is_for_ci(client: clients.Client, fail_on: str, code: int) -> None:
    wire = Wire()
    client(wire)
    report = judge(wire.entries, APIS)
    assert exit_code([report], "warn" if fail_on == "warn" else "fail") == code


def test_a_command_whose_time_is_up_is_ended_with_all_that_it_started() -> None:
    """The grandchild holds the output open: were it alive, it would still be there to be asked."""
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    seen = execute(python(code), {}, limit=timedelta(milliseconds=300))
    assert seen.exit_status < 0
    assert seen.stopped_us > 0
    assert seen.crash == ""


def test_a_command_that_is_not_there_is_refused_with_its_name() -> None:
    with pytest.raises(UsageError, match="no-such-command cannot be started"):
        execute(["no-such-command"], {}, limit=LIMIT)
    with pytest.raises(UsageError, match="there is no command to judge"):
        execute([], {}, limit=LIMIT)


def test_runs_that_mostly_wait_start_first_and_hold_up_no_other() -> None:
    """One job: the waiting run ends only once the three others have ended, so they ran beside it."""
    ended = threading.Semaphore(0)

    @dataclass
    class Waits(FakeStage):
        def judge(self, result: ProcessResult) -> Report:
            for _ in range(3):
                assert ended.acquire(timeout=LIMIT.total_seconds())
            return super().judge(result)

    @dataclass
    class Ends(FakeStage):
        def close(self) -> None:
            ended.release()

    def prepare(scenario: str) -> FakeStage:
        return (Waits if scenario == "slow" else Ends)(clients.doubles)

    began: list[str] = []
    done = list(
        trials(python(""), ["a", "b", "slow", "c"], prepare, limit=LIMIT, waiting={"slow"}, started=began.append)
    )
    assert sorted(trial.scenario for trial in done) == ["a", "b", "c", "slow"]
    assert sorted(began) == ["a", "b", "c", "slow"]


def test_an_interruption_ends_the_processes_that_run() -> None:
    """The generator is closed while a run that would take minutes is under way; it closes once that has ended."""
    begun = threading.Semaphore(0)
    stages: dict[str, FakeStage] = {}

    def prepare(scenario: str) -> FakeStage:
        stages[scenario] = FakeStage(clients.doubles, {"TOY_SECONDS": "600" if scenario == "endless" else "0"})
        return stages[scenario]

    command = python("import os, time; time.sleep(int(os.environ['TOY_SECONDS']))")
    runs = trials(command, ["endless", "short"], prepare, jobs=2, started=lambda _name: begun.release())
    assert next(runs).scenario == "short"
    assert begun.acquire(timeout=LIMIT.total_seconds())
    assert begun.acquire(timeout=LIMIT.total_seconds())
    assert isinstance(runs, Generator)
    runs.close()
    assert stages["endless"].closed


def test_a_process_that_starts_after_the_interruption_is_ended_at_once() -> None:
    processes = Processes()
    processes.end_all()
    assert execute(python("import time; time.sleep(600)"), {}, limit=LIMIT, processes=processes).exit_status < 0
