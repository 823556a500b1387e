"""What the operator's router says before, instead of and around its operations (docs/sources/uid2.md §1.1, §1.4)."""

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
"""Every other operation is wrapped by the authorisation, which echoes the trace id (docs/sources/uid2.md §1.2)."""
_BODIES: Final = frozenset({facts.IDENTITY_MAP}) | v2.ALL_PATHS
"""What has a body handler; it stands before the authorisation (docs/sources/uid2.md §1.1; uid2-operator,
setupV2Routes)."""
_VARY: Final = ("vary", "origin")


def before(call: Call, operation: Operation[Uid2World] | None, world: Uid2World) -> Reply | None:
    """The server's limits; version capture, cross-origin rules, body limit, in the router's order. None to go on."""
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
    """404 in HTML for an unknown path, 405 without a body for a wrong method."""
    if not allowed:
        return replies.NOT_FOUND
    return replies.HEAD_NOT_ALLOWED if call.method == "HEAD" else replies.not_allowed(allowed)


def after(
    credentials: Credentials, call: Call, reply: Reply, operation: Operation[Uid2World] | None, _world: Uid2World
) -> Reply:
    """The envelope, the cross-origin headers, the echoed trace id; what failed before their handlers goes without."""
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
    """Bytes of the request line as the service itself would have got it: without the prefix of a sandbox."""
    query = len(call.raw_query)
    return len(call.method) + 1 + len(call.path) + (query + 1 if query else 0) + len(" HTTP/1.1")


def _fields(call: Call) -> int:
    """Bytes of the header lines, each with one blank after its colon as clients write it."""
    return sum(len(name) + len(": ") + len(value) for name, value in call.headers.items())


def _breaks_version_capture(call: Call) -> bool:
    """The first handler looks for the client's version in the header, then in the query, and breaks on a bad one."""
    return facts.VERSION_HEADER not in call.headers and is_malformed(call)


def _is_preflight(call: Call) -> bool:
    return call.method == "OPTIONS" and "origin" in call.headers and "access-control-request-method" in call.headers


def _is_key_allowed(call: Call, world: Uid2World) -> bool:
    """Whether a page may send a key: only to validate (docs/sources/uid2-current.md §D4)."""
    return world.revision.validates_anyone and call.path.rstrip("/") == v2.TOKEN_VALIDATE


def _is_too_large(call: Call, operation: Operation[Uid2World] | None) -> bool:
    return call.oversized and operation is not None and operation.path in _BODIES and call.method == "POST"


def _reaches_authorisation(call: Call, operation: Operation[Uid2World] | None) -> bool:
    """Whether neither the cross-origin rules nor the body limit, which stand before it, have answered."""
    if operation is None or operation.path in _NO_TRACE:
        return False
    return call.headers.get("origin") != "" and not _is_too_large(call, operation)
