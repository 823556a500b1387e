"""UID2 v2: four devices of one person; each generates once and refreshes when it is due."""

import sys

from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.program import main

if __name__ == "__main__":
    sys.exit(main("uid2-v2", Policies(), sessions=4))
