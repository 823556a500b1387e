"""Does the client keep a token as long as it is good?

How much of its life is gone is the sandbox's clock, so a jump only makes a token older, never the client guilty.
"""

from __future__ import annotations

from simulator.journal.entry import Entry
from simulator.report.observation import Observation, TokenLife, refused, transient
from simulator.report.refreshes import Refresh, refreshes
from simulator.report.verdict import Check, Finding, inconclusive, passed, warned
from simulator.report.verdicts.milliseconds_as_seconds import spins


def judge(case: Observation) -> Finding:
    """Refreshes while the token at hand was young and nobody had refused it; once a person may be a restart."""
    explained = {entry.number for entry in spins(case)}
    early: dict[str, list[Entry]] = {}
    timely: list[Entry] = []
    for renewal in refreshes(case):
        if renewal.together or renewal.entry.number in explained:
            continue
        verdict = _is_early(case, renewal)
        if verdict is not None:
            (early.setdefault(renewal.held.token.subject, []) if verdict else timely).append(renewal.entry)
    repeated = [entry for entries in early.values() if len(entries) > 1 for entry in entries]
    if repeated:
        why = f"{len(repeated)} refreshes came while the token at hand had most of its life before it."
        return warned(why, repeated)
    if early or timely:
        return passed("Refreshes came when the token at hand was old or refused.", timely)
    return inconclusive("The client never refreshed a token whose lifetime it had been told.")


def _is_early(case: Observation, renewal: Refresh) -> bool | None:
    """None where nobody told the client how long the token lives, or the clock was moved back."""
    held = renewal.held
    if not held.is_known or renewal.entry.at_us < held.entry.at_us:
        return None
    if _was_refused(case, held, renewal.entry):
        return False
    if held.from_us is not None:
        return renewal.entry.at_us < held.from_us
    return renewal.entry.at_us - held.entry.at_us < held.remaining_us // 2


def _was_refused(case: Observation, held: TokenLife, before: Entry) -> bool:
    """Something went wrong with the token, or with the last refresh: reason enough to ask for a new one."""
    for entry in case.after(held.entry):
        if entry.number >= before.number:
            return False
        if (entry.token == held.token.token and refused(entry)) or (case.role(entry) == "refresh" and transient(entry)):
            return True
    return False


CHECK = Check(
    question="Is a token kept as long as it is good?",
    rule="A token may be used until it dies; a service that wants it renewed sooner says from when on.",
    source="docs/sources/jquants.md §0.1 (24 hours); docs/sources/uid2.md §3.1 (refresh_from); RFC 6749 §1.5",
    remedy="Keep the token, share it between calls, and renew it only when it is refused or near its end.",
    judge=judge,
)
