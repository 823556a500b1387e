"""Does the client read the unit of a moment that the answer gives as a number?

Taken for seconds, milliseconds lie fifty thousand years ahead, and the token is never renewed: that is seen. Seconds
taken for milliseconds lie in 1970, and every token is renewed at once: that looks like a client that renews at every
call, and ``early_refresh`` speaks of both. Judged only while the sandbox's clock is near the client's own.
"""

from __future__ import annotations

from typing import Final

from simulator.report.lifetimes import uses
from simulator.report.observation import Observation
from simulator.report.timing import SECOND
from simulator.report.verdict import Check, Finding, inconclusive, passed, warned

_USES: Final = 2


def judge(case: Observation) -> Finding:
    """Dead tokens used again and again by a client that never renews, though a number told their end."""
    dead = [use.entry for use in uses(case) if use.dead and use.knowable and use.held.told == "field"]
    if never_renews(case):
        return warned("Dead tokens were used again and again, and nothing was ever renewed.", dead)
    told = [held for held in case.held.values() if held.told == "field"]
    renewed = [
        entry
        for entry in case.of("refresh")
        if any(entry.number > held.entry.number and entry.at_us - held.entry.at_us >= SECOND for held in told)
    ]
    if renewed:
        return passed("Tokens with a moment in their answer were renewed, and not at once.", renewed)
    return inconclusive("The client renewed no token whose end an answer had given as a number.")


def never_renews(case: Observation) -> bool:
    """Whether dead tokens were used though a field told their end, and the client never tried to refresh anything."""
    if case.of("refresh"):
        return False
    dead = [use for use in uses(case) if use.dead and use.knowable and use.held.told == "field"]
    return len(dead) >= _USES


CHECK = Check(
    question="Is the unit of a moment read right?",
    rule="A moment in an answer has its unit: identity_expires is in milliseconds, exp and expires_in in seconds.",
    source="docs/sources/uid2.md §1.3 (epoch milliseconds); RFC 7519 §2 (NumericDate: seconds)",
    remedy="Turn the number into a moment with its unit where it is read, once, and compare moments only.",
    judge=judge,
)
