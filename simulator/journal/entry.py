"""What the journal says of one call. No secret is in here: values became fingerprints when it was written.

Entries are tuples of numbers, texts and tuples, because appending a tuple costs a tenth of an object with moments; the
properties give them their units. They hold facts. Sentences about the facts (``delivery``, ``odd``) are made when
they are read, and nothing reads those sentences back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from simulator.core.clock import from_microseconds
from simulator.core.duration import format_duration
from simulator.core.moment import format_moment


class IssuedEntry(NamedTuple):
    """A token that an answer handed out.

    token, subject: fingerprints. issued_us: microseconds since 1970 by the sandbox's clock.
    events_us: what will happen to it and when, in the same unit. told: which of these the client was told.
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
    """One thing that a scenario really changed in the body of an answer.

    what: "dropped" (the field was there and is gone), "rewritten" (its value is another), "renamed", "added" (a new
    one), "not_json" (the body is not JSON), "no_body", or "media_type" (Content-Type is not JSON's). field: of the
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
    """A long value that stood somewhere else than the token the call was read to present.

    place: "query", "body", "header", "cookie" or "path". name: of the parameter, field, header or cookie.
    value: its fingerprint; it is a token's where some entry issued a token with the same one.
    """

    place: str
    name: str
    value: str


class Entry(NamedTuple):
    """One call and its answer.

    number: 1, 2, 3, … in its sandbox. at_us, real_us: microseconds since 1970 by the sandbox's and the process's clock.
    query: the raw query with every value that is not known to be harmless replaced by ``<fingerprint>``; it ends
        with "…" where it was cut.
    operation: "" when no operation was reached. error: the named error it was answered with, "" for none.
    rules: the scenario rules that fired.
    took_us: microseconds of real time to decide the answer. connection: tells connections apart (0: unknown).
    token: fingerprint of the token it was called with (query or Authorization), "" for none.
    token_marks: which of ``+ / = %`` stand in the token's undecoded query value ("%": it was percent-encoded).
    body_keys: names of the JSON fields of a refused call's body. retry_after: the answer's header, "" for none.
    body: fingerprint of the call's body, "" for none: two calls with the same one said the same.
    delay_us, dribble_us, dribble_chunks: real microseconds before the first byte, and for the body in so many pieces.
    fault: how the answer was to be broken on the wire, one of ``core.model.call.WIRE_FAULTS``, "" for not at all.
    changes: what a rule really changed in the answer's body.
    subject, family: fingerprints of whom the call is about and of its token's family, as its API reads the call.
    token_kind, token_state: of the token it was read to present, "" for none; "unknown": not made by this sandbox.
    token_form: of an unknown one, what it looks like: "empty", "placeholder", "text", "encoded" (percent-encoded once
        too often), "blanks" (blanks in the place of plus signs), "" for a token's look.
    repaired: fingerprint of an unknown one with that put right, "" where nothing can be.
    scheme: of Authorization in lower case, "bare" for a value without one, "" for no such header.
    caller: fingerprint of Authorization's credential where it is not the token itself (an API key).
    content: fingerprint of :attr:`simulator.core.model.api.Credentials.content`: the same for each try of one call.
    opted_out: fingerprints of the people of whom the answer says that they have opted out.
    host, redirect: authority that the call was sent to, and the one that its answer redirects to, "" for none.
    reason: a rule of the service that led to the error and is not in the answer, "" for none.
    strays: long values elsewhere in the call, at most :data:`simulator.journal.sightings.MOST`.
    delivery_id: pairs a delivery that takes time with its end; never shown.
    ended, ended_us: how the delivery ended ("sent"; "left": the client went first; "freed": by a reset or another
        scenario), and when, like real_us; "" and 0 while nobody knows. Only the transport can tell, and only
        afterwards: whoever reads the journal fills them in with ``_replace``.
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
        """How the answer was to be put on the wire, in words: ``"prompt"``, ``"delay 1s500ms, reset"``."""
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
        """What a rule changed in the answer's body, in words: ``"not JSON"``, ``"without idToken"``."""
        return tuple(change.words for change in self.changes)

    @property
    def leaks(self) -> tuple[str, ...]:
        """Request headers that held the call's own token though they should not: Referer and User-Agent."""
        found = {stray.name for stray in self.strays if stray.value == self.token and stray.place == "header"}
        return tuple(name for name in _LOGGED if name in found)

    def as_json(self) -> dict[str, Any]:
        """As the control plane shows it: RFC 3339 moments, milliseconds, no empty members.

        ``delivery``, ``odd`` and ``leaks`` are sentences about the facts beside them.
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
