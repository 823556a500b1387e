"""Where a chunked body is refused: as soon as it can no longer be one, and before it costs much."""

from __future__ import annotations

import pytest

from simulator.server.http.body import ChunkedBody
from simulator.server.http.limits import CHUNKS
from simulator.server.http.refusal import RequestRefused

LIMIT = 1_048_576


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        pytest.param(b"5\rhello", "bare CR", id="a bare CR after the size"),
        pytest.param(b"5\nhello", "bare LF", id="a bare LF after the size"),
        pytest.param(b"0\r\nA: b\rC: d", "bare CR", id="a bare CR in a trailer"),
    ],
)
def test_a_line_with_another_end_is_refused_at_once(sent: bytes, said: str) -> None:
    """Not only when a whole line of 256 bytes is there, or the client has given up."""
    with pytest.raises(RequestRefused, match=said):
        ChunkedBody(LIMIT).feed(sent)


def test_a_cr_at_the_end_of_what_came_may_yet_be_one_of_a_pair() -> None:
    body = ChunkedBody(LIMIT)
    assert body.feed(b"5\r") is None
    assert body.feed(b"\nhello\r\n0\r") is None
    assert body.feed(b"\n\r\nrest") == b"rest"
    assert body.content() == b"hello"


def test_chunks_are_counted() -> None:
    """A mebibyte in chunks of one byte cost a second and a half."""
    allowed = ChunkedBody(LIMIT)
    assert allowed.feed(b"1\r\na\r\n" * (CHUNKS - 1) + b"0\r\n\r\n") == b""
    assert len(allowed.content()) == CHUNKS - 1
    with pytest.raises(RequestRefused, match=f"more than {CHUNKS} chunks"):
        ChunkedBody(LIMIT).feed(b"1\r\na\r\n" * (CHUNKS + 1))
