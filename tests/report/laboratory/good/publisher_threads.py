"""UID2 v2 on a server with six threads that share a visitor's identity; the first that finds it due refreshes it."""

import sys

from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.program import main

if __name__ == "__main__":
    sys.exit(main("uid2-v2", Policies(), workers=6))
