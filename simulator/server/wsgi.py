"""One request through a WSGI application (PEP 3333): every request that is not for a simulated operation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from simulator.core.model.call import Reply, Request

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def call_wsgi(app: WsgiApp, incoming: Request, address: tuple[str, int]) -> Reply:
    """Call the application and collect its answer, whole. ``address``: host and port that listen.

    Raises every exception of the application.
    """
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        if exc_info is not None and written:
            raise exc_info[1].with_traceback(exc_info[2])
        started[:] = [(status, headers)]
        return written.append

    chunks = app(environ(incoming, address), start_response)
    try:
        written.extend(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    status, headers = started[0]
    code, _, reason = status.partition(" ")
    return Reply(int(code), tuple(headers), b"".join(written), reason)


def environ(incoming: Request, address: tuple[str, int]) -> dict[str, Any]:
    """The environ of the request by PEP 3333: text is bytes as latin-1.

    HEAD becomes GET: the transport omits the body, and knows the length that it would have (RFC 9110 §9.3.2).
    A header with an underscore in its name is left out: it could pose as the one with a hyphen.
    """
    made: dict[str, Any] = {
        "REQUEST_METHOD": "GET" if incoming.method == "HEAD" else incoming.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": incoming.path.encode().decode("latin-1"),
        "QUERY_STRING": incoming.raw_query,
        "SERVER_NAME": address[0],
        "SERVER_PORT": str(address[1]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": incoming.client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if incoming.secure else "http",
        "wsgi.input": BytesIO(incoming.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in incoming.headers.items():
        if "_" not in name:
            made["HTTP_" + name.upper().replace("-", "_")] = value
    made.pop("HTTP_TRANSFER_ENCODING", None)  # the body is decoded by now
    made.pop("HTTP_CONTENT_LENGTH", None)
    content_type = made.pop("HTTP_CONTENT_TYPE", None)
    if content_type is not None:
        made["CONTENT_TYPE"] = content_type
    made["CONTENT_LENGTH"] = str(len(incoming.body))
    return made
