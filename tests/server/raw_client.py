"""A client that sends any bytes and reads what comes, with a bound on every wait."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import dataclass
from typing import Any, Self

PATIENCE = 5.0
"""Seconds after which something that must come is taken to be stuck."""


@dataclass(frozen=True)
class RawAnswer:
    status: int
    reason: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class RawClient:
    """One connection."""

    def __init__(self, port: int, host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> None:
        plain = socket.create_connection((host, port), timeout=PATIENCE)
        self.socket = plain if context is None else context.wrap_socket(plain, server_hostname="localhost")
        self._seen = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> Self:
        self.socket.sendall(data)
        return self

    def finish_sending(self) -> Self:
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def head(self) -> tuple[str, dict[str, str]]:
        """The status line and the headers (lower-case names) of the next answer."""
        while b"\r\n\r\n" not in self._seen:
            self._more("a head")
        raw, _, self._seen = self._seen.partition(b"\r\n\r\n")
        first, *lines = raw.decode("latin-1").split("\r\n")
        return first, {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    def answer(self, method: str = "GET") -> RawAnswer:
        """The next answer, whole, framed by its Content-Length."""
        first, headers = self.head()
        version, code, reason = first.split(" ", 2)
        assert version == "HTTP/1.1"
        length = 0 if method == "HEAD" or code in {"100", "204", "304"} else int(headers["content-length"])
        while len(self._seen) < length:
            self._more("a body")
        body, self._seen = self._seen[:length], self._seen[length:]
        return RawAnswer(int(code), reason, headers, body)

    def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        seen, self._seen = self._seen, b""
        while data := self.socket.recv(65536):
            seen += data
        return seen

    def _more(self, what: str) -> None:
        data = self.socket.recv(65536)
        assert data, f"the connection ended within {what}: {self._seen!r}"
        self._seen += data
