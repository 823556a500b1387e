"""J-Quants for weeks: logs in anew on the sixth day of each refresh token's seven, before it can be refused."""

import sys
from dataclasses import replace

from tests.report.laboratory.client.grant import Grant
from tests.report.laboratory.client.policies import Policies, believed
from tests.report.laboratory.client.program import main

_SIX_DAYS = 6 * 86_400.0


def with_margin(new: Grant, now: float) -> Grant:
    """A new refresh token is given up a day before its documented end."""
    return replace(believed(new, now), refresh_dies_at=now + _SIX_DAYS) if new.refresh else believed(new, now)


if __name__ == "__main__":
    sys.exit(main("jquants", Policies(believed=with_margin)))
