"""J-Quants in eight threads: a refused ID token is replaced by the first that holds the lock.

The others look at the token again once the lock is theirs, and repeat their call with the new one.
"""

import sys

from tests.report.laboratory.client.policies import Policies, never_due
from tests.report.laboratory.client.program import main

if __name__ == "__main__":
    sys.exit(main("jquants", Policies(due=never_due), workers=8))
