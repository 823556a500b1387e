"""Does the client go by the lifetime it was told rather than by a constant?

Whether a token is dead is the sandbox's clock; whether the client could know, the real one (see ``lifetimes``).
"""

from __future__ import annotations

from simulator.report.case import Case
from simulator.report.lifetimes import find
from simulator.report.verdict import Check, Finding


def look(case: Case) -> Finding:
    """Tokens that live shorter or longer than the documents say, and told so."""
    return find(
        case,
        lambda use: not use.held.usual,
        found="A token was used after it had died sooner than usual, though the client had been told.",
        fine="Tokens with an unusual lifetime were renewed when they had been said to die.",
        never="No token with another lifetime than the documented one died while the client was calling.",
    )


CHECK = Check(
    question="Does the client go by the lifetime it is told?",
    rule="A token that names its end is not to be used from then on, whatever is usual.",
    source="RFC 7519 §4.1.4 (exp); RFC 6749 §5.1 (expires_in); uid2.md §3.1 (identity_expires)",
    mend="Read the end of life from the answer or from the token's exp, and keep a constant only as a fallback.",
    look=look,
)
