"""The journal of one sandbox on Redis: three streams that each worker writes without waiting and all workers read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Protocol

from simulator.journal.entry import Change, Entry, IssuedEntry, Stray
from simulator.state.redis.write_behind import bulk, command

_encode: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""A third of the time of ``json.dumps``; entries hold no loops."""


class JournalWriter(Protocol):
    """What a journal needs of the sandbox that it is in."""

    @property
    def clock_offset_us(self) -> int:
        """Microseconds by which Redis's clock is ahead of this process's."""

    @property
    def generation(self) -> str:
        """The id of this sandbox among all sandboxes that ever had this name."""

    def put(self, *commands: bytes, entries: int = 0) -> None:
        """Send commands without waiting. entries: how many journal entries they hold."""

    def written(self) -> None:
        """Return when all commands that any worker has put are in Redis."""

    def read(self, script: str) -> Any:
        """A long answer of a script about the sandbox; None when it was deleted."""

    def trim(self, keep: int) -> bytes:
        """The command that removes all entries but the last ``keep``."""

    def key(self, part: str) -> str:
        """The key of a stream of it."""


class RedisJournal:
    """Entries in the order of their answers, by Redis's clock; see :class:`simulator.state.store.JournalStore`.

    Numbers are given when the journal is read: a number shared by all workers would cost a round trip a call.
    A stream holds up to a tenth more than ``bound`` for each worker; what is read is bounded.
    """

    def __init__(self, writer: JournalWriter, bound: int) -> None:
        self._writer = writer
        self._bound = bound
        self._slack = max(1, bound // 10)
        self._since_trimmed = 0
        self._heads = _Heads("")

    def next_number(self) -> int:
        """Numbers are given when the journal is read."""
        return 0

    def append(self, entry: Entry) -> None:
        """Write the entry together with its tokens."""
        heads = self._head()
        commands = [_row(heads.journal, entry.real_us + self._writer.clock_offset_us, entry)]
        commands += [_row(heads.issued, 0, issued) for issued in entry.issued]
        self._since_trimmed += 1  # two threads may count one: it is a rough measure
        if self._since_trimmed >= self._slack:
            self._since_trimmed = 0
            commands.append(self._writer.trim(self._bound))
        self._writer.put(*commands, entries=1)

    def end(self, ticket: str, how: str, at_us: int) -> None:
        """Store how the delivery ended, beside the entries."""
        self._writer.put(_row(self._head().ends, 0, (ticket, how, at_us)))

    def remember(self, issued: IssuedEntry) -> None:
        """Keep a token that no call handed out."""
        self._writer.put(_row(self._head().issued, 0, issued))

    def entries(self) -> list[Entry]:
        """Every kept entry, of all workers."""
        self._writer.written()
        found = self._writer.read("journal")
        if found is None:
            return []
        trimmed, rows, ended = found
        ends = {ticket: (how, at_us) for ticket, how, at_us in (json.loads(fields[3]) for _, fields in ended)}
        ordered = sorted(((int(fields[1]), fields[3]) for _, fields in rows), key=lambda row: row[0])
        kept = list(enumerate((text for _, text in ordered), start=trimmed + 1))[-self._bound :]
        return [_entry(json.loads(text), number, ends) for number, text in kept]

    def issued(self) -> list[IssuedEntry]:
        """Every token that is remembered, oldest first."""
        self._writer.written()
        found = self._writer.read("issued")
        return [] if found is None else [_issued(json.loads(fields[3])) for _, fields in found][-self._bound :]

    def lost(self) -> int:
        """Entries that Redis did not take, of all workers and sandboxes, since this journal began."""
        self._writer.written()
        found = self._writer.read("lost")
        return 0 if found is None else max(int(found), 0)

    def forget_entries(self) -> None:
        """Forget the entries of all workers; numbers go on."""
        self._writer.written()
        self._writer.read("forget")

    def _head(self) -> _Heads:
        """The beginning of every append command; made again when the sandbox is new."""
        heads, generation = self._heads, self._writer.generation
        if heads.generation != generation:
            key, bound = self._writer.key, self._bound
            heads = _Heads(
                generation, _head_of(key("journal")), _head_of(key("issued"), bound), _head_of(key("ends"), bound)
            )
            self._heads = heads
        return heads


class _Heads(NamedTuple):
    generation: str
    journal: bytes = b""
    issued: bytes = b""
    ends: bytes = b""


def _head_of(key: str, bound: int | None = None) -> bytes:
    """``XADD key NOMKSTREAM … * o``: nothing is written to a sandbox that was deleted."""
    parts: list[str | bytes | int] = ["XADD", key, "NOMKSTREAM"]
    if bound is not None:
        parts += ["MAXLEN", "~", bound]
    parts += ["*", "o"]
    begun = command(*parts)
    return b"*%d\r\n%b" % (len(parts) + 3, begun.partition(b"\r\n")[2])


def _row(head: bytes, order: int, what: object) -> bytes:
    """The whole command: the moment, for ordering, and the content as JSON."""
    return b"%b%b$1\r\ne\r\n%b" % (head, bulk(order), bulk(_encode(what)))


def _entry(fields: list[Any], number: int, ends: Mapping[str, tuple[str, int]]) -> Entry:
    entry = Entry(*(_frozen(field) for field in fields))
    how, at_us = ends.get(entry.delivery_id, ("", 0))
    return entry._replace(
        number=number,
        issued=tuple(_issued(one) for one in entry.issued),
        changes=tuple(Change(*one) for one in entry.changes),
        strays=tuple(Stray(*one) for one in entry.strays),
        ended=how,
        ended_us=at_us,
    )


def _issued(fields: Any) -> IssuedEntry:
    return IssuedEntry(*(_frozen(field) for field in fields))


def _frozen(value: Any) -> Any:
    """The value with tuples in place of JSON's lists."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
