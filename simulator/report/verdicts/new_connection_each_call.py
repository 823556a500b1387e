"""Does the client keep its connection? No clock matters; no document demands it, so this only warns."""

from __future__ import annotations

from simulator.report.observation import Observation, is_broken
from simulator.report.verdict import Check, Finding, inconclusive, passed, warned

_ENOUGH = 5
"""Fewer calls may be those of as many threads, or of as many runs."""


def judge(case: Observation) -> Finding:
    """Every one of at least five calls on a connection of its own; those after a broken answer do not count."""
    calls = []
    broken = False
    for entry in case.entries:
        if entry.connection and not broken:
            calls.append(entry)
        broken = is_broken(entry)
    if len(calls) < _ENOUGH:
        return inconclusive(f"Fewer than {_ENOUGH} calls came over connections that could have been kept.")
    if len({entry.connection for entry in calls}) == len(calls):
        return warned(f"{len(calls)} calls came over {len(calls)} connections.", calls)
    return passed("Connections were used more than once.", calls)


CHECK = Check(
    question="Does the client keep its connection?",
    rule="Connections persist unless somebody closes them; a new one for each call costs round trips.",
    source="RFC 9112 §9.3",
    remedy="Make one session or client object and use it for every call.",
    judge=judge,
)
