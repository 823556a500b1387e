"""The end and the content of a request's body, read from bytes as they arrive. No I/O.

For both bodies ``feed`` returns the bytes after the body, or None while the body is
incomplete. Neither keeps more than the limit: ``oversized`` means that there was more,
and the connection can then carry no further request.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from simulator.server.http.head import FIELD_LINE, ONCE
from simulator.server.http.limits import CHUNK_LINE, CHUNKS, EXTENSIONS, TRAILERS
from simulator.server.http.refusal import malformed

_BARE: Final = re.compile(rb"\n|\r[^\n]")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,16})(;[\t\x20-\x7e\x80-\xff]*)?")


class Body(Protocol):
    """A body that is being received."""

    oversized: bool

    def feed(self, data: bytes) -> bytes | None:
        """Take bytes; return the bytes after the body once it is complete. Raises ``RequestRefused``."""

    def content(self) -> bytes:
        """The decoded bytes received so far, at most the limit."""


class FixedBody:
    """A body with the length that Content-Length gives."""

    __slots__ = ("_left", "_parts", "oversized")

    def __init__(self, length: int, limit: int) -> None:
        self.oversized = length > limit
        self._left = 0 if self.oversized else length  # the head gives the length: no byte of it is read
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> bytes | None:
        """Take bytes; return the bytes after the body once it is complete."""
        if len(data) < self._left:
            self._left -= len(data)
            self._parts.append(data)
            return None
        self._parts.append(data[: self._left])
        rest = data[self._left :]
        self._left = 0
        return rest

    def content(self) -> bytes:
        """The bytes received so far."""
        return b"".join(self._parts)


class ChunkedBody:
    """Chunks (RFC 9112 §7.1), strictly: hexadecimal sizes of at most 16 digits, every line ended by CR LF."""

    __slots__ = (
        "_at",
        "_buffer",
        "_chunks",
        "_extensions",
        "_left",
        "_limit",
        "_parts",
        "_size",
        "_trailers",
        "oversized",
    )

    def __init__(self, limit: int) -> None:
        self.oversized = False
        self._limit = limit
        self._buffer = b""
        self._at = 0  # how much of the buffer has been read
        self._left = 0  # bytes left of the current chunk, with its CR LF; 0 between chunks
        self._trailers: int | None = None  # bytes of trailer lines so far; None before the last chunk
        self._extensions = 0
        self._chunks = 0
        self._size = 0
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> bytes | None:
        """Take bytes; return the bytes after the body once it is complete or oversized. Raises 400."""
        self._buffer = self._buffer[self._at :] + data
        self._at = 0
        while not self.oversized:
            if self._left:
                if not self._take_chunk():
                    return None
                continue
            line = self._take_line()
            if line is None:
                return None
            if self._trailers is None:
                self._begin_chunk(line)
            elif line:
                self._check_trailer(line)
            else:
                return self._buffer[self._at :]
        return b""

    def content(self) -> bytes:
        """The bytes received without their framing, at most the limit."""
        return b"".join(self._parts)

    def _take_line(self) -> bytes | None:
        longest = CHUNK_LINE if self._trailers is None else TRAILERS
        end = self._buffer.find(b"\r\n", self._at, self._at + longest + 2)
        if end < 0:
            if len(self._buffer) - self._at >= longest + 2:
                what = "chunk's size with its extensions" if self._trailers is None else "trailer"
                raise malformed(f"A {what} is over {longest} bytes.")
            bare = _BARE.search(self._buffer, self._at)
            if bare is not None:
                what = "LF" if bare[0] == b"\n" else "CR"
                raise malformed(f"A line of the chunked body ends with a bare {what}.")
            return None
        line = self._buffer[self._at : end]
        self._at = end + 2
        return line

    def _begin_chunk(self, line: bytes) -> None:
        found = _CHUNK.fullmatch(line)
        if found is None:
            raise malformed("A chunk's size is not 1 to 16 hexadecimal digits.")
        self._chunks += 1
        if self._chunks > CHUNKS:
            raise malformed(f"The body comes in more than {CHUNKS} chunks.")
        self._extensions += len(found[2] or b"")
        if self._extensions > EXTENSIONS:
            raise malformed(f"The chunk extensions together are over {EXTENSIONS} bytes.")
        size = int(found[1], 16)
        if size == 0:
            self._trailers = 0
            return
        self._size += size
        self.oversized = self._size > self._limit
        self._left = size + 2

    def _take_chunk(self) -> bool:
        """Take the available bytes of the current chunk; returns whether it is complete."""
        size = self._left - 2
        if size > 0:
            part = self._buffer[self._at : self._at + size]
            self._parts.append(part)
            self._at += len(part)
            self._left -= len(part)
        ending = self._buffer[self._at : self._at + 2]
        if self._left > 2 or (len(ending) < 2 and b"\r\n".startswith(ending)):
            return False
        if ending != b"\r\n":
            raise malformed("A chunk is longer than its size says, or lacks its CR LF.")
        self._at += 2
        self._left = 0
        return True

    def _check_trailer(self, line: bytes) -> None:
        self._trailers = (self._trailers or 0) + len(line) + 2
        if self._trailers > TRAILERS:
            raise malformed(f"The trailers together are over {TRAILERS} bytes.")
        if FIELD_LINE.fullmatch(line) is None:
            raise malformed("A trailer is malformed.")
        name = line.partition(b":")[0].decode("ascii").lower()
        if name in ONCE:  # RFC 9110 §6.5.1: what frames or routes a message cannot come after it
            raise malformed(f"A {name} header among the trailers.")
