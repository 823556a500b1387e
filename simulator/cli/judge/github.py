"""Output for GitHub Actions besides the log: the job's summary, and annotations for the worst errors.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from simulator.cli.judge.outputs import check_writable
from simulator.core.errors import UsageError

if TYPE_CHECKING:
    from simulator.report.results import Results

_SUMMARY: Final = "GITHUB_STEP_SUMMARY"
"""Names the file that a step appends Markdown to."""
_ACTIONS: Final = "GITHUB_ACTIONS"
"""``true`` within a workflow."""


def check() -> None:
    """Raise :class:`UsageError` when the environment names a summary that cannot be written."""
    if summary := os.environ.get(_SUMMARY):
        check_writable(Path(summary))


def annotate(results: Results) -> None:
    """Print the worst errors as annotations, within a workflow."""
    from simulator.report.renderings import workflow_commands

    if os.environ.get(_ACTIONS) == "true":
        click.echo(workflow_commands.render(results), nl=False)


def summarise(results: Results) -> None:
    """Append the report to the job's summary, if any. Raises :class:`UsageError` when it cannot be written."""
    from simulator.report.render import render

    if summary := os.environ.get(_SUMMARY):
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(render(results, "markdown"))
        except OSError as error:
            raise UsageError(f'{_SUMMARY}: "{summary}" cannot be written: {error.strerror}.') from error
