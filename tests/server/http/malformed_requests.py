"""Requests that must be refused, each with the status it gets: shapes that fool some parser somewhere."""

from __future__ import annotations

HOST = b"Host: a\r\n"


def get(headers: bytes = b"", *, line: bytes = b"GET / HTTP/1.1") -> bytes:
    return line + b"\r\n" + HOST + headers + b"\r\n"


def post(headers: bytes, body: bytes = b"") -> bytes:
    return get(headers, line=b"POST / HTTP/1.1") + body


def chunked(body: bytes) -> bytes:
    return post(b"Transfer-Encoding: chunked\r\n", body)


MALFORMED: dict[str, tuple[int, bytes]] = {
    # The request line
    "no version": (400, b"GET /\r\n\r\n"),
    "only a version": (400, b"HTTP/1.1\r\n\r\n"),
    "two spaces after the method": (400, get(line=b"GET  / HTTP/1.1")),
    "a tab for a space": (400, get(line=b"GET\t/ HTTP/1.1")),
    "a space in the target": (400, get(line=b"GET /a b HTTP/1.1")),
    "a space after the version": (400, get(line=b"GET / HTTP/1.1 ")),
    "a space before the method": (400, get(line=b" GET / HTTP/1.1")),
    "a method that is no token": (400, get(line=b"G@T / HTTP/1.1")),
    "raw UTF-8 in the target": (400, get(line="GET /あ HTTP/1.1".encode())),
    "a control in the target": (400, get(line=b"GET /\x01 HTTP/1.1")),
    "NUL in the target": (400, get(line=b"GET /\x00 HTTP/1.1")),
    "DEL in the target": (400, get(line=b"GET /\x7f HTTP/1.1")),
    "a fragment in the target": (400, get(line=b"GET /#a HTTP/1.1")),
    "a target that is no path": (400, get(line=b"GET v1/token/refresh HTTP/1.1")),
    "an ftp target": (400, get(line=b"GET ftp://a/b HTTP/1.1")),
    "an absolute target without a host": (400, get(line=b"GET http:///b HTTP/1.1")),
    "an asterisk that is not for OPTIONS": (400, get(line=b"GET * HTTP/1.1")),
    "CONNECT": (501, get(line=b"CONNECT a:443 HTTP/1.1")),
    "CONNECT with a path": (501, get(line=b"CONNECT / HTTP/1.1")),
    "HTTP/2.0": (505, get(line=b"GET / HTTP/2.0")),
    "HTTP/1.2": (505, get(line=b"GET / HTTP/1.2")),
    "HTTP/0.9": (505, get(line=b"GET / HTTP/0.9")),
    "the HTTP/2 preface": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "http in lower case": (400, get(line=b"GET / http/1.1")),
    "a version of three digits": (400, get(line=b"GET / HTTP/1.10")),
    "another protocol": (400, get(line=b"GET / ICE/1.0")),
    # Where lines end
    "bare LF everywhere": (400, b"GET / HTTP/1.1\nHost: a\n\n"),
    "bare LF after the request line": (400, b"GET / HTTP/1.1\nHost: a\r\n\r\n"),
    "bare LF in a header": (400, get(b"A: b\nTransfer-Encoding: chunked\r\n")),
    "bare CR in a header": (400, get(b"A: b\rTransfer-Encoding: chunked\r\n")),
    "bare CR before the end": (400, get(b"A: b\r\r\n")),
    "bare CR in the request line": (400, get(line=b"GET /\r HTTP/1.1")),
    "two empty lines first": (400, b"\r\n\r\n" + get()),
    "an LF first": (400, b"\n" + get()),
    # Header lines
    "a folded header": (400, get(b"A: b\r\n c\r\n")),
    "a header folded with a tab": (400, get(b"A: b\r\n\tc\r\n")),
    "a first header that is folded": (400, b"GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    "a space before the colon": (400, get(b"Content-Length : 0\r\n")),
    "a tab before the colon": (400, get(b"Transfer-Encoding\t: chunked\r\n")),
    "a header without a colon": (400, get(b"Content-Length\r\n")),
    "a header without a name": (400, get(b": b\r\n")),
    "a space in a name": (400, get(b"A B: c\r\n")),
    "a non-ASCII name": (400, get("É: c\r\n".encode())),
    "NUL in a value": (400, get(b"A: b\x00c\r\n")),
    "a control in a value": (400, get(b"A: b\x08c\r\n")),
    "DEL in a value": (400, get(b"A: b\x7fc\r\n")),
    "a vertical tab in a value": (400, get(b"A: b\x0bc\r\n")),
    # Host
    "no Host": (400, b"GET / HTTP/1.1\r\n\r\n"),
    "two Hosts": (400, get(b"Host: b\r\n")),
    "two equal Hosts": (400, get(HOST)),
    "a Host with a path": (400, b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    "a Host with a user": (400, b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
    "a Host with a space": (400, b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    "a Host that is a list": (400, b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    # Where the body ends
    "both lengths": (400, post(b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n")),
    "both lengths, the other way round": (
        400,
        post(b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"0\r\n\r\n"),
    ),
    "two lengths": (400, post(b"Content-Length: 5\r\nContent-Length: 6\r\n", b"hello!")),
    "two equal lengths": (400, post(b"Content-Length: 5\r\nContent-Length: 5\r\n", b"hello")),
    "a list of lengths": (400, post(b"Content-Length: 5, 5\r\n", b"hello")),
    "a length with a plus": (400, post(b"Content-Length: +5\r\n", b"hello")),
    "a negative length": (400, post(b"Content-Length: -5\r\n", b"hello")),
    "a hexadecimal length": (400, post(b"Content-Length: 0x5\r\n", b"hello")),
    "a length with an underscore": (400, post(b"Content-Length: 1_0\r\n", b"hello")),
    "a length in Arabic digits as latin-1": (400, post("Content-Length: ٥\r\n".encode(), b"hello")),
    "a superscript length": (400, post(b"Content-Length: \xb2\r\n", b"he")),
    "an empty length": (400, post(b"Content-Length:\r\n")),
    "a length of twenty digits": (400, post(b"Content-Length: 18446744073709551617\r\n")),
    "a fraction": (400, post(b"Content-Length: 5.0\r\n", b"hello")),
    "gzip as transfer": (501, post(b"Transfer-Encoding: gzip\r\n", b"0\r\n\r\n")),
    "gzip, chunked": (501, post(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n")),
    "identity as transfer": (501, post(b"Transfer-Encoding: identity\r\n")),
    "an empty transfer": (501, post(b"Transfer-Encoding:\r\n")),
    "quoted chunked": (501, post(b'Transfer-Encoding: "chunked"\r\n', b"0\r\n\r\n")),
    "xchunked": (501, post(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n")),
    "chunked with a vertical tab": (400, post(b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n")),
    "two transfers": (400, post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n")),
    "two transfers, one obscured": (400, post(b"Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n", b"0\r\n\r\n")),
    "chunked in HTTP/1.0": (400, b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    # Chunks
    "a chunk size that is no number": (400, chunked(b"xyz\r\n")),
    "a chunk size with 0x": (400, chunked(b"0x5\r\nhello\r\n0\r\n\r\n")),
    "a chunk size with a plus": (400, chunked(b"+5\r\nhello\r\n0\r\n\r\n")),
    "a negative chunk": (400, chunked(b"-1\r\n")),
    "a chunk size that overflows": (400, chunked(b"10000000000000000\r\n")),
    "an empty chunk size": (400, chunked(b"\r\nhello\r\n0\r\n\r\n")),
    "a space after a chunk size": (400, chunked(b"5 \r\nhello\r\n0\r\n\r\n")),
    "a space before a chunk size": (400, chunked(b" 5\r\nhello\r\n0\r\n\r\n")),
    "an underscore in a chunk size": (400, chunked(b"1_0\r\n")),
    "a chunk longer than it says": (400, chunked(b"4\r\nhello\r\n0\r\n\r\n")),
    "a chunk without its end": (400, chunked(b"5\r\nhello0\r\n\r\n")),
    "a chunk ended by LF": (400, chunked(b"5\r\nhello\n0\r\n\r\n")),
    "a chunk size ended by LF": (400, chunked(b"5\nhello\r\n0\r\n\r\n")),
    "a bare CR in an extension": (400, chunked(b"5;a\rb\r\nhello\r\n0\r\n\r\n")),
    "a bare LF in an extension": (400, chunked(b"5;a\nb\r\nhello\r\n0\r\n\r\n")),
    "an endless extension": (400, chunked(b"5;" + b"a" * 300)),
    "endless extensions on small chunks": (400, chunked((b"1;" + b"a" * 200 + b"\r\nx\r\n") * 100)),
    "a trailer that is no header": (400, chunked(b"0\r\nbad trailer\r\n\r\n")),
    "a trailer with a control": (400, chunked(b"0\r\nA: \x01\r\n\r\n")),
    "a length among the trailers": (400, chunked(b"0\r\nContent-Length: 5\r\n\r\n")),
    "a transfer among the trailers": (400, chunked(b"0\r\ntransfer-encoding: chunked\r\n\r\n")),
    "a Host among the trailers": (400, chunked(b"0\r\nHost: b\r\n\r\n")),
    "an endless trailer": (400, chunked(b"0\r\nA: " + b"a" * 9_000)),
    "endless trailers": (400, chunked(b"0\r\n" + b"A: b\r\n" * 2_000 + b"\r\n")),
    # Not HTTP at all
    "a TLS handshake": (400, bytes.fromhex("160301020001000 1fc0303".replace(" ", "")) + bytes(32)),
    "a PROXY line": (400, b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n" + get()),
    "JSON": (400, b'{"refresh_token": "abc"}\n'),
    "nothing but zeros": (400, bytes(64)),
    # Expectations and sizes
    "an expectation nobody knows": (417, post(b"Expect: 200-ok\r\nContent-Length: 5\r\n")),
    "a request line without an end": (414, b"GET /" + b"a" * 17_000),
    "headers without an end": (431, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 6_000),
    "one header without an end": (431, b"GET / HTTP/1.1\r\nA: " + b"b" * 33_000),
}
