"""Bytes as the requests in them."""

from __future__ import annotations

from simulator.server.limits import Limits
from simulator.server.reader import Request, RequestReader


def read(raw: bytes, limits: Limits | None = None) -> list[Request]:
    """Every request in these bytes."""
    reader = RequestReader(limits or Limits())
    reader.feed(raw)
    requests = []
    while (request := reader.next()) is not None:
        requests.append(request)
        if not request.keep_alive:
            break
    return requests
