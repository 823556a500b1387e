"""Limits on the size of a request and on the time it may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from simulator.core.model.call import BODY_LIMIT


@dataclass(frozen=True, slots=True, eq=False)  # equal to itself alone, so that it is cheap as a key
class Limits:
    """Limits of one server. A value equal to the limit is accepted.

    request_line: bytes, without its CR LF; beyond: 414. A real J-Quants refresh token makes a line of 2 kB.
    headers: bytes of all header lines, each with its CR LF; beyond: 431.
    body: bytes after decoding; beyond, the call is answered as ``oversized`` and the connection closed.
    arrival: real time from a request's first byte to its last; beyond: 408.
    idle: real time a connection is kept without a request; it is then closed without an answer.
    handshake: real time for a TLS handshake.
    connections: open ones at a time; beyond: 503.
    """

    request_line: int = 16 * 1024
    headers: int = 32 * 1024
    body: int = BODY_LIMIT
    arrival: timedelta = timedelta(seconds=30)
    idle: timedelta = timedelta(seconds=75)
    handshake: timedelta = timedelta(seconds=10)
    connections: int = 10_000


CHUNK_LINE: Final = 256
"""Bytes of a chunk's size with its extensions, without CR LF: clients send none, so a longer one is an attack."""

CHUNKS: Final = 64 * 1024
"""Chunks of one body: each costs a microsecond or two, and a mebibyte in chunks of one byte would cost seconds."""

EXTENSIONS: Final = 16 * 1024
"""Bytes of all chunk extensions of one body together: tiny chunks must not smuggle in megabytes of them."""

TRAILERS: Final = 8 * 1024
"""Bytes of the header lines after a chunked body. They are checked and dropped."""

PIPELINE: Final = 64 * 1024
"""Bytes that may wait while an answer is pending; beyond, TCP flow control makes the peer wait."""
