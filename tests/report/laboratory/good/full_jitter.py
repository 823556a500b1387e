"""J-Quants with waits drawn between nothing and a doubling limit, as tenacity's wait_random_exponential does."""

import sys
from random import Random

from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.program import main


def drawn(attempt: int, chance: Random) -> float:
    """Seconds before retry number ``attempt``."""
    return chance.uniform(0, min(2.0, 0.2 * 2.0**attempt))


if __name__ == "__main__":
    sys.exit(main("jquants", Policies(backoff=drawn)))
