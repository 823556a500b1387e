"""Running a client's command once per scenario and judging each run: what ``simulator judge`` does, without a terminal.

Who calls sets the stage: a sandbox under a scenario, and the environment that points the client at it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Final, Protocol

from simulator.core.clock import process_time
from simulator.core.errors import UsageError
from simulator.report.judge import FailOn, Report

_KEPT: Final = 65_536
"""Bytes of the command's output that are kept, from its end."""
_GRACE: Final = timedelta(seconds=2)
_SECRETIVE: Final = re.compile(r"[^\s'\"]*@[^\s'\"]*|[A-Za-z0-9+/=_.~%?&:-]{32,}")
"""What looks like a mail address, a token or a URL with one in it."""


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """What was seen of the client's process.

    exit_status: negative for a signal, as subprocess has it. crash: the last line of its Python traceback, or "".
    stopped_us: when its time was up and we ended it, in microseconds since 1970; 0 when it ended by itself.
    output: the end of what it wrote, on both streams. It may hold secrets: show it to who started it, nobody else.
    """

    exit_status: int
    crash: str = ""
    stopped_us: int = 0
    output: str = ""


class RunEnvironment(Protocol):
    """One sandbox, ready for one run of the command."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables to add to the command's environment: base URLs, the sandbox's name."""

    def judge(self, seen: ProcessResult) -> Report:
        """The report on this run; the command has ended."""

    def close(self) -> None:
        """Take the sandbox down."""


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """One run and what came of it."""

    scenario: str
    seen: ProcessResult
    report: Report


def trials(
    command: Sequence[str],
    scenarios: Iterable[str],
    prepare: Callable[[str], RunEnvironment],
    *,
    limit: timedelta = timedelta(minutes=2),
) -> Iterator[ScenarioRun]:
    """Run the command once per scenario, one after another, and hand out each trial as it ends.

    prepare: sets the stage for a scenario by its name. limit: real time a run may take; then its whole process
    group is ended, and what it left hanging is held against it.
    Raises UsageError when the command cannot be started.
    """
    for scenario in scenarios:
        stage = prepare(scenario)
        try:
            seen = execute(command, stage.environment, limit=limit)
            yield ScenarioRun(scenario, seen, stage.judge(seen))
        finally:
            stage.close()


def exit_code(reports: Iterable[Report], fail_on: FailOn = "fail") -> int:
    """0, or 1 when any report is a failure by this measure."""
    return int(any(report.is_failure(fail_on) for report in reports))


def execute(command: Sequence[str], environment: Mapping[str, str], *, limit: timedelta) -> ProcessResult:
    """Run a command to its end, or to the end of its time. Raises UsageError when there is no such command."""
    if not command:
        raise UsageError("there is no command to judge.", remedy="Put it after --, such as: -- python my_client.py")
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(  # noqa: S603 - running the user's own command is what this is for
                list(command),
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as wrong:
            raise UsageError(f"{command[0]} cannot be started: {wrong.strerror or wrong}.") from wrong
        stopped = 0
        try:
            process.wait(limit.total_seconds())
        except subprocess.TimeoutExpired:
            stopped = process_time()
        finally:
            _end(process)
        text = _tail(output)
    return ProcessResult(process.returncode, "" if stopped else crash_line(text), stopped, text)


def crash_line(output: str) -> str:
    """``"KeyError: 'idToken'"``: how the last Python traceback ended, secrets left out; "" when there is none."""
    _, found, after = output.rpartition("Traceback (most recent call last):")
    if not found:
        return ""
    lines = (line for line in after.splitlines()[1:] if line and not line[0].isspace())
    kind, colon, message = next(lines, "").partition(": ")
    return f"{kind}{colon}{_SECRETIVE.sub('…', message)}"[:200]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the process group, so that nothing goes on calling the next scenario's sandbox."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):  # it does not want to; the next signal does not ask
            process.wait(_GRACE.total_seconds())
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)
    except ProcessLookupError:
        return  # the whole group has ended by itself


def _tail(output: IO[bytes]) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _KEPT))
    return output.read().decode("utf-8", "replace")
