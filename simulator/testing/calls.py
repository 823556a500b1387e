"""The client's calls, as data for tests and as a table for messages of failed tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, overload

from simulator.journal.entry import Entry

_HEADINGS: Final = ("#", "at", "operation", "status", "answer", "token")
_NOTHING: Final = "no call has come"
_MOST: Final = 40
"""The most calls in a table: the newest ones, which show why a test failed."""


class Journal(Sequence[Entry]):
    """Entries, oldest first. ``str`` of it is a table."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Journal: ...
    def __getitem__(self, index: int | slice) -> Entry | Journal:
        return Journal(self._entries[index]) if isinstance(index, slice) else self._entries[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Journal) and self._entries == other._entries

    def __hash__(self) -> int:
        return hash(self._entries)

    def table(self) -> str:
        """One line per call: the request, the answer and its reason."""
        if not self:
            return _NOTHING
        rows = [_HEADINGS, *(_row(entry) for entry in self[-_MOST:])]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        if len(self) > _MOST:
            lines.insert(1, f"… {len(self) - _MOST} earlier calls")
        return "\n".join(lines)

    __str__ = table

    def __repr__(self) -> str:
        return f"<Journal of {len(self)} calls>\n{self.table()}"


def _row(entry: Entry) -> tuple[str, ...]:
    what = entry.operation or f"{entry.method} {entry.path}"
    why = [entry.error, *(f"rule {rule}" for rule in entry.rules)]
    if entry.delivery != "prompt":
        why.append(entry.delivery)
    why.extend(entry.odd)
    return (str(entry.number), _moment(entry), what, str(entry.status), ", ".join(filter(None, why)), entry.token)


def _moment(entry: Entry) -> str:
    return f"{entry.at:%Y-%m-%d %H:%M:%S}.{entry.at.microsecond // 1000:03}"
