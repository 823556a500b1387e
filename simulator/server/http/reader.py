"""Splits the bytes of one connection into requests. No I/O."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from simulator.core.model.call import Request
from simulator.server.http.body import Body, ChunkedBody, FixedBody
from simulator.server.http.head import RequestHead, check_sizes, parse_head
from simulator.server.http.limits import Limits
from simulator.server.http.refusal import malformed

_BARE: Final = re.compile(rb"(?<!\r)\n|\r[^\n]")
_BEGINS: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]")
_EMPTY_LINE: Final = b"\r\n"


_REMEMBERED_HEAD: Final = 4096
"""Bytes up to which a parsed head is cached: clients send the same head repeatedly."""

_parsed: Final = lru_cache(maxsize=128)(parse_head)


class ParsedRequest(NamedTuple):
    """One whole request. minor: of HTTP/1.x. keep_alive: whether another request may follow on its connection."""

    incoming: Request
    minor: int
    keep_alive: bool


class RequestReader:
    """Cuts a stream of bytes into requests, one at a time, in order.

    Give the bytes to ``feed``, then call ``next`` until it returns None. After a :class:`RequestRefused`
    or a request that is not to be kept alive, the stream has no next request.
    """

    __slots__ = (
        "_body",
        "_buffer",
        "_checked",
        "_client",
        "_connection",
        "_head",
        "_limits",
        "_secure",
        "continue_due",
        "method",
    )

    def __init__(self, limits: Limits, client: str = "", *, connection: int = 0, secure: bool = False) -> None:
        self._limits = limits
        self._client = client
        self._connection = connection
        self._secure = secure
        self._buffer = b""
        self._checked = 0  # how far the buffer was searched without finding the end of a head
        self._head: RequestHead | None = None
        self._body: Body | None = None
        self.method = "GET"
        """The method of the current request, for its refusal: an answer to HEAD has no body."""
        self.continue_due = False
        """The client delays its body until it gets ``100 Continue``. The code that sends it sets this to False."""

    @property
    def buffered(self) -> int:
        """The number of buffered bytes."""
        return len(self._buffer)

    @property
    def partial(self) -> bool:
        """Whether a request has begun to arrive."""
        return self._head is not None or self._buffer not in {b"", _EMPTY_LINE}

    def feed(self, data: bytes) -> None:
        """Take bytes from the wire."""
        self._buffer = self._buffer + data if self._buffer else data

    def next(self) -> ParsedRequest | None:
        """The next whole request, or None while it is incomplete. Raises :class:`RequestRefused`."""
        head = self._head
        if head is None:
            if not self._buffer:
                return None
            head = self._take_head()
            if head is None:
                return None
            if head.length == 0:
                return self._request(head, b"", oversized=False)
            self._begin_body(head)
        return self._take_body(head)

    def _take_head(self) -> RequestHead | None:
        buffer = self._buffer
        start = 2 if buffer.startswith(_EMPTY_LINE) else 0  # RFC 9112 §2.2: one before a request line is ignored
        self.method = "HEAD" if buffer.startswith(b"HEAD ", start) else "GET"
        end = buffer.find(b"\r\n\r\n", max(start, self._checked - 3))
        if end < 0:
            if len(buffer) > start and buffer != b"\r":
                self._check_unfinished(buffer, start)
            return None
        end += 4
        self._buffer = buffer[end:]
        self._checked = 0
        raw = buffer[start:end]
        return (_parsed if end - start <= _REMEMBERED_HEAD else parse_head)(raw, self._limits)

    def _check_unfinished(self, buffer: bytes, start: int) -> None:
        """Refuse bytes that can no longer become a valid request, instead of waiting for their end.

        Each byte is examined once: a head that arrives byte by byte costs no more than a head in one piece.
        """
        if _BEGINS.match(buffer, start) is None:
            hint = " It looks like TLS; this port speaks plain HTTP." if buffer[start] == 0x16 else ""
            raise malformed("The first byte begins no HTTP request." + hint)
        if _BARE.search(buffer, max(start, self._checked - 1)) is not None:
            raise malformed("The head has a bare CR or LF.")
        self._checked = len(buffer)
        size = len(buffer) - start
        unsure = 1 if buffer.endswith(b"\r") else 0  # it may turn out to end the line, or the head, and is not counted
        line = buffer.find(b"\r\n", start, start + self._limits.request_line + 2) - start
        if line < 0:
            check_sizes(size - unsure, 0, self._limits)
        else:
            check_sizes(line, size - line - 2 - unsure, self._limits)

    def _begin_body(self, head: RequestHead) -> None:
        self._head = head
        limit = self._limits.body
        self._body = ChunkedBody(limit) if head.length is None else FixedBody(head.length, limit)
        self.continue_due = head.expects and not self._body.oversized and not self._buffer

    def _take_body(self, head: RequestHead) -> ParsedRequest | None:
        body = self._body
        assert body is not None  # noqa: S101 - a head always has a body here; this tells the type checker
        rest = body.feed(self._buffer)
        if rest is None:
            self._buffer = b""
            return None
        self._buffer = rest
        self._head = self._body = None
        self.continue_due = False
        return self._request(head, body.content(), oversized=body.oversized)

    def _request(self, head: RequestHead, body: bytes, *, oversized: bool) -> ParsedRequest:
        incoming = Request(
            head.method,
            head.path,
            head.raw_query,
            head.headers,
            body,
            self._client,
            oversized,
            self._connection,
            self._secure,
        )
        return ParsedRequest(incoming, head.minor, head.keep_alive and not oversized)
