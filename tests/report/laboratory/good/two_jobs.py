"""J-Quants by two jobs at the same time that know nothing of each other: each logs in once and keeps its tokens."""

import subprocess
import sys

_JOB = (sys.executable, "-m", "tests.report.laboratory.good.on_401_only", *sys.argv[1:])

if __name__ == "__main__":
    jobs = [subprocess.Popen(_JOB) for _ in range(2)]
    sys.exit(max(job.wait() for job in jobs))
