"""Successful refreshes, each beside the token it replaces. The verdicts on refreshing too much share them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from simulator.journal.entry import Entry
from simulator.report.observation import MILLISECOND, Observation, TokenLife, is_broken, received_us, started_us

CLOSE_US = 100 * MILLISECOND
"""Two refreshes this close, in real microseconds, on connections of their own, are likely those of two threads."""
Together = Literal["surely", "perhaps", ""]


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh that handed out a token while the client had one of the same kind already.

    held: the token it had. previous: the call that had brought it.
    together: "surely" when this call began before the other was answered; "perhaps" when they came so close, on
        connections of their own, that the second caller may not have known of the first.
    """

    entry: Entry
    held: TokenLife
    previous: Entry
    together: Together


def refreshes(case: Observation) -> Iterator[Refresh]:
    """Every refresh with a token that had brought the client another before, or had come along with one."""
    last: dict[str, tuple[Entry, TokenLife]] = {}
    used: set[int] = set()
    for entry in case.of("login", "refresh", "guarded"):
        presented = case.held.get(entry.token)
        if presented is not None:
            used.add(presented.entry.number)
        if not entry.issued or is_broken(entry) or case.is_odd(entry):
            continue
        refreshes = case.role(entry) == "refresh"
        before = last.get(entry.token)
        if refreshes and before is not None:
            previous, held = before
            yield Refresh(entry, held, previous, together=_together(previous, entry, used))
        opened = _opened(case, entry)
        if opened is not None:
            renewable = [issued.token for issued in entry.issued if issued.token != opened.token.token]
            for token in (*renewable, *([entry.token] if refreshes else ())):
                last[token] = (entry, opened)


def _opened(case: Observation, entry: Entry) -> TokenLife | None:
    """The token of an answer that is not itself for refreshing: what the client was after."""
    taken = {operation.accepts for api in case.apis for operation in api.operations if operation.issues}
    for issued in entry.issued:
        if issued.kind not in taken:
            return case.held.get(issued.token)
    return None


def _together(previous: Entry, entry: Entry, used: set[int]) -> Together:
    if previous.number in used:
        return ""
    gap = started_us(entry) - received_us(previous)
    if gap < 0:
        return "surely"
    apart = previous.connection and entry.connection and previous.connection != entry.connection
    return "perhaps" if apart and gap < CLOSE_US else ""
