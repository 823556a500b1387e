"""A journal made ready for judging: which role each call plays, which tokens the client held, what reached it.

Nothing here names an API. Roles come from the APIs' tables: a *login* issues tokens and takes none, a *refresh*
takes one and issues others, a *guarded* operation takes a token and issues none. Moments are microseconds, as the
journal keeps them: ``real`` ones for what the client waited, the sandbox's (``at``) for what became of tokens.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, Literal

from simulator.core.duration import MICROSECOND
from simulator.core.model.api import Api, Operation
from simulator.journal.entry import Change, Entry, IssuedEntry
from simulator.report.circumstances import Circumstances

SECOND: Final = 1_000_000
MILLISECOND: Final = 1_000
"""Microseconds in each."""

IN_FLIGHT: Final = 25 * MILLISECOND
"""A call on another connection this soon after an answer may have been sent by a thread that had not seen it."""
APART: Final = 60 * SECOND
"""From here on the sandbox's clock is not the client's: an absolute moment tells a client in real time nothing."""

Role = Literal["login", "refresh", "guarded", "open"]
Told = Literal["field", "claim", "document", "unit", ""]
_OTHER_UNITS: Final = frozenset({"seconds", "milliseconds"})
"""Conversions of a moment that change its unit only: all else about the answer is as it should be."""
_TRANSIENT = frozenset({408, 425, 429})
"""4xx that are about the moment, not about the call (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4)."""


@dataclass(frozen=True, slots=True)
class TokenLife:
    """A token the client was given, and by which entry.

    dies_us: by the sandbox's clock, None when nothing says. from_us: when the service asks to renew it, None too.
    told: how the client knows when it dies: "field" of the answer, "claim" in the token, "document"; "unit": a field
        says it, but a rule has changed its unit; "" when it cannot know. usual: it lives as long as documents say.
    """

    token: IssuedEntry
    entry: Entry
    expires_us: int | None
    from_us: int | None
    told: Told
    usual: bool

    @property
    def is_known(self) -> bool:
        """Whether the client can know when it dies."""
        return self.told not in {"", "unit"}

    @property
    def remaining_us(self) -> int:
        """How long it lived on from the moment it was handed out."""
        return 0 if self.expires_us is None else self.expires_us - self.entry.at_us


class Observation:
    """The entries of one observation in the order of their numbers, with what the tables say about them."""

    def __init__(self, entries: Iterable[Entry], apis: Iterable[Api[Any]], facts: Circumstances) -> None:
        self.entries = tuple(sorted(entries, key=lambda entry: entry.number))
        self.apis = tuple(apis)
        self.facts = facts
        self._known = {operation.name: (api, operation) for api in self.apis for operation in api.operations}
        self._paths = {operation.path: api for api in self.apis for operation in api.operations}

    # --- roles ---

    def api(self, entry: Entry) -> Api[Any] | None:
        """The API a call was for, by its operation or else by its path; None when it was for none."""
        known = self._known.get(entry.operation)
        return known[0] if known else self._paths.get(entry.path.rstrip("/") or "/")

    def operation(self, entry: Entry) -> Operation[Any] | None:
        """The operation a call reached."""
        known = self._known.get(entry.operation)
        return known[1] if known else None

    def role(self, entry: Entry) -> Role | None:
        """The role of a call's operation; None when it reached none."""
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

    # --- tokens ---

    @cached_property
    def held(self) -> Mapping[str, TokenLife]:
        """Every token that reached the client, by fingerprint."""
        found: dict[str, TokenLife] = {}
        for entry in self.entries:
            known = self._known.get(entry.operation)
            if known is None or is_broken(entry):
                continue
            for issued in entry.issued:
                found.setdefault(issued.token, self._hold(entry, issued, *known))
        return found

    def subject(self, entry: Entry) -> str:
        """Whom a call is about, as a fingerprint: by what it issued or presents, or as the only person there is."""
        if entry.issued:
            return entry.issued[0].subject
        held = self.held.get(entry.token)
        if held is not None:
            return held.token.subject
        api = self.api(entry)
        people = self._subjects.get(api.name, frozenset()) if api is not None else frozenset()
        return next(iter(people)) if len(people) == 1 else entry.token

    def sees_moments(self, entry: Entry) -> bool:
        """Whether an absolute moment in this answer means something to the client: its clock is near the sandbox's."""
        return self.facts.client_clock == "sandbox" or abs(entry.at_us - entry.real_us) <= APART

    def outlived(self, held: TokenLife, by: Entry) -> bool:
        """Whether the client's own clock, which no jump moves, says at this call that the token is dead."""
        if self.facts.client_clock == "sandbox":
            return True
        return started_us(by) - received_us(held.entry) >= held.remaining_us

    # --- answers ---

    def is_optout(self, entry: Entry) -> bool:
        """A person's refresh that succeeded and handed out nothing, by the API's own word: they have opted out."""
        operation = self.operation(entry)
        return (
            operation is not None
            and operation.about_person
            and self.role(entry) == "refresh"
            and succeeded(entry)
            and not entry.issued
            and not _is_spoilt(entry)
            and (bool(entry.error) or not entry.rules)
            and not is_broken(entry)
        )

    def is_odd(self, entry: Entry) -> bool:
        """The answer arrived whole, but its body is not what this operation says when it says this status."""
        if is_broken(entry):
            return entry.fault == "truncate"
        operation = self.operation(entry)
        empty = operation is not None and bool(operation.issues) and succeeded(entry) and not entry.issued
        return _is_spoilt(entry) or (empty and bool(entry.rules) and not entry.error)

    @cached_property
    def real_time_runs(self) -> bool:
        """Whether waits can be read at all: under a frozen process clock every call has the same moment."""
        return len(self.entries) < 2 or any(a.real_us != b.real_us for a, b in pairwise(self.entries))

    @cached_property
    def _by_api(self) -> Mapping[str, tuple[Entry, ...]]:
        grouped: dict[str, list[Entry]] = {}
        for entry in self.entries:
            api = self.api(entry)
            if api is not None:
                grouped.setdefault(api.name, []).append(entry)
        return {name: tuple(entries) for name, entries in grouped.items()}

    @cached_property
    def _subjects(self) -> Mapping[str, frozenset[str]]:
        return {
            name: frozenset(issued.subject for entry in entries for issued in entry.issued)
            for name, entries in self._by_api.items()
        }

    def _hold(self, entry: Entry, issued: IssuedEntry, api: Api[Any], operation: Operation[Any]) -> TokenLife:
        dies = _event(issued, "_expires")
        begins = _event(issued, "_from")
        promised = api.lifetimes.get(issued.kind)
        lived = None if dies is None else dies[1] - issued.issued_us
        usual = promised is not None and lived is not None and abs(lived - promised // MICROSECOND) <= SECOND
        readable = not entry.changes and self.sees_moments(entry)
        told: Told = ""
        if dies is not None and dies[0] in issued.disclosed and readable:
            told = "field" if dies[0] in operation.fields else "claim"
        elif dies is not None and any(change.field == dies[0] and _is_of_unit(change) for change in entry.changes):
            told = "unit" if self.sees_moments(entry) else ""
        elif usual:
            told = "document"
        asked = begins is not None and begins[0] in issued.disclosed and readable
        return TokenLife(issued, entry, dies[1] if dies else None, begins[1] if begins and asked else None, told, usual)


def started_us(entry: Entry) -> int:
    """When the call came in, in real microseconds."""
    return entry.real_us - entry.took_us


def received_us(entry: Entry) -> int:
    """When the client had the answer, or gave up on it, in real microseconds: as planned where nobody saw it."""
    return entry.ended_us or entry.real_us + slow_us(entry)


def slow_us(entry: Entry) -> int:
    """How long the delivery was to take, in microseconds; 0 for a prompt one, and for one that hangs."""
    return entry.delay_us + entry.dribble_us


def is_broken(entry: Entry) -> bool:
    """Whether the answer did not reach the client whole."""
    return entry.ended == "left" or bool(entry.fault)


def succeeded(entry: Entry) -> bool:
    """A status that says yes."""
    return 200 <= entry.status < 300


def refused(entry: Entry) -> bool:
    """A no that stays one: RFC 9110 §15.5 but for what is about the moment (408, 425, 429)."""
    return 400 <= entry.status < 500 and entry.status not in _TRANSIENT and not is_broken(entry)


def transient(entry: Entry) -> bool:
    """A failure that may pass: 5xx, 408, 425, 429, or an answer that broke on its way."""
    return entry.status >= 500 or entry.status in _TRANSIENT or is_broken(entry)


def surely_after(answer: Entry, call: Entry) -> bool:
    """Whether the caller must have known the answer: same connection (or none to tell apart), or time to hear of it."""
    if not answer.connection or not call.connection or answer.connection == call.connection:
        return True
    return started_us(call) - received_us(answer) >= IN_FLIGHT


def _number(entry: Entry) -> int:
    return entry.number


def _is_of_unit(change: Change) -> bool:
    return change.what == "rewritten" and change.how in _OTHER_UNITS


def _is_spoilt(entry: Entry) -> bool:
    return not all(map(_is_of_unit, entry.changes))


def _event(issued: IssuedEntry, ending: str) -> tuple[str, int] | None:
    return next(((name, moment) for name, moment in issued.events_us if name.endswith(ending)), None)
