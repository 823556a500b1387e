"""Does the client renew a token before it dies?

Whether it is dead is the sandbox's clock; whether the client could know, the real one (see ``lifetimes``).
"""

from __future__ import annotations

from simulator.report.lifetimes import find
from simulator.report.observation import Observation
from simulator.report.verdict import Check, Finding


def judge(case: Observation) -> Finding:
    """Tokens with the documented lifetime; ``ignores_lifetime`` judges the others."""
    return find(
        case,
        lambda use: use.held.usual,
        found="A token was used after the end of its life, which the client knew.",
        fine="Tokens were renewed before they died.",
        never="No token with a documented lifetime reached its end while the client was calling.",
    )


CHECK = Check(
    question="Are tokens renewed in time?",
    rule="A token is good for its lifetime, which the documents tell.",
    source="docs/sources/jquants.md §0.1 (one week, 24 hours)",
    remedy="Before each call compare the token's end with the clock, and renew it a little ahead of that.",
    judge=judge,
)
