"""A strict parser for the head of a request: a head that two parsers could read differently is refused.

One regular expression decides whether a head is well formed (RFC 9112 §2 to §5,
without its leniencies: no bare CR or LF, no folded lines, no space before a
colon, no control bytes); then splitting it is safe. That is as fast as a C
parser with the same checks beside it, and does not change with a parser's version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, NamedTuple, NoReturn
from urllib.parse import unquote

from simulator.server.http.limits import Limits
from simulator.server.http.refusal import RequestRefused, malformed

_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_VALUE: Final = rb"[\t\x20-\x7e\x80-\xff]*"
_HEAD: Final = re.compile(
    rb"(%b) ([\x21\x22\x24-\x7e]+) HTTP/1\.([01])\r\n((?:%b:%b\r\n)*)\r\n" % (_TOKEN, _TOKEN, _VALUE)
)
_LINE: Final = re.compile(rb"(?P<method>[^ ]*) (?P<target>.*) (?P<version>HTTP/\d\.\d)", re.DOTALL)
_TARGET: Final = re.compile(rb"[\x21\x22\x24-\x7e]+")
_METHOD: Final = re.compile(_TOKEN)
FIELD_LINE: Final = re.compile(rb"%b:%b" % (_TOKEN, _VALUE))

_ABSOLUTE: Final = re.compile(r"https?://(?P<authority>[^/?]+)(?P<rest>.*)", re.IGNORECASE)
_HOST: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+;=%:\[\]-]*")
_LENGTH: Final = re.compile(r"[0-9]{1,19}")
ONCE: Final = frozenset({"host", "content-length", "transfer-encoding"})
"""If one of these is repeated, two parsers can disagree about the end or the target of the request."""


class RequestHead(NamedTuple):
    """A request without its body.

    path: percent-decoded. raw_query: without "?". minor: 0 or 1, of HTTP/1.x.
    headers: names in lower case, repeated ones joined with ", ".
    length: bytes of the body to come; None when it comes in chunks.
    keep_alive: the client may use the connection again. expects: the client waits for ``100 Continue``.
    """

    method: str
    path: str
    raw_query: str
    minor: int
    headers: Mapping[str, str]
    length: int | None
    keep_alive: bool
    expects: bool


def parse_head(raw: bytes, limits: Limits) -> RequestHead:
    """Read a head, from its request line to the empty line, both included.

    Raises :class:`RequestRefused` with 400, 414, 417, 431, 501 or 505.
    """
    found = _HEAD.fullmatch(raw)
    if found is None:
        _diagnose(raw, limits)
    method, target, minor_digit, fields = found.groups()
    line = len(raw) - len(fields) - 4
    check_sizes(line, len(fields), limits)
    minor = 1 if minor_digit == b"1" else 0
    headers = _headers(fields)
    name = method.decode("ascii")
    path, raw_query, authority = _split_target(name, target.decode("ascii"))
    host = headers.get("host")
    if host is None:
        if minor:
            raise malformed("HTTP/1.1 requires a Host header.")
    elif _HOST.fullmatch(host) is None:
        raise malformed("The Host header is no host name with an optional port.")
    if authority:
        headers["host"] = authority  # an absolute target replaces the Host header (RFC 9112 §3.2.2)
    return RequestHead(
        name,
        path,
        raw_query,
        minor,
        headers,
        _body_length(headers, minor),
        _keeps_alive(headers.get("connection"), minor),
        _expects(headers.get("expect"), minor),
    )


def check_sizes(request_line: int, headers: int, limits: Limits) -> None:
    """Raise 414 or 431 for a head that exceeds a limit in bytes."""
    if request_line > limits.request_line:
        raise RequestRefused(HTTPStatus.REQUEST_URI_TOO_LONG, f"The request line is over {limits.request_line} bytes.")
    if headers > limits.headers:
        raise RequestRefused(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"The headers together are over {limits.headers} bytes."
        )


def _headers(fields: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in fields.decode("latin-1").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        name = name.lower()
        value = value.strip(" \t")
        if name in headers:
            if name in ONCE:
                raise malformed(f"The {name} header is there twice.")
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers


def _split_target(method: str, target: str) -> tuple[str, str, str]:
    """Path, query, and the authority of an absolute target ("" in the usual form)."""
    if method == "CONNECT":
        raise RequestRefused(HTTPStatus.NOT_IMPLEMENTED, "CONNECT asks for a proxy; this is none.")
    authority = ""
    if not target.startswith("/"):
        if target == "*" and method == "OPTIONS":
            return "*", "", ""
        absolute = _ABSOLUTE.fullmatch(target)
        if absolute is None:
            raise malformed('The request target is neither a path that begins with "/" nor a whole http URL.')
        target, authority = absolute["rest"], absolute["authority"]
        if not target.startswith("/"):
            target = "/" + target
    path, _, query = target.partition("?")
    if "%" in path:
        path = unquote(path, "utf-8", "replace")
    return path, query, authority


def _body_length(headers: dict[str, str], minor: int) -> int | None:
    length = headers.get("content-length")
    encoding = headers.get("transfer-encoding")
    if encoding is not None:
        if length is not None:
            raise malformed("Content-Length and Transfer-Encoding exclude each other.")
        if not minor:
            raise malformed("HTTP/1.0 has no Transfer-Encoding.")
        if encoding.lower() != "chunked":
            raise RequestRefused(HTTPStatus.NOT_IMPLEMENTED, "The only Transfer-Encoding understood is chunked.")
        return None
    if length is None:
        return 0
    if _LENGTH.fullmatch(length) is None:
        raise malformed("Content-Length is no number of at most 19 digits.")
    return int(length)


def _keeps_alive(connection: str | None, minor: int) -> bool:
    if connection is None:
        return minor == 1
    options = {option.strip().lower() for option in connection.split(",")}
    return "close" not in options and (minor == 1 or "keep-alive" in options)


def _expects(expect: str | None, minor: int) -> bool:
    if expect is None or not minor:  # RFC 9110 §10.1.1: an expectation in HTTP/1.0 is ignored
        return False
    if expect.lower() != "100-continue":
        raise RequestRefused(HTTPStatus.EXPECTATION_FAILED, "The only expectation understood is 100-continue.")
    return True


def _diagnose(raw: bytes, limits: Limits) -> NoReturn:
    """Describe the first error, in byte order, of a head that is not well formed."""
    line, _, rest = raw.partition(b"\r\n")
    fields = rest[:-2]
    check_sizes(len(line), len(fields), limits)
    found = _LINE.fullmatch(line)
    if found is None or _METHOD.fullmatch(found["method"]) is None:
        raise malformed("The first line is no HTTP/1.1 request line: method, one space, target, one space, version.")
    if _TARGET.fullmatch(found["target"]) is None:
        raise malformed('The request target holds a space, "#", a control or a non-ASCII byte; percent-encode it.')
    if found["version"] not in {b"HTTP/1.0", b"HTTP/1.1"}:
        raise RequestRefused(
            HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "The versions spoken here are HTTP/1.1 and HTTP/1.0."
        )
    number = next(
        (at for at, field in enumerate(fields.split(b"\r\n")[:-1], 1) if FIELD_LINE.fullmatch(field) is None), None
    )
    if number is None:
        raise malformed("The head has a bare CR or LF.")
    raise malformed(
        f"Header line {number} is malformed: a name, a colon right after it, and a value on the same line"
        " without control bytes."
    )
