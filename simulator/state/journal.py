"""The journal of one sandbox in this process: bounded, newest last."""

from __future__ import annotations

import itertools
from collections import deque

from simulator.core.journal import Entry


class MemoryJournal:
    """Keeps the last ``bound`` entries. Appending is one operation on a deque, so it needs no lock."""

    def __init__(self, bound: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=bound)
        self._numbers = itertools.count(1)

    def next_number(self) -> int:
        """The number of the next entry; each is given once."""
        return next(self._numbers)

    def append(self, entry: Entry) -> None:
        """Add the newest entry; the oldest falls out when the bound is reached."""
        self._entries.append(entry)

    def entries(self) -> list[Entry]:
        """Every kept entry, in the order of their numbers."""
        return sorted(self._entries.copy(), key=lambda entry: entry.number)

    def clear(self) -> None:
        """Forget the entries; numbers go on, so that no two calls of a sandbox ever share one."""
        self._entries.clear()
