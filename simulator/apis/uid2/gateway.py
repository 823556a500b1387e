"""The operator's router: its answers before and instead of the operations, and the headers that it adds.

Source: docs/sources/uid2.md §1.1, §1.4.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from simulator.apis.uid2 import facts, replies
from simulator.apis.uid2.request import is_malformed
from simulator.apis.uid2.v2 import facts as v2
from simulator.apis.uid2.v2.gateway import sealed
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.api import Credentials, Operation
from simulator.core.model.call import Call, Headers, Reply

_NO_TRACE: Final = frozenset({facts.TOKEN_VALIDATE, facts.HEALTHCHECK, v2.CLIENT_GENERATE})
"""Paths without the authorisation handler, which echoes the trace id (docs/sources/uid2.md §1.2)."""
_BODIES: Final = frozenset({facts.IDENTITY_MAP}) | v2.ALL_PATHS
"""Paths with a body handler, which runs before the authorisation (docs/sources/uid2.md §1.1; uid2-operator,
setupV2Routes)."""
_VARY: Final = ("vary", "origin")


def before(call: Call, operation: Operation[Uid2World] | None, world: Uid2World) -> Reply | None:
    """The server's limits, version capture, cross-origin rules, body limit, in the router's order; None to continue."""
    if _line(call) > facts.REQUEST_LINE_LIMIT:
        return replies.URI_TOO_LONG
    if _fields(call) > facts.HEADERS_LIMIT:
        return replies.FIELDS_TOO_LARGE
    if _breaks_version_capture(call):
        return replies.BAD_REQUEST
    origin = call.headers.get("origin")
    if origin is not None:
        if not origin:
            return replies.CORS_REFUSED
        if _is_preflight(call):
            return replies.preflight(origin, with_key=_is_key_allowed(call, world))
    return replies.TOO_LARGE if _is_too_large(call, operation) else None


def misrouted(call: Call, allowed: tuple[str, ...], _world: Uid2World) -> Reply:
    """404 in HTML for an unknown path; 405 without a body for a wrong method."""
    if not allowed:
        return replies.NOT_FOUND
    return replies.HEAD_NOT_ALLOWED if call.method == "HEAD" else replies.not_allowed(allowed)


def after(
    credentials: Credentials, call: Call, reply: Reply, operation: Operation[Uid2World] | None, _world: Uid2World
) -> Reply:
    """Add envelope, cross-origin headers and trace id, except to what was answered before their handlers ran."""
    if reply is replies.URI_TOO_LONG or reply is replies.FIELDS_TOO_LARGE or _breaks_version_capture(call):
        return reply
    reply = sealed(credentials, call, reply, operation)
    extra: Headers = ()
    origin = call.headers.get("origin")
    if origin is None:
        extra = (_VARY,)
    elif origin and not _is_preflight(call):
        extra = (("access-control-allow-origin", origin), _VARY)
    trace = call.headers.get("x-amzn-trace-id")
    if trace is not None and _reaches_authorisation(call, operation):
        extra += ((facts.TRACE_HEADER, trace),)
    missing = tuple((name, value) for name, value in extra if reply.header(name) is None)
    if not missing:
        return reply
    return replace(reply, headers=reply.headers + missing)


def _line(call: Call) -> int:
    """Bytes of the request line as the real service would receive it, without the prefix of a sandbox."""
    query = len(call.raw_query)
    return len(call.method) + 1 + len(call.path) + (query + 1 if query else 0) + len(" HTTP/1.1")


def _fields(call: Call) -> int:
    """Bytes of the header lines, each with a space after its colon, as clients write them."""
    return sum(len(name) + len(": ") + len(value) for name, value in call.headers.items())


def _breaks_version_capture(call: Call) -> bool:
    """The first handler reads the client's version from header or query, and fails on a malformed query."""
    return facts.VERSION_HEADER not in call.headers and is_malformed(call)


def _is_preflight(call: Call) -> bool:
    return call.method == "OPTIONS" and "origin" in call.headers and "access-control-request-method" in call.headers


def _is_key_allowed(call: Call, world: Uid2World) -> bool:
    """Whether a page may send a key: only to validate (docs/sources/uid2-current.md §D4)."""
    return world.revision.validates_anyone and call.path.rstrip("/") == v2.TOKEN_VALIDATE


def _is_too_large(call: Call, operation: Operation[Uid2World] | None) -> bool:
    return call.oversized and operation is not None and operation.path in _BODIES and call.method == "POST"


def _reaches_authorisation(call: Call, operation: Operation[Uid2World] | None) -> bool:
    """Whether the earlier handlers (cross-origin rules, body limit) have not answered."""
    if operation is None or operation.path in _NO_TRACE:
        return False
    return call.headers.get("origin") != "" and not _is_too_large(call, operation)
