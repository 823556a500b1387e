"""A request and its answer as plain data: ``Call`` in, ``Reply`` out, both immutable.

Only adapters know Flask and sockets. A call contains the moment of its arrival, so rules and operations do not read a
clock; a reply contains how it is to be delivered, so handlers do not sleep or use sockets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from simulator.core import defaults

BODY_LIMIT: Final = 1_048_576
"""Bytes of a request body that are read; a body of exactly this size is accepted (docs/sources/uid2.md §1.1)."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as an adapter (Flask, our server) hands it over, before any decision or timing.

    method: as it came. path: percent-decoded (UTF-8, undecodable bytes as U+FFFD), with its sandbox prefix.
    raw_query: undecoded, without "?"; bytes as latin-1. headers: names in lower case, repeated ones joined with ", ".
    body: at most BODY_LIMIT bytes; ``oversized`` when there were more. client: the peer's address or "".
    connection: the number of its connection, 0 when unknown. secure: it came over TLS.
    """

    method: str
    path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes = b""
    client: str = ""
    oversized: bool = False
    connection: int = 0
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One request, at its moment, inside its sandbox.

    method: upper case, as it came.
    path: percent-decoded, inside its sandbox (no prefix), runs of slashes folded into one.
    raw_query: the query string undecoded, without "?"; bytes as latin-1. Each API decodes it by its own rules.
    headers: names in lower case; a repeated header's values joined with ", ".
    body: at most BODY_LIMIT bytes; ``oversized`` when there were more (the rest is not read).
    at: the sandbox's clock when the call arrived.
    client: the peer's address, "" in-process.
    """

    method: str
    path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    sandbox: str = defaults.SANDBOX
    client: str = ""
    oversized: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A connection fault: how the delivery of an answer fails.

    kind: one of :data:`WIRE_FAULTS`.
    share: how much of the body is sent before it breaks (0 to 1), for ``truncate``.
    hold: how long to hang; None: until the client, a reset or the shutdown ends it.
    """

    kind: str
    share: float = 0.5
    hold: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A point at which calls wait until a test releases them.

    before: the operation has not run yet; otherwise it has, and its answer waits.
    limit: real time after which the call continues by itself; None: it waits without a limit.
    """

    name: str
    before: bool = False
    limit: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Dribble:
    """Send the body in at most ``chunks`` pieces of one size, evenly over ``over`` of real time.

    Bodies with fewer bytes than ``chunks`` go byte by byte. Every piece is waited for, so the last byte goes after
    ``over``.
    """

    over: timedelta
    chunks: int

    def pieces(self, body: bytes) -> Iterator[tuple[timedelta, bytes]]:
        """Each piece with the real time to wait before it; none for an empty body."""
        size = max(1, -(-len(body) // self.chunks))
        starts = range(0, len(body), size)
        for start in starts:
            yield self.over / len(starts), body[start : start + size]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer is delivered. The application decides it, the transport carries it out.

    delay: real time to wait before the first byte.
    sandbox: the one whose reset or change of scenario ends a hanging answer.
    delivery_id: the delivery in the journal, which records how it ended; "" if it does not.
    close: close the connection after the answer without announcing it. idle: close it after this time without use.
    held: the answer waits until a test releases it.
    """

    delay: timedelta = timedelta(0)
    dribble: Dribble | None = None
    fault: Fault | None = None
    sandbox: str = defaults.SANDBOX
    delivery_id: str = ""
    close: bool = False
    idle: timedelta | None = None
    held: bool = False


WIRE_FAULTS: Final = frozenset(
    {"reset", "empty", "truncate", "garbage", "bad_length", "bad_chunk", "hang", "close_before_body"}
)
"""Faults that need our own server: another WSGI server cannot carry them out (E301)."""

IMMEDIATE: Final = Delivery()
"""Without delay and without faults."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that an answer issues, for the journal and for moving the clock to its events.

    events: its future events by the API's names, e.g. ("id_token_expires", moment).
    token: the token itself; the journal keeps a fingerprint of it, never the token.
    disclosed: the events that the client can read in the answer, from a field or from a claim of the token.
    """

    kind: str
    subject: str
    issued_at: datetime
    events: tuple[tuple[str, datetime], ...]
    token: str = field(default="", repr=False)
    disclosed: tuple[str, ...] = ()


WHO_ASKS: Final = ""
"""In :attr:`Reply.opted_out`: the subject of the call's credentials."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    headers: as sent, in order, Date included; the adapters add Content-Length and Connection.
    reason: the status line's phrase where it is not HTTP's own.
    opted_out: the subjects that it reports as opted out, in the API's canonical form; ``WHO_ASKS`` for the subject of
        the call.
    opts_out: the subject that opts out with this answer, "" for none.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    reason: str | None = None
    delivery: Delivery = IMMEDIATE
    issued: tuple[Issued, ...] = field(default=())
    opted_out: tuple[str, ...] = ()
    opts_out: str = ""

    def header(self, name: str) -> str | None:
        """The first value of a header, in any case; None when it is missing."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
