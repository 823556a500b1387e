"""J-Quants in eight threads: a lock around the refresh, and a second look at the token once the lock is held."""

import sys

from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.program import main

if __name__ == "__main__":
    sys.exit(main("jquants", Policies(), workers=8))
