"""The whole story of one call, without Flask and without sockets.

Sandbox → rule → operation → effects → journal.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from simulator.core.api import Api, Operation, World
from simulator.core.call import Call, Incoming, Reply
from simulator.core.clock import ticks
from simulator.core.errors import Rejection
from simulator.core.problem import problem
from simulator.journal import Recorder
from simulator.routing import Routes, locate
from simulator.sandbox import DEFAULT_BOUNDS, DEFAULT_CAST, Bounds, Cast, Sandbox
from simulator.sandboxes import Sandboxes, SandboxRefused
from simulator.state.memory import MemoryStore
from simulator.state.store import Store
from simulator.tokens import derive_key, random_secret

logger = logging.getLogger("simulator")


@dataclass(slots=True)
class Story:
    """What became of one call, for the journal."""

    api: Api[Any] | None = None
    operation: str = ""
    error: str = ""
    rules: tuple[str, ...] = ()


class Simulation:
    """Answers calls for a set of APIs.

    alone: the server is this one API and nothing else: unknown paths get its gateway's answer.
    secret: what tokens are sealed with; random when there is none.
    """

    def __init__(
        self,
        apis: Iterable[Api[Any]],
        *,
        secret: bytes | None = None,
        store: Store | None = None,
        cast: Cast = DEFAULT_CAST,
        bounds: Bounds = DEFAULT_BOUNDS,
        alone: bool = False,
        wire_faults: frozenset[str] = frozenset(),
    ) -> None:
        self.apis = {api.name: api for api in apis}
        self.wire_faults = wire_faults
        self.routes = Routes(self.apis.values(), alone=alone)
        secret = secret or random_secret()
        self.recorder = Recorder(derive_key(secret, "journal"))
        self.sandboxes = Sandboxes(
            self.apis.values(),
            secret=secret,
            store=store if store is not None else MemoryStore(),
            cast=cast,
            bounds=bounds,
        )

    def answer(self, incoming: Incoming) -> Reply:
        """The reply to a request for a simulated API (the control plane's are not for here)."""
        started = ticks()
        place = locate(incoming.path)
        try:
            sandbox = self.sandboxes.get(place.sandbox)
        except SandboxRefused as refused:
            return problem(refused.status, "No such sandbox", str(refused))
        call = Call(
            incoming.method,
            place.path,
            incoming.raw_query,
            incoming.headers,
            incoming.body,
            sandbox.clock.now(),
            place.sandbox,
            incoming.client,
            incoming.oversized,
        )
        story = Story()
        try:
            reply = self._serve(call, sandbox, story)
        except Exception:  # the last resort: a fault of ours must say that it is ours, not look like the service's
            logger.exception("unexpected error while answering %s %s", call.method, story.operation)
            reply = problem(500, "The simulator failed", "This is a bug of the simulator, not an answer of the API.")
        reply = _dated(reply, call)
        sandbox.journal.append(
            self.recorder.entry(
                sandbox.journal.next_number(),
                call,
                incoming,
                reply,
                api=story.api,
                operation=story.operation,
                error=story.error,
                rules=story.rules,
                took=round((ticks() - started) * 1_000_000),
            )
        )
        return reply

    def _serve(self, call: Call, sandbox: Sandbox, story: Story) -> Reply:
        found = self.routes.find(call.path)
        stage = sandbox.stage
        if found is None:
            return self.routes.unknown(call)
        api = story.api = found.api
        world = stage.worlds[api.name]
        operation = found.by_method.get(call.method)
        reply = api.before(call, operation, world)
        if operation is None:
            reply = reply or api.misrouted(call, tuple(found.by_method), world)
        else:
            story.operation = operation.name
            if reply is None:
                reply = _run(call, api, operation, world, story)
        return api.after(call, reply, operation, world)


def _run(call: Call, api: Api[Any], operation: Operation[Any], world: World, story: Story) -> Reply:
    try:
        return operation.handle(call, world)
    except Rejection as no:
        story.error = f"{api.name}.{no.name}"
        return api.errors[story.error](call, world)


def _dated(reply: Reply, call: Call) -> Reply:
    """Every answer has a Date, by the sandbox's clock."""
    return Reply(
        reply.status,
        (*reply.headers, ("Date", http_date(call.at))),
        reply.body,
        reply.reason,
        reply.delivery,
        reply.issued,
    )


@lru_cache(maxsize=64)
def _date_of(second: datetime) -> str:
    return format_datetime(second, usegmt=True)


def http_date(moment: datetime) -> str:
    """``Thu, 04 Jan 2024 00:00:00 GMT``: an HTTP date (RFC 9110 §5.6.7), seconds rounded down."""
    return _date_of(moment.replace(microsecond=0))
