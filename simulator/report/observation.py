"""A journal prepared for judging: the role of each call, the tokens the client held, the answers it received.

Nothing here names an API. Roles come from the APIs' tables: a *login* issues tokens and takes none, a *refresh*
takes one and issues others, a *guarded* operation takes a token and issues none. Moments are microseconds, as the
journal keeps them: ``real`` ones for what the client waited, the sandbox's (``at``) for what became of tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from simulator.core.duration import MICROSECOND
from simulator.core.model.api import Api, Operation
from simulator.journal.entry import Entry, IssuedEntry
from simulator.report.answers import is_broken, is_of_unit, is_spoilt, succeeded
from simulator.report.calls import Calls
from simulator.report.timing import SECOND, received_us, started_us

APART: Final = 60 * SECOND
"""From this difference on, the sandbox's clock is not the client's: a client in real time cannot use absolute times."""

Told = Literal["field", "claim", "document", "unit", ""]


@dataclass(frozen=True, slots=True)
class TokenLife:
    """A token the client was given, and by which entry.

    dies_us: by the sandbox's clock, None when unknown. from_us: when the service asks to renew it, None when unknown.
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
        """The lifetime that remained when the answer handed out the token, in microseconds."""
        return 0 if self.expires_us is None else self.expires_us - self.entry.at_us


class Observation(Calls):
    """The entries of one observation in the order of their numbers, with facts from the APIs' tables."""

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

    @cached_property
    def issued(self) -> Mapping[str, IssuedEntry]:
        """Every token that was issued, by fingerprint, whether or not the answer reached the client."""
        return {issued.token: issued for entry in self.entries for issued in entry.issued}

    @cached_property
    def sessions(self) -> Mapping[str, str]:
        """The session that each token belongs to: tokens that were got with one another's help are of one session."""
        found: dict[str, str] = {}
        for entry in self.entries:
            session = found.get(entry.token) or entry.family or entry.token
            if session and self.role(entry) != "login":
                found.setdefault(entry.token, session)
            else:
                session = f"login {entry.number}"
            for issued in entry.issued:
                found.setdefault(issued.token, session)
        return found

    def is_strange(self, entry: Entry) -> bool:
        """Whether a call to what takes a token presented none where it belongs, or one that was never issued."""
        operation = self.operation(entry)
        if operation is None or operation.accepts is None:
            return False
        return not entry.token_state or entry.number in self.unissued

    @cached_property
    def unissued(self) -> Mapping[int, str]:
        """Calls that presented a token that was never issued: call number to its form (``Entry.token_form``).

        The API cannot open such a token, and no answer had handed it out. What merely looks like a token counts from
        the first answer on that issued one: before, it may be of another day. A raw plus is another mistake.
        """
        found: dict[int, str] = {}
        issued = told = False
        for entry in self.entries:
            operation = self.operation(entry)
            if operation is not None and operation.accepts is not None and entry.token not in self.issued:
                form = entry.token_form if entry.token_state else self._empty(entry)
                after_optout, pasted = form == "empty" and told, "+" in entry.token_marks
                unknown = form or (issued and entry.token_state == "unknown")
                if unknown and not (after_optout or pasted):
                    found[entry.number] = form
            issued, told = issued or bool(entry.issued), told or self.is_optout(entry)
        return found

    def _empty(self, entry: Entry) -> str:
        """``"empty"`` for a word Bearer, or a token's parameter, with nothing after it."""
        api = self.api(entry)
        if entry.scheme == "bearer" and not entry.token and not entry.caller:
            return "empty"
        parts = (part.partition("=") for part in entry.query.split("&"))
        named = api is not None and any(name.lower() in api.token_params and not value for name, _, value in parts)
        return "empty" if named else ""

    def is_per_session(self, entry: Entry) -> bool:
        """Whether a login of this API begins a new session: it issues tokens that guard data (UID2's generate)."""
        api = self.api(entry)
        return api is not None and self._per_session[api.name]

    def identity(self, entry: Entry) -> str:
        """The owner of the tokens of a call: the session where logins begin sessions, else the person."""
        if not self.is_per_session(entry):
            return self.subject(entry)
        if self.role(entry) == "login":
            return f"login {entry.number}"
        return self.sessions.get(entry.token, entry.token)

    def shares_tokens(self, first: Entry, second: Entry) -> bool:
        """Whether a token issued on one connection is used on the other: one program with several threads."""
        pair = {first.connection, second.connection}
        brought = {
            issued.token: entry.connection
            for entry in self.entries
            if entry.connection in pair
            for issued in entry.issued
        }
        return any(
            entry.connection in pair and brought.get(entry.token, entry.connection) != entry.connection
            for entry in self.entries
        )

    def subject(self, entry: Entry) -> str:
        """The subject of a call as a fingerprint: from the tokens it issued or presents, else the only known person."""
        if entry.issued:
            return entry.issued[0].subject
        if entry.subject:
            return entry.subject
        held = self.held.get(entry.token)
        if held is not None:
            return held.token.subject
        api = self.api(entry)
        people = self._subjects.get(api.name, frozenset()) if api is not None else frozenset()
        return next(iter(people)) if len(people) == 1 else entry.token

    def sees_moments(self, entry: Entry) -> bool:
        """Whether the client can use an absolute time in this answer: its clock is close to the sandbox's."""
        return self.facts.client_clock == "sandbox" or abs(entry.at_us - entry.real_us) <= APART

    def outlived(self, held: TokenLife, by: Entry) -> bool:
        """Whether the token has expired at this call by the client's own clock, which jumps do not move."""
        if self.facts.client_clock == "sandbox":
            return True
        return started_us(by) - received_us(held.entry) >= held.remaining_us

    def is_optout(self, entry: Entry) -> bool:
        """Whether the answer reported an opt-out and reached the client complete and unchanged."""
        return bool(entry.opted_out) and succeeded(entry) and not is_spoilt(entry) and not is_broken(entry)

    def is_odd(self, entry: Entry) -> bool:
        """Whether the answer arrived complete, but its body does not fit the operation and status."""
        if is_broken(entry):
            return entry.fault == "truncate"
        operation = self.operation(entry)
        empty = operation is not None and bool(operation.issues) and succeeded(entry) and not entry.issued
        return is_spoilt(entry) or (empty and bool(entry.rules) and not entry.error)

    @cached_property
    def _per_session(self) -> Mapping[str, bool]:
        return {
            api.name: any(
                not {*operation.issues} <= {other.accepts for other in api.operations if other.issues}
                for operation in api.operations
                if operation.issues and operation.accepts is None
            )
            for api in self.apis
        }

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
        elif dies is not None and any(change.field == dies[0] and is_of_unit(change) for change in entry.changes):
            told = "unit" if self.sees_moments(entry) else ""
        elif usual:
            told = "document"
        asked = begins is not None and begins[0] in issued.disclosed and readable
        return TokenLife(issued, entry, dies[1] if dies else None, begins[1] if begins and asked else None, told, usual)


def _event(issued: IssuedEntry, ending: str) -> tuple[str, int] | None:
    return next(((name, moment) for name, moment in issued.events_us if name.endswith(ending)), None)
