"""Calls as they leave a client, answers as they arrive, and the connection between them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from urllib.parse import urlsplit

Kind = Literal["login", "refresh", "use"]
"""login: credentials for tokens. refresh: a refresh token for tokens. use: what the access token is for."""


@dataclass(frozen=True)
class Outgoing:
    """A call before it is sent. query: decoded pairs. suffix: what is appended to the query as it is.

    token: the token the call presents, "" for none. base: where it goes instead of the client's own base URL.
    """

    kind: Kind
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    suffix: str = ""
    token: str = ""
    base: str = ""

    def target(self, encode: Callable[[str], str]) -> str:
        """Path and query, each value encoded."""
        pairs = [f"{name}={encode(value)}" for name, value in self.query]
        query = "&".join([*pairs, self.suffix] if self.suffix else pairs)
        return f"{self.path}?{query}" if query else self.path


@dataclass(frozen=True)
class Answer:
    """An answer that arrived whole. headers: names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def document(self) -> dict[str, Any]:
        """The JSON object in the body. Raises ValueError when there is none."""
        found = json.loads(self.body)
        if not isinstance(found, dict):
            raise ValueError(f"expected an object, got {type(found).__name__}")  # noqa: TRY004 - as the parser does
        return found

    @property
    def is_json(self) -> bool:
        """Whether the body is a JSON object."""
        try:
            self.document()
        except ValueError:
            return False
        return True


class Connection:
    """A connection that is kept and reopened when it was lost. One thread uses it at a time.

    base: scheme, host, port, path and query that all targets begin with. timeout: seconds per read, None for no limit.
    keep: False opens a new connection for each call.
    """

    def __init__(self, base: str, timeout: float | None, *, keep: bool = True) -> None:
        parts = urlsplit(base)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._prefix = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
        self._keep = keep
        self._http = kind(parts.netloc, timeout=timeout)

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """The answer; None when the connection was lost or the time-out passed before it was complete."""
        try:
            self._http.request(method, self._prefix + target, body or None, dict(headers))
            response = self._http.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(response.status, names, response.read())
        except (OSError, http.client.HTTPException):
            self._http.close()
            return None
        if not self._keep:
            self._http.close()
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
