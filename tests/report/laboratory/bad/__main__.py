"""``python -m tests.report.laboratory.bad NAME``: a client with one planted habit."""

from __future__ import annotations

import sys

from tests.report.laboratory.bad.table import HABITS
from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.program import main, read_course


def run(name: str, arguments: list[str]) -> int:
    """The exit status of the client with this habit."""
    habit = HABITS[name]
    policies = Policies(**habit.changes)
    course = read_course(arguments)
    return main(habit.calls or habit.api, policies, workers=habit.workers, sessions=habit.sessions, course=course)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2:]))
