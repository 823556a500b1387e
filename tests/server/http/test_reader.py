"""Requests as they are read: what is in them, and how long they may be."""

from __future__ import annotations

import gzip

import pytest

from simulator.core.model.call import Request
from simulator.server.http.limits import CHUNK_LINE, EXTENSIONS, TRAILERS, Limits
from simulator.server.http.reader import ParsedRequest, RequestReader
from simulator.server.http.refusal import RequestRefused
from tests.server.http.reading import read

SMALL = Limits(request_line=40, headers=60, body=16)


def only(raw: bytes, limits: Limits | None = None) -> Request:
    (request,) = read(raw, limits)
    return request.incoming


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        pytest.param("/v1/token/refresh", "/v1/token/refresh", "", id="a path"),
        pytest.param("/a?b=c", "/a", "b=c", id="a query"),
        pytest.param("/a?", "/a", "", id="an empty query"),
        pytest.param("/a?b?c", "/a", "b?c", id="a question mark in the query"),
        pytest.param("/a%20b", "/a b", "", id="a decoded space"),
        pytest.param("/%E3%81%82", "/あ", "", id="decoded UTF-8"),
        pytest.param("/%ff", "/\ufffd", "", id="bytes that are no UTF-8"),
        pytest.param("/%zz", "/%zz", "", id="no percent-encoding stays"),
        pytest.param("/a?%zz=%E3&c=+", "/a", "%zz=%E3&c=+", id="the query is not decoded"),
        pytest.param("//v1//a", "//v1//a", "", id="doubled slashes are not ours to fold"),
        pytest.param("/a;b=c", "/a;b=c", "", id="a semicolon"),
        pytest.param('/a"b|c', '/a"b|c', "", id="what RFC 3986 would have encoded"),
        pytest.param("http://other/v1/a?b", "/v1/a", "b", id="absolute form"),
        pytest.param("HTTPS://other:80/v1", "/v1", "", id="absolute form, upper case"),
        pytest.param("http://other", "/", "", id="absolute form without a path"),
        pytest.param("http://other?a=b", "/", "a=b", id="absolute form, only a query"),
    ],
)
def test_a_target_becomes_a_path_and_a_query(target: str, path: str, query: str) -> None:
    incoming = only(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert (incoming.path, incoming.raw_query) == (path, query)


@pytest.mark.parametrize("host", ["a", "127.0.0.1:8080"])
def test_an_absolute_target_decides_over_the_host_header(host: str) -> None:
    """RFC 9112 §3.2.2."""
    incoming = only(f"GET http://evil.example:1/v1 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert incoming.headers["host"] == "evil.example:1"


def test_an_asterisk_is_the_whole_server() -> None:
    assert only(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").path == "*"


def test_headers_are_lower_case_stripped_and_joined() -> None:
    incoming = only(b"GET / HTTP/1.1\r\nHost:a\r\nX-A: \t b c \t\r\nx-a:d\r\nX-E:\r\nX-L: \xe9\r\n\r\n")
    assert incoming.headers == {"host": "a", "x-a": "b c, d", "x-e": "", "x-l": "é"}


@pytest.mark.parametrize("method", ["GET", "PATCH", "PURGE", "refresh", "M-SEARCH", "x!#$%&'*+-.^_`|~0"])
def test_any_token_is_a_method(method: str) -> None:
    """Which ones there are is the simulated service's to say, as it was."""
    assert only(f"{method} / HTTP/1.1\r\nHost: a\r\n\r\n".encode()).method == method


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        pytest.param("GET / HTTP/1.1\r\nHost: a", True, id="1.1"),
        pytest.param("GET / HTTP/1.1\r\nHost: a\r\nConnection: close", False, id="1.1 close"),
        pytest.param("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close", False, id="1.1 close in a list"),
        pytest.param("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c", True, id="1.1 upgrade"),
        pytest.param("GET / HTTP/1.0", False, id="1.0"),
        pytest.param("GET / HTTP/1.0\r\nConnection: Keep-Alive", True, id="1.0 keep-alive"),
        pytest.param("GET / HTTP/1.0\r\nConnection: keep-alive, close", False, id="1.0 both"),
    ],
)
def test_a_connection_is_kept_as_the_client_says(head: str, *, kept: bool) -> None:
    (request,) = read(f"{head}\r\n\r\n".encode())
    assert request.keep_alive is kept


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_the_request_line_has_a_limit(over: int) -> None:
    """One byte inside, at, and past it."""
    line = b"GET /" + b"a" * (SMALL.request_line - 14 + over) + b" HTTP/1.1"
    assert len(line) == SMALL.request_line + over
    verdict(line + b"\r\nHost: a\r\n\r\n", 414 if over > 0 else None)


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_the_headers_have_a_limit(over: int) -> None:
    fields = b"Host: a\r\nA: " + b"b" * (SMALL.headers - 14 + over) + b"\r\n"
    assert len(fields) == SMALL.headers + over
    verdict(b"GET / HTTP/1.1\r\n" + fields + b"\r\n", 431 if over > 0 else None)


@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize("framing", ["length", "one chunk", "chunks of one"])
def test_the_body_has_a_limit_past_which_it_is_oversized(framing: str, over: int) -> None:
    """The call is still answered, by the API's own manners, but nothing can follow on the connection."""
    content = b"x" * (SMALL.body + over)
    if framing == "length":
        raw = b"POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: %d\r\n\r\n" % len(content) + content
    else:
        size = len(content) if framing == "one chunk" else 1
        pieces = [content[at : at + size] for at in range(0, len(content), size)]
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
        raw = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    (request,) = read(raw, SMALL)
    assert request.incoming.oversized is (over > 0)
    assert request.keep_alive is (over <= 0)
    assert len(request.incoming.body) <= SMALL.body
    if over <= 0:
        assert request.incoming.body == content


@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize("part", ["chunk line", "extensions", "trailer"])
def test_a_chunked_bodys_trimmings_have_limits(part: str, over: int) -> None:
    start = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    if part == "chunk line":
        body = b"1;" + b"a" * (CHUNK_LINE - 2 + over) + b"\r\nx\r\n0\r\n\r\n"
    elif part == "extensions":
        body = (b"1;" + b"a" * 127 + b"\r\nx\r\n") * (EXTENSIONS // 128 - 1)
        body += b"1;" + b"a" * (127 + over) + b"\r\nx\r\n0\r\n\r\n"
    else:
        body = b"0\r\n" + b"A: " + b"b" * (TRAILERS - 5 + over) + b"\r\n\r\n"
    verdict(start + body, 400 if over > 0 else None, Limits())


def verdict(raw: bytes, status: int | None, limits: Limits = SMALL) -> None:
    """Whole and byte by byte, these bytes are one request, or refused with that status."""
    for size in (len(raw), 1):
        reader = RequestReader(limits)
        got: list[ParsedRequest] = []
        refused = None
        try:
            for at in range(0, len(raw), size):
                reader.feed(raw[at : at + size])
                if (request := reader.next()) is not None:
                    got.append(request)
        except RequestRefused as error:
            refused = int(error.status)
        assert (refused, len(got)) == (status, 0 if status else 1)


def test_requests_are_read_one_after_the_other() -> None:
    raw = (
        b"POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
        b"\r\n"  # one empty line between requests is ignored
        b"POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n2;x=y\r\ncd\r\n1\r\ne\r\n0\r\nT: u\r\n\r\n"
        b"GET /3 HTTP/1.1\r\nHost: a\r\n\r\n"
    )
    assert [(one.incoming.path, one.incoming.body) for one in read(raw)] == [("/1", b"ab"), ("/2", b"cde"), ("/3", b"")]


@pytest.mark.parametrize("raw", [b"", b"\r", b"\r\n"], ids=["nothing", "half an empty line", "an empty line"])
def test_an_empty_line_is_no_beginning(raw: bytes) -> None:
    """A client that ends its body with a CR LF too many is not waited for."""
    reader = RequestReader(Limits())
    reader.feed(raw)
    assert reader.next() is None
    assert reader.partial is (raw == b"\r")


def test_a_body_of_many_tiny_chunks_is_read_in_linear_time() -> None:
    """A hundred thousand chunks of one byte, in one piece: the buffer is not copied for each."""
    content = gzip.compress(b"x")  # bytes of any kind
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in content) * 2_000
    raw = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    assert only(raw).body == content * 2_000
