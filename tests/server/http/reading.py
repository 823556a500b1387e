"""Bytes as the requests in them."""

from __future__ import annotations

from simulator.server.http.limits import Limits
from simulator.server.http.reader import ParsedRequest, RequestReader


def read(raw: bytes, limits: Limits | None = None) -> list[ParsedRequest]:
    """Every request in these bytes."""
    reader = RequestReader(limits or Limits())
    reader.feed(raw)
    requests = []
    while (request := reader.next()) is not None:
        requests.append(request)
        if not request.keep_alive:
            break
    return requests
