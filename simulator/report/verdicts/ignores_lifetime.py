"""Does the client go by the lifetime it was told rather than by a constant?

Whether a token is dead is the sandbox's clock; whether the client could know, the real one (see ``lifetimes``).
"""

from __future__ import annotations

from simulator.report.lifetimes import TokenUse, find
from simulator.report.observation import Observation
from simulator.report.verdict import Check, Finding
from simulator.report.verdicts.milliseconds_as_seconds import never_renews


def judge(case: Observation) -> Finding:
    """Tokens whose lifetime is known only from the answer: the documents state none or a different one."""
    blind = never_renews(case)

    def concerned(use: TokenUse) -> bool:
        return not use.held.usual and not (blind and use.held.told == "field")

    return find(
        case,
        concerned,
        found="A token was used after the end of life that the client had been told.",
        fine="Tokens were renewed when they had been said to die.",
        never="No token that had told its own lifetime reached its end while the client was calling.",
    )


CHECK = Check(
    question="Does the client go by the lifetime it is told?",
    rule="A token that names its end is not to be used from then on, whatever is usual.",
    source="RFC 7519 §4.1.4 (exp); RFC 6749 §5.1 (expires_in); docs/sources/uid2.md §3.1 (identity_expires)",
    remedy="Read the end of life from the answer or from the token's exp, and keep a constant only as a fallback.",
    judge=judge,
)
