"""API Gateway, which stands before the service: what it answers itself and what it puts on every answer."""

from __future__ import annotations

import zlib
from typing import Final

from simulator.apis.jquants import errors, replies, texts
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.model.api import UNREAD, Credentials, Operation
from simulator.core.model.call import Call, Headers, Reply

ANY_ORIGIN: Final = ("access-control-allow-origin", "*")
"""docs/sources/jquants.md §2.4."""


def before(call: Call, _operation: Operation[JQuantsWorld] | None, _world: JQuantsWorld) -> Reply | None:
    """Nothing but a body that is too long stops a call here (the real limit is 10 MB, ours core/call.py's [INF])."""
    if call.oversized:
        return replies.gateway_message(413, texts.REQUEST_TOO_LONG, "RequestTooLargeException")
    return None


def misrouted(call: Call, _allowed: tuple[str, ...], world: JQuantsWorld) -> Reply:
    """Wrong method and unknown path are one to the gateway, HEAD and OPTIONS too: never 404 or 405."""
    return errors.unsupported(UNREAD, call, world)


def after(
    _credentials: Credentials,
    call: Call,
    reply: Reply,
    _operation: Operation[JQuantsWorld] | None,
    world: JQuantsWorld,
) -> Reply:
    """The headers of every answer, named and ordered as recorded (docs/sources/jquants.md §2.4); what is there already
    stays.

    The recorded ``strict-transport-security`` is left out on purpose: a browser that saw it would
    refuse plain HTTP on the user's localhost for a year, in every other project as well.
    """
    ids = world.request_ids.draw(call.at)
    headers, body = reply.headers, reply.body
    drawn = (("x-amzn-requestid", ids.request), ANY_ORIGIN)
    last = (("x-amz-apigw-id", ids.apigw), ("x-amzn-trace-id", ids.trace))
    zipped = bool(body) and wants_gzip(call.headers.get("accept-encoding"))
    if headers == replies.TYPED and not zipped:  # nearly every answer
        added: Headers = drawn + last
    else:
        there = {name.lower() for name, _ in headers}
        typed = replies.TYPED if body and "content-type" not in there else ()
        coded: Headers = ()
        if zipped and there.isdisjoint(_FIXED_BODY):
            body, coded = _gzipped(body), (("content-encoding", "gzip"),)
        added = tuple(header for header in typed + drawn + coded + last if header[0] not in there)
    return Reply(reply.status, headers + added, body, reply.reason, reply.delivery, reply.issued)


_FIXED_BODY: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers of an injected answer that say what its body is: such a body is not touched."""


def _gzipped(body: bytes) -> bytes:
    """The body as gzip, with no time in it, and with little memory: setting that up is most of the cost."""
    packer = zlib.compressobj(wbits=_GZIP, memLevel=4)
    return packer.compress(body) + packer.flush()


_GZIP: Final = 16 + zlib.MAX_WBITS
"""zlib's way to say gzip."""


def wants_gzip(accepted: str | None) -> bool:
    """Whether Accept-Encoding names gzip, and not with a weight of zero (RFC 9110 §12.5.3); ``*`` names nothing."""
    if accepted is None or "gzip" not in accepted.lower():
        return False
    for offer in accepted.lower().split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip() == "gzip":
            name, _, value = weight.replace(" ", "").partition("=")
            return not (name == "q" and value.strip("0.") == "" and value != "")
    return False
