"""Does the client keep the newest refresh token? Real time tells that it had received it."""

from __future__ import annotations

from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import is_broken
from simulator.report.observation import Observation
from simulator.report.timing import SECOND, in_words, real_gap_us, same_connection
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_HEARD_US: Final = SECOND // 2
"""After this time a caller on another connection must know the newer token."""
_OFTEN: Final = 2


def judge(case: Observation) -> Finding:
    """A refresh token presented again after an answer had brought a newer one in its place."""
    replaced: dict[str, Entry] = {}
    stale: list[tuple[Entry, Entry]] = []
    newest: list[Entry] = []
    for entry in case.of("refresh"):
        before = replaced.get(entry.token)
        if before is not None and _had_heard(before, entry):
            stale.append((before, entry))
        elif before is None and entry.token in case.held and case.role(case.held[entry.token].entry) == "refresh":
            newest.append(entry)
        operation = case.operation(entry)
        kinds = {issued.kind for issued in entry.issued}
        rotated = operation is not None and operation.accepts in kinds
        if rotated and not is_broken(entry) and not case.is_odd(entry):
            replaced.setdefault(entry.token, entry)
    if stale:
        first = stale[0]
        times = "once" if len(stale) == 1 else f"{len(stale)} times"
        age = in_words(real_gap_us(*first))
        why = f"An older refresh token was presented {times}, first {age} after a newer one had come."
        return (failed if len(stale) >= _OFTEN else warned)(why, [entry for pair in stale for entry in pair])
    if newest:
        return passed("The newest refresh token was presented each time.", newest)
    return inconclusive("No refresh token that had replaced another was presented.")


def _had_heard(before: Entry, entry: Entry) -> bool:
    gap = real_gap_us(before, entry)
    return gap >= 0 and (same_connection(before, entry) or gap >= _HEARD_US)


CHECK = Check(
    question="Is the newest refresh token kept?",
    rule="Where a refresh hands out another refresh token, that one replaces the old, which may end at any time.",
    source="RFC 6749 §6 (the client MUST discard the old refresh token); docs/sources/uid2.md §3.2; RFC 9700 §4.14.2",
    remedy="Store the whole answer of a refresh, before it is used, where the next refresh reads it, under one lock.",
    judge=judge,
)
