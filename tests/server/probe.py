"""A lane that remembers what it was asked and answers what it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from simulator.core.model.call import Delivery, Reply, Request

DATE = "Thu, 04 Jan 2024 00:00:00 GMT"


def echo(incoming: Request) -> Reply:
    """What arrived, as JSON."""
    seen = {
        "method": incoming.method,
        "path": incoming.path,
        "query": incoming.raw_query,
        "headers": dict(incoming.headers),
        "body": incoming.body.decode("latin-1"),
        "oversized": incoming.oversized,
    }
    return Reply(200, (("Content-Type", "application/json"), ("Date", DATE)), json.dumps(seen).encode())


class Probe:
    def __init__(self) -> None:
        self.seen: list[Request] = []
        self.answer: Callable[[Request], Reply | None] = echo

    def __call__(self, incoming: Request) -> Reply | None:
        self.seen.append(incoming)
        return self.answer(incoming)

    def reset(self) -> None:
        self.seen.clear()
        self.answer = echo

    def says(self, reply: Reply) -> None:
        self.answer = lambda _: reply

    def delivers(self, **plan: object) -> None:
        """Echo, delivered so for paths that begin with /planned, at once for others."""
        delivery = Delivery(**plan)
        self.answer = lambda incoming: (
            replace(echo(incoming), delivery=delivery) if incoming.path.startswith("/planned") else echo(incoming)
        )
