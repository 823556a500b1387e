"""Does the client keep its connection? What counts is real time; no document demands it, so this only warns.

Another process needs another connection: only calls that follow each other too closely for that are held against it.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Final

from simulator.report.answers import is_broken
from simulator.report.observation import Observation
from simulator.report.timing import MILLISECOND, real_gap_us
from simulator.report.verdict import Check, Finding, inconclusive, passed, warned

_ENOUGH: Final = 5
"""Fewer calls may come from separate threads or runs."""
_MOSTLY: Final = 0.75
"""Part of the calls that have a connection of their own: a library may keep one for the login alone."""
_CLOSE: Final = ((30 * MILLISECOND, 2), (60 * MILLISECOND, 5))
"""Gaps, each with how many pairs of calls must be closer: a runtime takes longer to start and to load its library."""
_A_PROCESS_A_CALL: Final = ("curl/", "Wget/", "HTTPie/")
"""Commands that end with their call."""


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
    used = Counter(entry.connection for entry in calls)
    once = [entry for entry in calls if used[entry.connection] == 1]
    if len(once) < _ENOUGH or len(once) < _MOSTLY * len(calls) or case.is_concurrent:
        return passed("Connections were used more than once.", calls)
    calls = once
    gaps = [real_gap_us(*pair) for pair in pairwise(calls)]
    close = any(sum(0 <= gap < limit for gap in gaps) >= pairs for limit, pairs in _CLOSE)
    if not close or any(entry.agent.startswith(_A_PROCESS_A_CALL) for entry in calls):
        return inconclusive("Each call had a connection of its own, and may have been a process of its own.", calls)
    return warned(f"{len(calls)} calls came over {len(calls)} connections.", calls)


CHECK = Check(
    question="Does the client keep its connection?",
    rule="Connections persist unless somebody closes them; a new one for each call costs round trips.",
    source="RFC 9112 §9.3",
    remedy="Make one session or client object and use it for every call.",
    judge=judge,
)
