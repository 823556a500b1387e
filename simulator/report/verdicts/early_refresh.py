"""Does the client keep a token as long as it is good?

How much of its life is gone is the sandbox's clock, so a jump only makes a token older, never the client guilty.
"""

from __future__ import annotations

from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import refused, transient
from simulator.report.observation import Observation, TokenLife
from simulator.report.refreshes import Refresh, refreshes
from simulator.report.timing import MILLISECOND, SECOND, in_words, real_gap_us
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_SHORT_US: Final = 300 * SECOND
"""A lifetime shorter than this may be shorter than the safety margin of a client."""
_SPIN: Final = 12
"""This many immediate refreshes in a row do not come from a hand-written test."""
_AT_ONCE_US: Final = 50 * MILLISECOND


def judge(case: Observation) -> Finding:
    """Finds refreshes while the held token was young and not refused. One for each person may be a restart."""
    early: dict[str, list[Refresh]] = {}
    timely: list[Entry] = []
    for renewal in refreshes(case):
        if renewal.together:
            continue
        verdict = _is_early(case, renewal)
        if verdict:
            early.setdefault(case.identity(renewal.entry), []).append(renewal)
        elif verdict is not None:
            timely.append(renewal.entry)
    repeated = [renewal for renewals in early.values() if len(renewals) > 1 for renewal in renewals]
    if repeated:
        proof = [entry for renewal in repeated for entry in (renewal.previous, renewal.entry)]
        age = in_words(repeated[0].entry.at_us - repeated[0].held.entry.at_us)
        life = in_words(repeated[0].held.remaining_us)
        why = (
            f"{len(repeated)} refreshes replaced a token that had most of its life left, the first at {age} of {life}."
        )
        return (failed if any(map(_is_spin, early.values())) else warned)(why, proof)
    if early or timely:
        return passed("Refreshes came when the token at hand was old or refused.", timely)
    return inconclusive("The client never refreshed a token whose lifetime it had been told.")


def _is_spin(renewals: list[Refresh]) -> bool:
    at_once = [real_gap_us(one.previous, one.entry) < _AT_ONCE_US for one in renewals]
    return sum(at_once) >= _SPIN


def _is_early(case: Observation, renewal: Refresh) -> bool | None:
    """None where the client was not told the lifetime of the token, or the clock was moved back."""
    held = renewal.held
    if not held.is_known or renewal.entry.at_us < held.entry.at_us:
        return None
    if _was_refused(case, held, renewal.entry):
        return False
    if held.from_us is not None:
        return renewal.entry.at_us < held.from_us
    if held.remaining_us < _SHORT_US:
        return None
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
    remedy=(
        "Keep the token, share it between calls, and renew it only when it is refused or near its end; "
        "check the unit in which its end is read (identity_expires is in milliseconds)."
    ),
    judge=judge,
)
