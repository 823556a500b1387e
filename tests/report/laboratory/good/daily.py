"""J-Quants by a daily script: each run is a process that logs in, reads and ends; a day passes between two runs."""

import subprocess
import sys

from tests.report.laboratory.client.program import OwnClock, read_course

_DAY = 86_400.0
_RUN = (sys.executable, "-m", "tests.report.laboratory.good.sequential", "--rounds", "2", "--pause", "0")


def main() -> int:
    """The worst exit status of the runs."""
    course, clock, worst = read_course(), OwnClock(), 0
    for number in range(course.rounds):
        worst = max(worst, subprocess.run(_RUN, check=False).returncode)
        if number + 1 < course.rounds:
            clock.pass_by(_DAY)
    return worst


if __name__ == "__main__":
    sys.exit(main())
