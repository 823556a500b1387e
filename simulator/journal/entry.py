"""What the journal says of one call. No secret is in here: values became fingerprints when it was written.

Entries are tuples of numbers, texts and tuples, because appending a tuple costs a tenth of an
object with moments; the properties give them their units.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from simulator.core.clock import from_microseconds
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


class Entry(NamedTuple):
    """One call and its answer.

    number: 1, 2, 3, … in its sandbox. at_us, real_us: microseconds since 1970 by the sandbox's and the process's clock.
    query: the raw query with every value that is not known to be harmless replaced by ``<fingerprint>``.
    operation: "" when no operation was reached. error: the named error it was answered with, "" for none.
    rules: the scenario rules that fired. delivery: how the answer was to be put on the wire ("prompt", "delay 1s").
    took_us: microseconds of real time to decide the answer. connection: tells connections apart (0: unknown).
    token: fingerprint of the token it was called with (query or Authorization), "" for none.
    token_marks: which of ``+ / = %`` stand in the token's undecoded query value ("%": it was percent-encoded).
    leaks: request headers that held the token though they should not (Referer, User-Agent).
    body_keys: names of the JSON fields of a refused call's body. retry_after: the answer's header, "" for none.
    body: fingerprint of the call's body, "" for none: two calls with the same one said the same.
    odd: what a rule made wrong with the answer's body, in words ("not JSON", "text/html", "without idToken").
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
    delivery: str
    took_us: int
    client: str
    connection: int
    secure: bool
    agent: str
    token: str
    token_marks: str
    leaks: tuple[str, ...]
    body_keys: tuple[str, ...]
    retry_after: str
    issued: tuple[IssuedEntry, ...]
    odd: tuple[str, ...] = ()
    ended: str = ""
    ended_us: int = 0
    body: str = ""
    delivery_id: str = ""

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

    def as_json(self) -> dict[str, Any]:
        """As the control plane shows it: RFC 3339 moments, milliseconds, no empty members."""
        shown: dict[str, Any] = {
            "number": self.number,
            "at": format_moment(self.at),
            "real": format_moment(self.real),
            "took_ms": self.took_us / 1000,
        }
        for name, value in self._asdict().items():
            if name in _SHOWN_OTHERWISE or value in ("", ()):
                continue
            shown[name] = [issued.as_json() for issued in self.issued] if name == "issued" else value
        if self.ended_us:
            shown["ended_at"] = format_moment(from_microseconds(self.ended_us))
        return shown


_SHOWN_OTHERWISE = frozenset({"number", "at_us", "real_us", "took_us", "ended_us", "delivery_id"})
