"""What a reply is in bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.model.call import Reply
from simulator.server.http.answer import UnsendableReply, render

DATED = (("Date", "Thu, 04 Jan 2024 00:00:00 GMT"),)


@pytest.mark.parametrize(
    ("reply", "first"),
    [
        pytest.param(Reply(200, DATED), b"HTTP/1.1 200 OK", id="HTTP's phrase"),
        pytest.param(Reply(413, DATED), b"HTTP/1.1 413 Request Entity Too Large", id="an older phrase"),
        pytest.param(Reply(200, DATED, reason="Fine"), b"HTTP/1.1 200 Fine", id="a phrase of its own"),
        pytest.param(Reply(200, DATED, reason=""), b"HTTP/1.1 200 ", id="an empty phrase"),
        pytest.param(Reply(210, DATED), b"HTTP/1.1 210 ", id="a status without a phrase"),
    ],
)
def test_the_status_line(reply: Reply, first: bytes) -> None:
    assert render(reply).whole.partition(b"\r\n")[0] == first


@pytest.mark.parametrize(
    ("minor", "keep_alive", "line"),
    [
        pytest.param(1, True, b"", id="1.1 stays in silence"),
        pytest.param(1, False, b"connection: close\r\n", id="1.1 closes"),
        pytest.param(0, True, b"connection: keep-alive\r\n", id="1.0 stays and says so"),
        pytest.param(0, False, b"connection: close\r\n", id="1.0 closes"),
    ],
)
def test_the_connection_header(minor: int, *, keep_alive: bool, line: bytes) -> None:
    expected = b"HTTP/1.1 200 OK\r\nDate: Thu, 04 Jan 2024 00:00:00 GMT\r\ncontent-length: 1\r\n" + line + b"\r\nx"
    assert render(Reply(200, DATED, b"x"), minor=minor, keep_alive=keep_alive).whole == expected


@pytest.mark.parametrize(
    ("method", "status", "headers", "end"),
    [
        pytest.param("GET", 200, (), b"content-length: 4\r\n\r\nbody", id="a body"),
        pytest.param("HEAD", 200, (), b"content-length: 4\r\n\r\n", id="HEAD: the length without the body"),
        pytest.param("GET", 204, (), b"GMT\r\n\r\n", id="204: neither"),
        pytest.param("GET", 304, (), b"GMT\r\n\r\n", id="304: neither"),
        pytest.param("OPTIONS", 204, (("content-length", "0"),), b"content-length: 0\r\n\r\n", id="204 as UID2 has it"),
        pytest.param("GET", 200, (("Content-Length", "9"),), b"content-length: 4\r\n\r\nbody", id="a wrong length"),
        pytest.param("GET", 200, (("Transfer-Encoding", "chunked"),), b"GMT\r\ncontent-length: 4\r\n\r\nbody", id="TE"),
        pytest.param("GET", 200, (("Server", "x"),), b"GMT\r\ncontent-length: 4\r\n\r\nbody", id="no Server, ever"),
    ],
)
def test_where_the_answer_ends(method: str, status: int, headers: tuple[tuple[str, str], ...], end: bytes) -> None:
    whole = render(Reply(status, (*headers, *DATED), b"body"), method=method).whole
    assert whole.endswith(end)
    assert whole.lower().count(b"content-length") == end.lower().count(b"content-length")


def test_what_the_transport_adds_is_in_lower_case_as_both_services_wrote_it() -> None:
    """docs/sources/uid2.md §1.1, docs/sources/jquants.md §2.4; nobody should care, and who reads the raw text sees no
    difference.
    """
    written = render(Reply(200, (("content-type", "text/plain"),), b"x"), keep_alive=False).head.split(b"\r\n")[1:]
    assert [line.partition(b":")[0] for line in written[:-2]] == [
        b"content-type",
        b"date",
        b"content-length",
        b"connection",
    ]


def test_date_is_the_replys_own_or_the_processs() -> None:
    """It is there exactly once, whatever its case."""
    assert render(Reply(200, (("date", "d"),))).fields == b"HTTP/1.1 200 OK\r\ndate: d\r\n"
    assert render(Reply(200)).fields.count(b"date: ") == 1


def test_headers_are_sent_in_order_and_repeated_as_given() -> None:
    reply = Reply(200, (("X-B", "1"), ("x-a", "2"), ("X-B", "3"), *DATED))
    assert render(reply).fields.startswith(b"HTTP/1.1 200 OK\r\nX-B: 1\r\nx-a: 2\r\nX-B: 3\r\n")


@pytest.mark.parametrize(("value", "sent"), [("é", b"\xe9"), ("日本", "日本".encode())])
def test_text_in_headers_is_latin_1_or_else_utf_8(value: str, sent: bytes) -> None:
    assert b"X: " + sent + b"\r\n" in render(Reply(200, (("X", value), *DATED))).fields


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(200, (("X", "a\r\nSet-Cookie: b"),)), id="a line break in a value"),
        pytest.param(Reply(200, (("X", "a\nb"),)), id="an LF in a value"),
        pytest.param(Reply(200, (("X", "a\rb"),)), id="a CR in a value"),
        pytest.param(Reply(200, (("X", "a\0b"),)), id="NUL in a value"),
        pytest.param(Reply(200, (("X\r\nY", "a"),)), id="a line break in a name"),
        pytest.param(Reply(200, (("X Y", "a"),)), id="a space in a name"),
        pytest.param(Reply(200, (("", "a"),)), id="no name"),
        pytest.param(Reply(200, reason="a\r\nX: b"), id="a line break in the reason"),
        pytest.param(Reply(20), id="a status of two digits"),
        pytest.param(Reply(1200), id="a status of four digits"),
        pytest.param(Reply(204, (("Content-Length", "0\r\nX: y"), ("X", "\r"))), id="a line break in a 204's length"),
    ],
)
def test_what_would_break_the_head_is_never_sent(reply: Reply) -> None:
    with pytest.raises(UnsendableReply):
        render(reply)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=4), st.text(max_size=6)), max_size=3), st.none() | st.text(max_size=6))
def test_no_header_ever_becomes_two(headers: list[tuple[str, str]], reason: str | None) -> None:
    """As many lines as there are headers, or none sent at all."""
    reply = Reply(200, (*headers, ("Date", "d")), reason=reason)
    ours = {"content-length", "connection", "transfer-encoding", "keep-alive", "server"}
    kept = sum(name.lower() not in ours for name, _ in reply.headers)
    try:
        head = render(reply).head
    except UnsendableReply:
        return
    assert head.count(b"\r\n") == head.count(b"\n") == head.count(b"\r") == kept + 3
