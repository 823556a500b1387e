"""Run a client's command once per scenario, several at once, and judge each run.

The caller prepares a sandbox under a scenario, and the environment that points the client at it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Final, Protocol

from simulator.core.clock import process_time
from simulator.core.duration import MICROSECOND
from simulator.core.errors import UsageError
from simulator.report.crash_line import crash_line
from simulator.report.judge import FailOn, Report

_KEPT: Final = 65_536
"""Bytes of the command's output that are kept, from its end."""
_GRACE: Final = timedelta(seconds=2)
"""Between SIGTERM and SIGKILL."""
DEFAULT_LIMIT: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """How the client's process ended.

    exit_status: negative for a signal, as in subprocess. crash: the line that reports its crash, or "".
    stopped_us: when it was ended at its limit, in microseconds since 1970; 0 when it ended by itself.
    output: the end of what it wrote, on both streams. It may hold secrets: show it only to the user who ran it.
    took: how long it ran.
    """

    exit_status: int
    crash: str = ""
    stopped_us: int = 0
    output: str = ""
    took: timedelta = timedelta(0)


class RunEnvironment(Protocol):
    """One sandbox, ready for one run of the command."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables to add to the command's environment: base URLs, the sandbox's name."""

    def judge(self, result: ProcessResult) -> Report:
        """The report on this run; the command has ended."""

    def close(self) -> None:
        """Delete the sandbox."""


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """One run, how its process ended, and its report."""

    scenario: str
    result: ProcessResult
    report: Report


class Processes:
    """The running processes, so that an interruption can end all of them. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], output: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """Start a process in its own process group. Raises OSError when it cannot be started."""
        with self._lock:
            process = subprocess.Popen(  # noqa: S603 - running the user's own command is the purpose
                list(command),
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.add(process)
            if self._closed:
                _signal(process, _KILL)
        return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End what is left of a process's group, so that no later call reaches its sandbox."""
        if process.poll() is None:
            _signal(process, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):  # it ignores SIGTERM; it cannot ignore the next signal
                process.wait(_GRACE.total_seconds())
        _signal(process, _KILL)
        process.wait()
        with self._lock:
            self._running.discard(process)

    def end_all(self) -> None:
        """Kill every process, including those started later."""
        with self._lock:
            self._closed = True
            for process in self._running:
                _signal(process, _KILL)


def trials(
    command: Sequence[str],
    scenarios: Iterable[str],
    prepare: Callable[[str], RunEnvironment],
    *,
    limit: timedelta = DEFAULT_LIMIT,
    jobs: int = 1,
    waiting: Collection[str] = (),
    started: Callable[[str], object] = lambda _scenario: None,
) -> Iterator[ScenarioRun]:
    """Run the command once per scenario, ``jobs`` at once, and yield each run as it ends.

    prepare: makes the sandbox of a scenario, by name. limit: real time that a run may take; then its process group is
    ended. waiting: scenarios that mostly wait: they start first and do not count towards ``jobs``. started: called
    with the name of each scenario when it begins, in a thread of the pool.
    Raises UsageError when the command cannot be started.
    """
    names = sorted(scenarios, key=lambda name: name not in waiting)
    processes = Processes()

    def run(scenario: str) -> ScenarioRun:
        started(scenario)
        stage = prepare(scenario)
        try:
            result = execute(command, stage.environment, limit=limit, processes=processes)
            return ScenarioRun(scenario, result, stage.judge(result))
        finally:
            stage.close()

    pool = ThreadPoolExecutor(max(1, jobs) + sum(name in waiting for name in names), thread_name_prefix="judge")
    try:
        order = {pool.submit(run, name): number for number, name in enumerate(names)}
        pending = set(order)
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=order.__getitem__):
                yield future.result()
    finally:
        processes.end_all()
        pool.shutdown(cancel_futures=True)


def exit_code(reports: Iterable[Report], fail_on: FailOn = "fail") -> int:
    """0, or 1 when any report is a failure by this measure."""
    return int(any(report.is_failure(fail_on) for report in reports))


def execute(
    command: Sequence[str], environment: Mapping[str, str], *, limit: timedelta, processes: Processes | None = None
) -> ProcessResult:
    """Run a command until it ends, or until its limit. Raises UsageError when the command does not exist."""
    if not command:
        raise UsageError("there is no command to judge.", remedy="Put it after --, such as: -- python my_client.py")
    running = processes or Processes()
    began = process_time()
    with tempfile.TemporaryFile() as output:
        try:
            process = running.start(command, environment, output)
        except OSError as wrong:
            raise UsageError(f"{command[0]} cannot be started: {wrong.strerror or wrong}.") from wrong
        stopped = 0
        try:
            process.wait(limit.total_seconds())
        except subprocess.TimeoutExpired:
            stopped = process_time()
        finally:
            running.end(process)
        text = _tail(output)
    took = (process_time() - began) * MICROSECOND
    return ProcessResult(process.returncode, "" if stopped else crash_line(text), stopped, text, took)


_KILL: Final = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Windows has no SIGKILL; its SIGTERM cannot be ignored."""


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
