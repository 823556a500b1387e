"""J-Quants; adds up to a second of its own chance to what Retry-After asks for, and never comes too soon."""

import sys

from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.program import main

if __name__ == "__main__":
    sys.exit(main("jquants", Policies(jitter=1.0)))
