"""Progress on stderr while scenarios run: a line for each finished one and, at a terminal, the running ones."""

from __future__ import annotations

import shutil
import sys
import threading
from typing import Final

import click

from simulator.report.client_run import ScenarioRun
from simulator.report.judge import Report
from simulator.report.verdict import Outcome

_MARKS: Final = {Outcome.PASS: "ok", Outcome.WARN: "warn", Outcome.FAIL: "FAIL", Outcome.INCONCLUSIVE: "–"}
_CLEAR: Final = "\r\x1b[K"


class Progress:
    """Counts the scenarios. Safe to use from many threads."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._ended = 0
        self._running: list[str] = []
        self._lock = threading.Lock()
        self._live = sys.stderr.isatty()

    def started(self, scenario: str) -> None:
        """A scenario begins."""
        with self._lock:
            self._running.append(scenario)
            self._clear()
            self._show()

    def ended(self, run: ScenarioRun) -> None:
        """A scenario has ended: its line."""
        with self._lock:
            self._ended += 1
            self._running.remove(run.scenario)
            self._clear()
            click.echo(f"[{self._ended}/{self._total}] {_line(run)}", err=True)
            self._show()

    def close(self) -> None:
        """No more scenarios."""
        with self._lock:
            self._clear()

    def _show(self) -> None:
        if self._live and self._running:
            width = shutil.get_terminal_size().columns - 1
            click.echo(f"running: {', '.join(self._running)}"[:width], err=True, nl=False)

    def _clear(self) -> None:
        if self._live:
            click.echo(_CLEAR, err=True, nl=False, color=True)


def _line(run: ScenarioRun) -> str:
    mark = _MARKS[run.report.outcome]
    why = f": {run.report.untested}" if run.report.outcome is Outcome.INCONCLUSIVE and run.report.untested else ""
    return f"{mark:4}  {run.scenario}  ({ended(run.report)}){why}"


def ended(report: Report) -> str:
    """``"12 calls, exit 0, 0.4 s"``: the observable result of a run."""
    facts = report.facts
    calls = "1 call" if len(report.entries) == 1 else f"{len(report.entries)} calls"
    how = "stopped at its limit" if facts.stopped_us else f"exit {facts.exit_status}"
    return f"{calls}, {how}, {facts.took.total_seconds():.1f} s"
