"""Running a client's command once per scenario."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from simulator.core.errors import UsageError
from simulator.report import Circumstances, Report, judge
from simulator.report.client_run import ProcessResult, crash_line, execute, exit_code, trials
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

    def judge(self, seen: ProcessResult) -> Report:
        assert not self.closed
        wire = Wire()
        self.client(wire)
        return judge(wire.entries, APIS, Circumstances(exit_status=seen.exit_status, crash=seen.crash))

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
    assert [trial.seen.output.splitlines()[0] for trial in done] == ["http://toy/outage", "http://toy/bare"]
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


@pytest.mark.parametrize(
    ("output", "line"),
    [
        pytest.param("all is well\n", "", id="no traceback"),
        pytest.param(
            "x\nTraceback (most recent call last):\n  File \"a.py\", line 1\n    d['day']\nKeyError: 'day'\nbye\n",
            "KeyError: 'day'",
            id="the last line of it",
        ),
        pytest.param(
            "Traceback (most recent call last):\n  x\nHTTPError: 400 for url: http://h/v1?refreshtoken=abcdefghijklmnopqrstu\n",
            "HTTPError: 400 for url: …",
            id="without the token in its URL",
        ),
        pytest.param(
            "Traceback (most recent call last):\n  x\nrequests.exceptions.JSONDecodeError: Expecting value\n",
            "requests.exceptions.JSONDecodeError: Expecting value",
            id="with its whole name",
        ),
        pytest.param(
            "Traceback (most recent call last):\n  x\nLoginError: no ann@example.com\n",
            "LoginError: no …",
            id="without a mail address",
        ),
    ],
)
def test_a_crash_is_named_without_its_secrets(output: str, line: str) -> None:
    assert crash_line(output) == line
