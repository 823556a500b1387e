"""UID2 v1: generates for one person and refreshes from ``refresh_from`` on."""

import sys

from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.program import main

if __name__ == "__main__":
    sys.exit(main("uid2-v1", Policies()))
