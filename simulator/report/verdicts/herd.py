"""Does one caller refresh for all? What counts is real time: calls that were under way at once.

Two that follow each other closely are not enough: a client without a session looks the same. Scenarios that hold the
answers back let callers at the same time meet.
"""

from __future__ import annotations

from itertools import combinations

from simulator.journal.entry import Entry
from simulator.report.answers import is_broken, is_refusal, refused
from simulator.report.observation import Observation
from simulator.report.timing import real_gap_us, received_us, started_us
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed

_BLIND = 2
_JUDGED = 200
"""Maximum number of refreshes and logins compared with each other; the cost is quadratic."""


def judge(case: Observation) -> Finding:
    """Refreshes of one token, or logins and refreshes of one person whose tokens the callers share, at once."""
    if not case.real_time_runs:
        return inconclusive("The process's clock stood still, so nobody can tell what happened at once.")
    renewals = [entry for entry in case.of("login", "refresh") if not refused(entry)][:_JUDGED]
    proof: dict[int, Entry] = {}
    for first, second in combinations(renewals, 2):
        if case.role(first) == case.role(second) and _overlap(first, second) and _is_one_job(case, first, second):
            proof |= {first.number: first, second.number: second}
    if proof:
        what = "refreshes" if any(case.role(entry) == "refresh" for entry in proof.values()) else "logins"
        return failed(f"{len(proof)} {what} for the same tokens were under way at the same time.", proof.values())
    blind = _without_a_second_look(case)
    if len(blind) >= _BLIND:
        why = f"{len(blind)} refreshes followed one another on account of a token that the first had replaced."
        return failed(why, blind)
    refreshed = [entry for entry in case.of("refresh") if entry.issued]
    if len(refreshed) > 1 and case.is_concurrent:
        return passed("Calls ran at the same time, and no two refreshes of one credential did.", refreshed)
    if len(refreshed) > 1:
        return passed("No two refreshes of one credential ran at the same time.", refreshed)
    return inconclusive("The client refreshed less than twice.")


def _without_a_second_look(case: Observation) -> list[Entry]:
    """Refreshes after a refusal on the same connection of a token that another connection had replaced by then."""
    refusals: dict[int, Entry] = {}
    renewed: list[Entry] = []
    found: list[Entry] = []
    for entry in case.of("refresh", "guarded"):
        refusal = refusals.get(entry.connection)
        if case.role(entry) == "guarded":
            if is_refusal(entry) and entry.token in case.held:
                refusals[entry.connection] = entry
            else:
                refusals.pop(entry.connection, None)
        elif entry.issued and not is_broken(entry):
            if refusal is not None and any(_came_first(case, one, refusal, entry) for one in renewed):
                found.append(entry)
            renewed.append(entry)
    return found


def _came_first(case: Observation, renewal: Entry, refusal: Entry, entry: Entry) -> bool:
    """Whether a renewal of the refused token had reached the program before another connection renewed it again."""
    if renewal.connection == entry.connection or case.identity(renewal) != case.identity(entry):
        return False
    newer = renewal.number > case.held[refusal.token].entry.number
    return newer and renewal.token == entry.token and real_gap_us(renewal, entry) >= 0


def _overlap(first: Entry, second: Entry) -> bool:
    if first.fault or second.fault:
        return False  # a caller that gave up on an answer may ask again
    return started_us(first) < received_us(second) and started_us(second) < received_us(first)


def _is_one_job(case: Observation, first: Entry, second: Entry) -> bool:
    """Whether one of the two calls was enough: same token, or same person where the callers share tokens."""
    if case.role(first) == "refresh" and first.token and first.token == second.token:
        return True
    if case.is_per_session(first) or case.subject(first) != case.subject(second):
        return False
    return first.operation == second.operation and case.shares_tokens(first, second)


CHECK = Check(
    question="Does one caller refresh for all?",
    rule="One refresh serves everybody; where refresh tokens rotate, the second of two at once kills the first.",
    source="RFC 9700 §4.14.2; RFC 6749 §6; docs/sources/uid2.md §3.2 (each refresh hands out another refresh token)",
    remedy="Hold a lock around the refresh and look at the token again once it is yours.",
    judge=judge,
)
