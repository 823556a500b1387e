"""Successful refreshes, each beside the token it replaces. The verdicts on refreshing too much share them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.journal.entry import Entry
from simulator.report.answers import is_broken
from simulator.report.observation import Observation, TokenLife
from simulator.report.timing import real_gap_us


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh that handed out a token while the client had one of the same kind already.

    held: the token it had. previous: the call that had brought it. together: this call began before that was answered.
    """

    entry: Entry
    held: TokenLife
    previous: Entry
    together: bool


def refreshes(case: Observation) -> Iterator[Refresh]:
    """Every refresh with a token that had brought the client another before, or had come along with one."""
    last: dict[str, tuple[Entry, TokenLife]] = {}
    for entry in case.of("login", "refresh"):
        if not entry.issued or is_broken(entry) or case.is_odd(entry):
            continue
        refreshes = case.role(entry) == "refresh"
        before = last.get(entry.token)
        if refreshes and before is not None:
            previous, held = before
            yield Refresh(entry, held, previous, together=real_gap_us(previous, entry) < 0)
        opened = _opened(case, entry)
        if opened is not None:
            renewable = [issued.token for issued in entry.issued if issued.token != opened.token.token]
            for token in (*renewable, *([entry.token] if refreshes else ())):
                last[token] = (entry, opened)


def _opened(case: Observation, entry: Entry) -> TokenLife | None:
    """The token of an answer that is not used for refreshing: the one that the client needs."""
    taken = {operation.accepts for api in case.apis for operation in api.operations if operation.issues}
    for issued in entry.issued:
        if issued.kind not in taken:
            return case.held.get(issued.token)
    return None
