"""UID2 v2: the same in envelopes."""

import sys

from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.program import main

if __name__ == "__main__":
    sys.exit(main("uid2-v2", Policies()))
