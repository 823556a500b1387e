"""J-Quants without a look at any clock: a refused ID token is replaced once, and the call is repeated."""

import sys

from tests.report.laboratory.client.policies import Policies, never_due
from tests.report.laboratory.client.program import main

if __name__ == "__main__":
    sys.exit(main("jquants", Policies(due=never_due)))
