"""The whole story of one call, without Flask and without sockets: sandbox → operation → answer."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, Final

from simulator.core.api import Api, Operation, World
from simulator.core.call import Call, Incoming, Reply
from simulator.core.errors import Rejection, UsageError
from simulator.core.problem import problem
from simulator.sandbox import DEFAULT, DEFAULT_CAST, NAME, Cast, Sandbox, Sandboxes
from simulator.state.memory import MemoryStore
from simulator.state.store import Store
from simulator.tokens import random_secret

logger = logging.getLogger("simulator")

SANDBOX_PREFIX: Final = "/sandbox/"
CONTROL_PREFIX: Final = "/_simulator"
_SLASHES: Final = re.compile("//+")


@dataclass(frozen=True, slots=True)
class Route:
    """A path that some API knows: its operations by method."""

    api: Api[Any]
    by_method: Mapping[str, Operation[Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request points: the sandbox's name and the path inside it."""

    sandbox: str
    path: str

    @property
    def is_control(self) -> bool:
        """Whether it is for the control plane rather than for a simulated API."""
        return self.path == CONTROL_PREFIX or self.path.startswith(CONTROL_PREFIX + "/")


def locate(path: str) -> Place:
    """Split a path into sandbox and rest; runs of slashes count as one.

    The name is not judged here: an unusable one is answered by :meth:`Simulation.answer`.
    """
    if "//" in path:
        path = _SLASHES.sub("/", path)
    if path.startswith(SANDBOX_PREFIX):
        name, slash, rest = path[len(SANDBOX_PREFIX) :].partition("/")
        return Place(name, slash + rest or "/")
    return Place(DEFAULT, path)


class Simulation:
    """Answers calls for a set of APIs.

    alone: the server is this one API and nothing else: unknown paths get its gateway's answer.
    """

    def __init__(
        self,
        apis: Iterable[Api[Any]],
        *,
        secret: bytes | None = None,
        store: Store | None = None,
        cast: Cast = DEFAULT_CAST,
        alone: bool = False,
    ) -> None:
        self.apis = {api.name: api for api in apis}
        if alone and len(self.apis) != 1:
            raise UsageError(f"one API can be served alone, not {len(self.apis)}.")
        self._alone = next(iter(self.apis.values())) if alone else None
        self._routes = _routes(self.apis.values())
        self._any_slash = any(api.any_slash for api in self.apis.values())
        self.sandboxes = Sandboxes(
            self.apis.values(), secret or random_secret(), store if store is not None else MemoryStore(), cast
        )

    def answer(self, incoming: Incoming) -> Reply:
        """The reply to a request for a simulated API (:attr:`Place.is_control` ones are not for here)."""
        place = locate(incoming.path)
        if not NAME.fullmatch(place.sandbox):
            return problem(
                404,
                "No such sandbox",
                f'"{place.sandbox}" cannot name a sandbox: use 1 to 64 of a-z 0-9 . _ -, beginning with a-z or 0-9.',
            )
        sandbox = self.sandboxes.get(place.sandbox)
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
        try:
            reply = self._serve(call, sandbox)
        except Exception:  # the last resort: a fault of ours must say that it is ours, not look like the service's
            logger.exception("unexpected error while answering %s %s", call.method, call.path)
            reply = problem(500, "The simulator failed", "This is a bug of the simulator, not an answer of the API.")
        return replace(reply, headers=(*reply.headers, ("Date", http_date(call.at))))

    def _serve(self, call: Call, sandbox: Sandbox) -> Reply:
        route = self._route(call.path)
        if route is None:
            if self._alone is None:
                return self._unknown(call)
            return self._gateway(call, self._alone, (), sandbox.world(self._alone.name))
        world = sandbox.world(route.api.name)
        operation = route.by_method.get(call.method)
        if operation is None:
            return self._gateway(call, route.api, tuple(route.by_method), world)
        return self._operate(call, route.api, operation, world)

    def _operate(self, call: Call, api: Api[Any], operation: Operation[Any], world: World) -> Reply:
        reply = api.before(call, operation, world)
        if reply is None:
            try:
                reply = operation.handle(call, world)
            except Rejection as no:
                reply = api.errors[no.name](call, world)
        return api.after(call, reply, operation, world)

    def _gateway(self, call: Call, api: Api[Any], allowed: tuple[str, ...], world: World) -> Reply:
        reply = api.before(call, None, world) or api.misrouted(call, allowed, world)
        return api.after(call, reply, None, world)

    def _route(self, path: str) -> Route | None:
        route = self._routes.get(path)
        if route is None and self._any_slash and path.endswith("/"):
            route = self._routes.get(path.rstrip("/"))
            if route is not None and not route.api.any_slash:
                return None
        return route

    def _unknown(self, call: Call) -> Reply:
        return problem(
            404,
            "No such operation",
            f"{call.method} {call.path} belongs to no simulated API. The simulator's own pages are under "
            f"{CONTROL_PREFIX}; serve one API alone (--api) to get its gateway's answer here.",
            operations=[
                {"operation": operation.name, "method": method, "path": path}
                for path, route in self._routes.items()
                for method, operation in route.by_method.items()
            ],
        )


@lru_cache(maxsize=64)
def _date_of(second: datetime) -> str:
    return format_datetime(second, usegmt=True)


def http_date(moment: datetime) -> str:
    """``Thu, 04 Jan 2024 00:00:00 GMT``: an HTTP date (RFC 9110 §5.6.7), seconds rounded down."""
    return _date_of(moment.replace(microsecond=0))


def _routes(apis: Iterable[Api[Any]]) -> dict[str, Route]:
    routes: dict[str, Route] = {}
    for api in apis:
        for operation in api.operations:
            taken = routes.get(operation.path)
            if taken is not None and taken.api is not api:
                raise UsageError(f"{operation.path} is claimed by {taken.api.name} and by {api.name}.")
            methods = dict(taken.by_method) if taken else {}
            for method in operation.methods:
                if method in methods:
                    raise UsageError(f"{method} {operation.path} is claimed twice by {api.name}.")
                methods[method] = operation
            routes[operation.path] = Route(api, methods)
    return routes
