"""Opt-outs and revocations on Redis: written through, read from a copy that every notice keeps up to date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from simulator.core.clock import from_microseconds, to_microseconds
from simulator.state.store import issued_before

Write = Callable[[str, str], None]
"""Writes a field for all workers, unless it exists; the copy then has the value that holds."""


class LocalCopy:
    """The opt-outs and revocations of one API, as this worker knows them."""

    def __init__(self) -> None:
        self.opted_out: dict[str, datetime] = {}
        self.revoked: set[str] = set()
        self.revoked_before: dict[str, datetime] = {}

    def take(self, kind: str, what: str, value: str) -> None:
        """Add one field. "o": an opt-out, its moment in microseconds since 1970; "r": a revocation; "b": one by moment.

        Each field is written once, so each moment has its own field: subject and moment, joined by U+001F.
        """
        if kind == "o":
            self.opted_out[what] = from_microseconds(int(value))
        elif kind == "b":
            subject, moment = what.rpartition("\x1f")[0], from_microseconds(int(value))
            self.revoked_before[subject] = max(moment, self.revoked_before.get(subject, moment))
        else:
            self.revoked.add(what)


class RedisStatusStore:
    """Opt-outs and revocations of one API in one sandbox; see :class:`simulator.core.model.api.StatusStore`.

    Reading needs no round trip. Writing is one round trip, and returns when every worker has the change.
    """

    def __init__(self, api: str, write: Write) -> None:
        self.copy = LocalCopy()
        self._api = api
        self._write = write

    def opt_out(self, subject: str, at: datetime) -> None:
        """Record the opt-out; the first moment that any worker wrote stays."""
        if subject not in self.copy.opted_out:
            self._write(f"o:{self._api}:{subject}", str(to_microseconds(at)))

    def opted_out(self, subject: str) -> datetime | None:
        """When the person opted out, or None."""
        return self.copy.opted_out.get(subject)

    def opted_out_subjects(self) -> dict[str, datetime]:
        """When each person opted out, of those who have."""
        return self.copy.opted_out.copy()

    def revoke(self, token_id: str) -> None:
        """From now on the token or family with this id is revoked."""
        if token_id not in self.copy.revoked:
            self._write(f"r:{self._api}:{token_id}", "1")

    def revoke_before(self, subject: str, at: datetime) -> None:
        """What was issued before ``at`` is invalid; an earlier moment changes nothing."""
        known = self.copy.revoked_before.get(subject)
        if known is None or known < at:
            moment = str(to_microseconds(at))
            self._write(f"b:{self._api}:{subject}\x1f{moment}", moment)

    def revoked(self, *token_ids: str, subject: str = "", issued_at: datetime | None = None) -> bool:
        """Whether any of these was revoked."""
        known = self.copy.revoked
        if known and not known.isdisjoint(token_ids):
            return True
        return issued_before(self.copy.revoked_before, subject, issued_at)
