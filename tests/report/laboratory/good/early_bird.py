"""J-Quants in four threads; renews shortly before the end that each ID token names, however long it lives."""

import sys
from functools import partial

from tests.report.laboratory.client.policies import Policies, due
from tests.report.laboratory.client.program import main

_MARGIN = 0.3

if __name__ == "__main__":
    sys.exit(main("jquants", Policies(due=partial(due, margin=_MARGIN)), workers=4))
