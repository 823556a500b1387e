"""The calls of one observation: the role of each call, and which calls one program may have made.

Nothing here names an API. Roles come from the APIs' tables: a *login* issues tokens and takes none, a *refresh*
takes one and issues others, a *guarded* operation takes a token and issues none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from simulator.core.model.api import Api, Operation
from simulator.journal.entry import Entry
from simulator.report.answers import is_broken
from simulator.report.circumstances import Circumstances
from simulator.report.timing import RESTART, real_gap_us, received_us, same_connection, started_us

Role = Literal["login", "refresh", "guarded", "open"]


class Calls:
    """The entries of one observation in the order of their numbers."""

    def __init__(self, entries: Iterable[Entry], apis: Iterable[Api[Any]], facts: Circumstances) -> None:
        self.entries = tuple(sorted(entries, key=lambda entry: entry.number))
        self.apis = tuple(apis)
        self.facts = facts
        self._known = {operation.name: (api, operation) for api in self.apis for operation in api.operations}
        self._paths = {operation.path: api for api in self.apis for operation in api.operations}

    def api(self, entry: Entry) -> Api[Any] | None:
        """The API of a call, found by its operation, else by its path; None for an unknown path."""
        known = self._known.get(entry.operation)
        return known[0] if known else self._paths.get(entry.path.rstrip("/") or "/")

    def operation(self, entry: Entry) -> Operation[Any] | None:
        """The operation that a call reached."""
        known = self._known.get(entry.operation)
        return known[1] if known else None

    def methods(self, entry: Entry) -> frozenset[str]:
        """The methods that operations at the call's path take; empty for an unknown path."""
        path = entry.path.rstrip("/") or "/"
        found = (operation for api in self.apis for operation in api.operations if operation.path == path)
        return frozenset(method for operation in found for method in operation.methods)

    def role(self, entry: Entry) -> Role | None:
        """The role of a call's operation; None when the call reached no operation."""
        operation = self.operation(entry)
        if operation is None:
            return None
        if operation.issues:
            return "login" if operation.accepts is None else "refresh"
        return "open" if operation.accepts is None else "guarded"

    def of(self, *roles: Role) -> tuple[Entry, ...]:
        """The calls in these roles."""
        return tuple(entry for entry in self.entries if self.role(entry) in roles)

    def after(self, entry: Entry) -> Iterator[Entry]:
        """Calls for the same API that began once the client had this answer, in order."""
        api, received = self.api(entry), received_us(entry)
        if api is None:
            return
        calls = self._by_api[api.name]
        for later in calls[bisect_right(calls, entry.number, key=_number) :]:
            if started_us(later) >= received:
                yield later

    def same_program(self, answer: Entry, call: Entry) -> bool:
        """Whether the program that received the answer probably made the call.

        True on the same connection. Also true on a new connection opened at once, where the answer broke or each call
        has its own connection.
        """
        if not answer.connection or not call.connection or same_connection(answer, call):
            return True
        if call.number not in self.firsts or self.is_concurrent:
            return False
        return (is_broken(answer) or self.connects_each_time) and 0 <= real_gap_us(answer, call) < RESTART

    def is_shared(self, calls: Iterable[Entry]) -> bool:
        """Whether identical calls may come from several tasks that share a connection pool."""
        return self.is_concurrent and len({entry.connection for entry in calls}) > 1

    @cached_property
    def firsts(self) -> frozenset[int]:
        """The numbers of the first calls of connections."""
        first: dict[int, int] = {}
        for entry in sorted(self.entries, key=started_us):
            first.setdefault(entry.connection, entry.number)
        return frozenset(first.values())

    @cached_property
    def connects_each_time(self) -> bool:
        """Whether every call has its own connection."""
        return len({entry.connection for entry in self.entries}) == len(self.entries)

    @cached_property
    def is_concurrent(self) -> bool:
        """Whether any two calls overlapped."""
        ordered = sorted(self.entries, key=started_us)
        return any(started_us(later) < received_us(sooner) for sooner, later in pairwise(ordered))

    @cached_property
    def real_time_runs(self) -> bool:
        """Whether waits can be measured: under a frozen process clock all calls have the same time."""
        return len(self.entries) < 2 or any(a.real_us != b.real_us for a, b in pairwise(self.entries))

    @cached_property
    def _by_api(self) -> Mapping[str, tuple[Entry, ...]]:
        grouped: dict[str, list[Entry]] = {}
        for entry in self.entries:
            api = self.api(entry)
            if api is not None:
                grouped.setdefault(api.name, []).append(entry)
        return {name: tuple(entries) for name, entries in grouped.items()}


def _number(entry: Entry) -> int:
    return entry.number
