"""The journal of one sandbox in this process: bounded, newest last."""

from __future__ import annotations

import itertools
from collections import deque
from typing import Final

from simulator.journal.entry import Entry, IssuedEntry


class MemoryJournal:
    """Keeps the last ``bound`` entries, and as many tokens that were handed out.

    Appending is one operation on a deque, so it needs no lock. ``next_number`` gives each number once.
    """

    def __init__(self, bound: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=bound)
        self._issued: deque[IssuedEntry] = deque(maxlen=bound)
        self._ends: dict[str, tuple[str, int]] = {}
        self.next_number: Final = itertools.count(1).__next__

    def append(self, entry: Entry) -> None:
        """Add the newest entry; the oldest falls out when the bound is reached."""
        self._entries.append(entry)
        if entry.issued:
            self._issued.extend(entry.issued)

    def end(self, ticket: str, how: str, at_us: int) -> None:
        """Store how the delivery ended, beside the entries and with the same bound; the oldest is dropped."""
        self._ends[ticket] = (how, at_us)
        while len(self._ends) > (self._entries.maxlen or 0):
            self._ends.pop(next(iter(self._ends)), None)

    def remember(self, issued: IssuedEntry) -> None:
        """Keep a token that no call handed out."""
        self._issued.append(issued)

    def entries(self) -> list[Entry]:
        """Every kept entry, in the order of their numbers."""
        ordered = sorted(self._entries.copy(), key=lambda entry: entry.number)
        return [self._with_end(entry) if entry.delivery_id else entry for entry in ordered]

    def lost(self) -> int:
        """None: memory takes every entry."""
        return 0

    def issued(self) -> list[IssuedEntry]:
        """Every token that is remembered, oldest first; forgetting the entries does not forget these."""
        return list(self._issued.copy())

    def forget_entries(self) -> None:
        """Forget the entries; numbers go on, so that no two calls of a sandbox ever share one."""
        self._entries.clear()
        self._ends.clear()

    def _with_end(self, entry: Entry) -> Entry:
        how, at_us = self._ends.get(entry.delivery_id, ("", 0))
        return entry._replace(ended=how, ended_us=at_us)

    def clear(self) -> None:
        """Forget entries and tokens."""
        self._entries.clear()
        self._ends.clear()
        self._issued.clear()
