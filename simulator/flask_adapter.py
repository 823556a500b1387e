"""Converts WSGI requests to plain data and replies to WSGI, without the behaviour that the framework adds.

Flask adds charsets, HEAD, OPTIONS, redirects, HTML errors and its own handling of
204. A simulated API has none of these, so the adapter copies bytes and headers unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

from simulator.core.clock import pause
from simulator.core.http.phrases import phrase
from simulator.core.model.call import BODY_LIMIT, Dribble, Reply, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_BODILESS = {204, 304}


def incoming(environ: WSGIEnvironment) -> Request:
    """A WSGI request as plain data; at most BODY_LIMIT bytes of its body are read."""
    body = environ["wsgi.input"].read(_readable(environ))
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace") or "/",
        raw_query=environ.get("QUERY_STRING", ""),
        headers=_headers(environ),
        body=body[:BODY_LIMIT],
        client=environ.get("REMOTE_ADDR", ""),
        oversized=len(body) > BODY_LIMIT,
        secure=environ.get("wsgi.url_scheme") == "https",
    )


def _readable(environ: WSGIEnvironment) -> int:
    """How many bytes to read: one more than the limit shows that the body is too long."""
    if environ.get("wsgi.input_terminated") or environ.get("HTTP_TRANSFER_ENCODING"):
        return BODY_LIMIT + 1
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
    return min(max(length, 0), BODY_LIMIT + 1)


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
    for key, name in (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length")):
        if environ.get(key):
            headers[name] = environ[key]
    return headers


class WireResponse(Response):
    """An unchanged reply: only Content-Length is added, which every answer has."""

    default_mimetype = None
    automatically_set_content_length = False

    def __init__(self, reply: Reply) -> None:
        words = reply.reason if reply.reason is not None else phrase(reply.status)
        super().__init__(reply.body, status=f"{reply.status} {words}")
        length = reply.header("content-length") if reply.status in _BODILESS else str(len(reply.body))
        framing = () if length is None else (("content-length", length),)
        self.headers = Headers((*(pair for pair in reply.headers if pair[0].lower() != "content-length"), *framing))
        self._reply = reply

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """The unchanged headers: werkzeug would rewrite Location and drop a 204's Content-Length."""
        return self.headers

    def get_app_iter(self, environ: WSGIEnvironment) -> Iterable[bytes]:
        """The body at the times of the delivery plan: a WSGI server can delay an answer, but not break it."""
        plan = self._reply.delivery
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else self._reply.body
        pause(plan.delay)
        if plan.dribble is None:
            return [body]
        return _dribbled(body, plan.dribble)


def _dribbled(body: bytes, dribble: Dribble) -> Iterator[bytes]:
    for wait, piece in dribble.pieces(body):
        pause(wait)
        yield piece
