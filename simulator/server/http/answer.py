"""A reply as bytes, for one request: the correct answer before any fault. No I/O."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from simulator.core.clock import process_time
from simulator.core.errors import SimulatorError
from simulator.core.http.dates import date_of
from simulator.core.http.phrases import phrase
from simulator.core.model.call import Headers, Reply

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

_OURS: Final = frozenset({"content-length", "connection", "transfer-encoding", "keep-alive", "server"})
"""Header names that the transport sets, or that are never sent."""

_CLOSING: Final = {
    (True, 1): b"",
    (True, 0): b"connection: keep-alive\r\n",
    (False, 1): b"connection: close\r\n",
    (False, 0): b"connection: close\r\n",
}
"""By keep-alive and minor version: in HTTP/1.1 keep-alive needs no header."""

_HEAD: Final = re.compile(
    r"HTTP/1\.1 [1-9][0-9]{2} [^\x00-\x08\x0a-\x1f\x7f]*\r\n"
    r"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [^\x00-\x08\x0a-\x1f\x7f]*\r\n)*"
)


_LENGTH: Final = re.compile(r"[0-9]+")


class UnsendableReply(SimulatorError):
    """A reply that makes no valid head: a line break or a control in a header, a status without three digits."""


class Answer(NamedTuple):
    """An answer in parts, so that a fault can change one of them.

    fields: status line and headers, each with its CR LF, without the framing and without the empty line.
    framing: the header line that gives the length of the body; b"" if absent.
    closing: the Connection header line, or b"". body: as sent: b"" for HEAD and for statuses without one.
    """

    fields: bytes
    framing: bytes
    closing: bytes
    body: bytes

    @property
    def whole(self) -> bytes:
        """All of it."""
        return b"".join((self.fields, self.framing, self.closing, b"\r\n", self.body))

    @property
    def head(self) -> bytes:
        """Everything before the body."""
        return self.fields + self.framing + self.closing + b"\r\n"

    def reframed(self, framing: str) -> bytes:
        """The head with another framing line, for a fault: ``"content-length: 7"``."""
        return self.fields + framing.encode("ascii") + b"\r\n" + self.closing + b"\r\n"


def render(reply: Reply, *, method: str = "GET", minor: int = 1, keep_alive: bool = True) -> Answer:
    """Make a reply ready for a request by ``method`` in HTTP/1.``minor``.

    Content-Length is always present, except for 1xx, 204 and 304: those have the reply's own header, or none
    (UID2's 204 carries ``content-length: 0``: docs/sources/uid2.md §1.4). ``Date`` is the reply's, or else the
    process's time. Raises :class:`UnsendableReply`.
    """
    status, headers = reply.status, reply.headers
    bodiless = status in {204, 304} or status < 200
    parts = [_status_line(status, reply.reason)]
    names = _lowered(tuple([name for name, _ in headers]))
    parts += [f"{name}: {value}\r\n" for (name, value), lower in zip(headers, names, strict=True) if lower not in _OURS]
    if "date" not in names:
        parts.append(f"date: {date_of(process_time() // 1_000_000)}\r\n")
    framing = _said_length(headers) if bodiless else f"content-length: {len(reply.body)}\r\n"
    fields = "".join(parts)
    if fields.count("\n") != len(parts) or _HEAD.fullmatch(fields) is None:
        raise UnsendableReply("a header, the reason phrase or the status is none in HTTP.")
    closing = _CLOSING[keep_alive, minor]
    body = b"" if bodiless or method == "HEAD" else reply.body
    try:
        encoded = fields.encode("latin-1")
    except UnicodeEncodeError:  # text outside of it (a scenario's Japanese) is sent as UTF-8
        encoded = fields.encode("utf-8")
    return Answer(encoded, framing.encode("ascii"), closing, body)


@lru_cache(maxsize=256)
def _lowered(names: tuple[str, ...]) -> tuple[str, ...]:
    """Header names in lower case; cached, since an API's answers have few sets of names."""
    return tuple(name.lower() for name in names)


def _said_length(headers: Headers) -> str:
    """The framing of an answer without a body: the reply's own length, or b""."""
    said = [value for name, value in headers if name.lower() == "content-length" and _LENGTH.fullmatch(value)]
    return f"content-length: {said[-1]}\r\n" if said else ""


@lru_cache(maxsize=256)
def _status_line(status: int, reason: str | None) -> str:
    words = phrase(status) if reason is None else reason
    return f"HTTP/1.1 {status} {words}\r\n"
