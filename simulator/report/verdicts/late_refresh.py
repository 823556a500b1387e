"""Does the client renew a token before it dies?

Whether it is dead is the sandbox's clock; whether the client could know, the real one (see ``lifetimes``).
"""

from __future__ import annotations

from simulator.report.case import Case
from simulator.report.lifetimes import Use, find
from simulator.report.verdict import Check, Finding
from simulator.report.verdicts.milliseconds_as_seconds import never_renews


def look(case: Case) -> Finding:
    """Tokens that live as long as the documents say; the others are ``ignores_lifetime``'s."""
    blind = never_renews(case)

    def concerned(use: Use) -> bool:
        return use.held.usual and not (blind and use.held.told == "field")

    return find(
        case,
        concerned,
        found="A token was used after the end of its life, which the client knew.",
        fine="Tokens were renewed before they died.",
        never="No token reached the end of its life while the client was calling.",
    )


CHECK = Check(
    question="Are tokens renewed in time?",
    rule="A token is good for its lifetime; the client knows it from the documents or from the answer.",
    source="seeds/000_eab6bdd2e33ab5f1.txt (one week, 24 hours); uid2.md §3.1 (identity_expires, refresh_from)",
    mend="Before each call compare the token's end with the clock, and renew it a little ahead of that.",
    look=look,
)
