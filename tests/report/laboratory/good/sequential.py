"""J-Quants, one call after the other on one connection; renews a minute before the end that the ID token names."""

import sys

from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.program import main

if __name__ == "__main__":
    sys.exit(main("jquants", Policies()))
