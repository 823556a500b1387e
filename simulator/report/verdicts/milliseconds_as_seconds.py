"""Does the client read the unit of a moment that the answer gives as a number?

Taken for seconds, milliseconds lie fifty thousand years ahead, and the token is never renewed; seconds taken for
milliseconds lie in 1970, and every token is renewed at once. Ages are the sandbox's clock; both misreadings are
judged only while that is near the client's own (``Case.sees_moments``), so no jump counts.
"""

from __future__ import annotations

from simulator.journal.entry import Entry
from simulator.report.lifetimes import uses
from simulator.report.observation import SECOND, Observation
from simulator.report.refreshes import refreshes
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_AT_ONCE = 100
"""A token renewed within this part of its life was never taken for good."""
_NUMBERS = frozenset({"field", "unit"})
"""How a client is told by a number in the answer: rightly, or in another unit than the documents say."""
_IN_A_ROW = 5
"""Fewer refreshes in a row may be a test that calls one after the other."""
_USES = 2


def judge(case: Observation) -> Finding:
    """Both misreadings, where the answer gave moments as fields.

    A service that changes its unit is to blame for that, but not for a client that does not notice and spins.
    """
    spun = spins(case)
    if spun:
        return failed(f"{len(spun)} times in a row a token was renewed as soon as it had come.", spun)
    dead = [use.entry for use in uses(case) if use.dead and use.knowable and use.held.told == "field"]
    if never_renews(case):
        return warned("Dead tokens were used again and again, and nothing was ever renewed.", dead)
    told = [held.entry for held in case.held.values() if held.told in _NUMBERS]
    if told and any(renewal.held.told in _NUMBERS for renewal in refreshes(case)):
        return passed("Tokens with a moment in their answer were renewed, and not at once.", told)
    return inconclusive("The client renewed no token whose end an answer had given as a number.")


def spins(case: Observation) -> list[Entry]:
    """A person's refreshes in a row, each of a token that had only just come, though told how long it is good."""
    found: list[Entry] = []
    rows: dict[str, list[Entry]] = {}
    for renewal in refreshes(case):
        held, age = renewal.held, renewal.entry.at_us - renewal.held.entry.at_us
        at_once = (
            held.told in _NUMBERS and not renewal.together and 0 <= age < max(held.remaining_us // _AT_ONCE, SECOND)
        )
        young = at_once and age < held.remaining_us
        row = rows.setdefault(held.token.subject, [])
        if young:
            row.append(renewal.entry)
        else:
            row.clear()
        if len(row) >= _IN_A_ROW:
            found = list(row)
    return found


def never_renews(case: Observation) -> bool:
    """Whether dead tokens were used though a field told their end, and the client never refreshed anything."""
    if any(entry.issued for entry in case.of("refresh")):
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
