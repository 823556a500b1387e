"""Does one caller refresh for all? What counts is real time: who could know of whose answer."""

from __future__ import annotations

from simulator.report.observation import Observation
from simulator.report.refreshes import refreshes
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_CROWD = 4


def judge(case: Observation) -> Finding:
    """Refreshes of one credential in flight together, or within a tenth of a second on connections of their own.

    The latter may be two calls one right after the other: a few are a warning, a crowd of them is a herd.
    """
    if not case.real_time_runs:
        return inconclusive("The process's clock stood still, so nobody can tell what happened at once.")
    together = [renewal for renewal in refreshes(case) if renewal.together]
    if together:
        proof = [entry for renewal in together for entry in (renewal.previous, renewal.entry)]
        count = len({entry.number for entry in proof})
        if count >= _CROWD or any(renewal.together == "surely" for renewal in together):
            return failed(f"{count} refreshes of one credential ran at the same time.", proof)
        return warned(f"{count} refreshes of one credential came close together; perhaps at the same time.", proof)
    refreshed = [entry for entry in case.of("refresh") if entry.issued]
    if len(refreshed) > 1:
        return passed("No two refreshes of one credential ran at the same time.", refreshed)
    return inconclusive("The client refreshed less than twice.")


CHECK = Check(
    question="Does one caller refresh for all?",
    rule="One refresh serves everybody; where refresh tokens rotate, the second of two at once kills the first.",
    source="RFC 9700 §4.14.2; RFC 6749 §6; docs/sources/uid2.md §3.2 (each refresh hands out another refresh token)",
    remedy="Hold a lock around the refresh and look at the token again once it is yours.",
    judge=judge,
)
