"""The target of a request: its sandbox, its API and its operation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from simulator.core.errors import UsageError
from simulator.core.http.problem import problem
from simulator.core.model.api import Api, Operation, ProfileName
from simulator.core.model.call import Reply, Request
from simulator.sandbox.config import DEFAULT, NAME

SANDBOX_PREFIX: Final = "/sandbox/"
CONTROL_PREFIX: Final = "/_simulator"
LOCAL_DOMAINS: Final = ("localhost",)
"""Host names under this domain mean this machine (RFC 6761 §6.3)."""
_SLASHES: Final = re.compile("//+")


@dataclass(frozen=True, slots=True)
class Target:
    """The sandbox that a path names (not validated here) and the path inside it.

    is_control: the path belongs to the control plane, not to a simulated API.
    """

    sandbox: str
    path: str
    is_control: bool


@lru_cache(maxsize=256)
def parse_path(path: str) -> Target:
    """Split a path into sandbox and rest; runs of slashes count as one."""
    if "//" in path:
        path = _SLASHES.sub("/", path)
    sandbox = DEFAULT
    if path.startswith(SANDBOX_PREFIX):
        sandbox, slash, rest = path[len(SANDBOX_PREFIX) :].partition("/")
        path = slash + rest or "/"
    return Target(sandbox, path, path == CONTROL_PREFIX or path.startswith(CONTROL_PREFIX + "/"))


def by_host(request: Request, domains: Collection[str] = LOCAL_DOMAINS) -> Request:
    """The request with the sandbox that its host names moved into its path: ``mine.localhost`` is ``/sandbox/mine``.

    For clients that drop the path of their base URL (docs/sources/uid2-current.md §D13). domains: the rest of the host
    after the name, in lower case. A sandbox in the path takes precedence over one in the host.
    """
    host = request.headers.get("host")
    if host is None or request.path.startswith(SANDBOX_PREFIX):
        return request
    name = _named_by(host, frozenset(domains))
    return request if name is None else replace(request, path=f"{SANDBOX_PREFIX}{name}{request.path}")


@lru_cache(maxsize=256)
def _named_by(host: str, domains: frozenset[str]) -> str | None:
    """The first label of a Host header, in lower case, if the rest of the host is one of the domains."""
    label, _, rest = host.lower().partition(".")
    return label if rest.partition(":")[0].rstrip(".") in domains and NAME.fullmatch(label) else None


@dataclass(frozen=True, slots=True)
class Route:
    """A path of an API: its operations by method; empty for a path that its gateway answers."""

    api: Api[Any]
    by_method: Mapping[str, Operation[Any]]

    def under(self, profile: ProfileName) -> Route:
        """The route with the operations that exist under a profile; without any, the path is unknown."""
        found = {method: operation for method, operation in self.by_method.items() if operation.exists_in(profile)}
        return Route(self.api, found)


class Routes:
    """Every path of a set of APIs. Raises :class:`UsageError` when two of them claim the same one.

    alone: the only API also answers unknown paths, as its gateway does.
    """

    def __init__(self, apis: Iterable[Api[Any]], *, alone: bool = False) -> None:
        served = tuple(apis)
        if alone and len(served) != 1:
            raise UsageError(f"one API can be served alone, not {len(served)}.")
        self._gateway = Route(served[0], {}) if alone else None
        self._exact = _table(served)
        self._any_slash = {path: route for path, route in self._exact.items() if route.api.ignore_trailing_slash}

    def find(self, path: str) -> Route | None:
        """The route of a path; None if no API answers it."""
        route = self._exact.get(path)
        if route is None and path.endswith("/"):
            route = self._any_slash.get(path.rstrip("/"))
        return route or self._gateway

    def unknown(self) -> Reply:
        """Our own 404, which lists the available paths."""
        return problem(
            404,
            "No such operation",
            "This path belongs to no simulated API. The simulator's own pages are under "
            f"{CONTROL_PREFIX}; serve one API alone (--api) to get its gateway's answer here.",
            operations=[
                {"operation": operation.name, "method": method, "path": path}
                for path, route in self._exact.items()
                for method, operation in route.by_method.items()
            ],
        )


def _table(apis: Iterable[Api[Any]]) -> dict[str, Route]:
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
