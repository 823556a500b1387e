"""The journal entry of one call. It contains no secrets: the recorder replaces values with fingerprints.

Entries are tuples of numbers, strings and tuples: appending one costs a tenth of an object with datetimes. The
properties add the units. Entries hold facts. Sentences about the facts (``delivery``, ``odd``) are made when
an entry is read, and are never parsed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from simulator.core.clock import from_microseconds
from simulator.core.duration import format_duration
from simulator.core.moment import format_moment


class IssuedEntry(NamedTuple):
    """A token that an answer issued.

    token, subject: fingerprints. issued_us: microseconds since 1970 by the sandbox's clock.
    events_us: its future events, in the same unit. disclosed: the events that the client can read in the answer.
    """

    kind: str
    token: str
    subject: str
    issued_us: int
    events_us: tuple[tuple[str, int], ...]
    disclosed: tuple[str, ...] = ()

    @property
    def issued_at(self) -> datetime:
        """When it was issued, by the sandbox's clock."""
        return from_microseconds(self.issued_us)

    @property
    def events(self) -> dict[str, datetime]:
        """Event name -> moment by the sandbox's clock, e.g. ``id_token_expires``."""
        return {name: from_microseconds(moment) for name, moment in self.events_us}

    def as_json(self) -> dict[str, Any]:
        """As the control plane shows it."""
        return {
            "kind": self.kind,
            "token": self.token,
            "subject": self.subject,
            "issued_at": format_moment(self.issued_at),
            "events": {name: format_moment(moment) for name, moment in self.events.items()},
            **({"told": self.disclosed} if self.disclosed else {}),
        }


class Change(NamedTuple):
    """One change that a scenario made to the body of an answer.

    what: "dropped" (the field was removed), "rewritten" (its value was changed), "renamed", "added" (a new
    one), "not_json" (the body is not JSON), "no_body", or "media_type" (Content-Type is not JSON's). field: for the
    first four. how: the conversion of a rewrite ("set": any value), the new name, or the media type.
    """

    what: str
    field: str = ""
    how: str = ""

    @property
    def words(self) -> str:
        """``"without idToken"``, ``"identity_expires as seconds"``, ``"not JSON"``, ``"text/html"``."""
        match self.what:
            case "dropped":
                return f"without {self.field}"
            case "rewritten":
                return f"{self.field} as {self.how}"
            case "renamed":
                return f"{self.field} renamed {self.how}"
            case "added":
                return f"with {self.field}"
            case "media_type":
                return self.how
            case _:
                return _BODIES.get(self.what, self.what)


class Stray(NamedTuple):
    """A long value in a call, other than the token that the call presents.

    place: "query", "body", "header", "cookie" or "path". name: of the parameter, field, header or cookie.
    value: its fingerprint. The value is a token if an entry issued a token with the same fingerprint.
    """

    place: str
    name: str
    value: str


class Entry(NamedTuple):
    """One call and its answer.

    number: 1, 2, 3, … in its sandbox. at_us, real_us: microseconds since 1970 by the sandbox's and the process's clock.
    query: the raw query, in which ``<fingerprint>`` replaces each value that is not known to be harmless; it ends
        with "…" when it was truncated.
    operation: "" when the call reached no operation. error: the named error of the answer, "" for none.
    rules: the scenario rules that fired.
    took_us: microseconds of real time to decide the answer. connection: tells connections apart (0: unknown).
    token: fingerprint of the call's token (query or Authorization), "" for none.
    token_marks: which of ``+ / = %`` the token's undecoded query value contains ("%": it was percent-encoded).
    body_keys: names of the JSON fields of a refused call's body. retry_after: the answer's header, "" for none.
    body: fingerprint of the call's body, "" for none. Equal bodies have equal fingerprints.
    delay_us: real microseconds before the first byte. dribble_us, dribble_chunks: those for the body, and its pieces.
    fault: the planned connection fault, one of ``core.model.call.WIRE_FAULTS``, "" for none.
    changes: the changes that rules made to the answer's body.
    subject, family: fingerprints of the call's subject and of its token's family, as its API reads the call.
    token_kind, token_state: of the call's token, "" for none; "unknown": this sandbox did not issue it.
    token_form: the form of an unknown token: "empty", "placeholder", "text", "encoded" (percent-encoded once
        too often), "blanks" (spaces instead of plus signs), "" if it looks like a token.
    repaired: fingerprint of the repaired unknown token, "" when it cannot be repaired.
    scheme: of Authorization in lower case, "bare" for a value without one, "" for no such header.
    caller: fingerprint of Authorization's credential when it is not the token itself (an API key).
    content: fingerprint of :attr:`simulator.core.model.api.Credentials.content`: the same for each try of one call.
    opted_out: fingerprints of the people that the answer reports as opted out.
    host, redirect: the authority that the call was sent to, and that its answer redirects to, "" for none.
    reason: the rule of the service that caused the error and that the answer does not state, "" for none.
    strays: long values elsewhere in the call, at most :data:`simulator.journal.sightings.MOST`.
    delivery_id: pairs a delivery that takes time with its end; never shown.
    ended, ended_us: how the delivery ended ("sent"; "left": the client left first; "freed": by a reset or another
        scenario), and when, like real_us; "" and 0 until it is known. Only the transport knows it, after
        the entry is written: the reader of the journal sets both with ``_replace``.
    """

    number: int
    at_us: int
    real_us: int
    method: str
    path: str
    query: str
    operation: str
    status: int
    error: str
    rules: tuple[str, ...]
    took_us: int
    client: str
    connection: int
    secure: bool
    agent: str
    token: str
    token_marks: str
    body_keys: tuple[str, ...]
    retry_after: str
    issued: tuple[IssuedEntry, ...]
    ended: str = ""
    ended_us: int = 0
    body: str = ""
    delivery_id: str = ""
    delay_us: int = 0
    dribble_us: int = 0
    dribble_chunks: int = 0
    fault: str = ""
    changes: tuple[Change, ...] = ()
    subject: str = ""
    family: str = ""
    token_kind: str = ""
    token_state: str = ""
    token_form: str = ""
    repaired: str = ""
    scheme: str = ""
    caller: str = ""
    content: str = ""
    opted_out: tuple[str, ...] = ()
    host: str = ""
    redirect: str = ""
    strays: tuple[Stray, ...] = ()
    reason: str = ""

    @property
    def at(self) -> datetime:
        """When it arrived, by the sandbox's clock."""
        return from_microseconds(self.at_us)

    @property
    def real(self) -> datetime:
        """When it was answered, by the process's clock."""
        return from_microseconds(self.real_us)

    @property
    def took(self) -> timedelta:
        """Real time to decide the answer."""
        return timedelta(microseconds=self.took_us)

    @property
    def delivery(self) -> str:
        """The planned delivery of the answer, in words: ``"prompt"``, ``"delay 1s500ms, reset"``."""
        words = []
        if self.delay_us:
            words.append(f"delay {_duration(self.delay_us)}")
        if self.dribble_us:
            words.append(f"dribble {self.dribble_chunks} in {_duration(self.dribble_us)}")
        if self.fault:
            words.append(self.fault)
        return ", ".join(words) or "prompt"

    @property
    def odd(self) -> tuple[str, ...]:
        """The changes that rules made to the answer's body, in words: ``"not JSON"``, ``"without idToken"``."""
        return tuple(change.words for change in self.changes)

    @property
    def leaks(self) -> tuple[str, ...]:
        """Request headers that wrongly contained the call's own token: Referer and User-Agent."""
        found = {stray.name for stray in self.strays if stray.value == self.token and stray.place == "header"}
        return tuple(name for name in _LOGGED if name in found)

    def as_json(self) -> dict[str, Any]:
        """As the control plane shows it: RFC 3339 moments, milliseconds, no empty members.

        ``delivery``, ``odd`` and ``leaks`` describe the other members in words.
        """
        shown: dict[str, Any] = {
            "number": self.number,
            "at": format_moment(self.at),
            "real": format_moment(self.real),
            "took_ms": self.took_us / 1000,
        }
        for name, value in self._asdict().items():
            if name in _SHOWN_OTHERWISE or value in ("", ()) or (name in _NUMBERS and not value):
                continue
            shown[name] = _as_json[name](value) if name in _as_json else value
        shown["delivery"] = self.delivery
        if self.changes:
            shown["odd"] = self.odd
        if self.leaks:
            shown["leaks"] = self.leaks
        if self.ended_us:
            shown["ended_at"] = format_moment(from_microseconds(self.ended_us))
        return shown


def _duration(microseconds: int) -> str:
    return format_duration(timedelta(microseconds=microseconds))


def _members(values: tuple[Change | Stray, ...]) -> list[dict[str, str]]:
    return [{name: text for name, text in value._asdict().items() if text} for value in values]


_SHOWN_OTHERWISE: Final = frozenset({"number", "at_us", "real_us", "took_us", "ended_us", "delivery_id"})
_NUMBERS: Final = frozenset({"delay_us", "dribble_us", "dribble_chunks"})
_LOGGED: Final = ("referer", "user-agent")
"""Headers that servers and proxies write into their logs or pass on."""
_BODIES: Final = {"not_json": "not JSON", "no_body": "no body"}
_as_json: Final[dict[str, Callable[[Any], Any]]] = {
    "issued": lambda issued: [one.as_json() for one in issued],
    "changes": _members,
    "strays": _members,
}
