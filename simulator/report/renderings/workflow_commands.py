"""The worst mistakes as workflow commands, which GitHub Actions shows beside the job.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import Final

from simulator.report.mistakes import mistakes
from simulator.report.renderings.sarif import location
from simulator.report.results import Results
from simulator.report.verdict import Outcome

_MOST: Final = 10
"""GitHub shows ten annotations of each level for a step."""
_LEVELS: Final = {Outcome.FAIL: "error", Outcome.WARN: "warning"}


def render(results: Results) -> str:
    """A line for each of the worst ten mistakes; "" for none."""
    place = location(results)
    lines = []
    for mistake in mistakes(results)[:_MOST]:
        titles = [report.title for report in mistake.reports]
        more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
        file = f"file={_property(place)},line=1," if place else ""
        text = f"{titles[0]}{more}: {mistake.verdict.why}\nFix: {mistake.verdict.mend}"
        lines.append(f"::{_LEVELS[mistake.outcome]} {file}title={_property(mistake.name)}::{_data(text)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
