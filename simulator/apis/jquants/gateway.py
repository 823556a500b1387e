"""API Gateway in front of the service: the answers it gives itself, and the headers it adds to every answer."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Final

from simulator.apis.jquants import errors, replies, texts
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.model.api import UNREAD, Credentials, Operation
from simulator.core.model.call import Call, Headers, Reply

ANY_ORIGIN: Final = ("access-control-allow-origin", "*")
"""docs/sources/jquants.md §2.4."""


def before(call: Call, _operation: Operation[JQuantsWorld] | None, _world: JQuantsWorld) -> Reply | None:
    """Refuse a body that is too long. The real limit is 10 MB; ours is ``BODY_LIMIT`` in core/model/call.py [INF]."""
    if call.oversized:
        return replies.gateway_message(413, texts.REQUEST_TOO_LONG, "RequestTooLargeException")
    return None


def misrouted(call: Call, _allowed: tuple[str, ...], world: JQuantsWorld) -> Reply:
    """The gateway answers a wrong method like an unknown path, HEAD and OPTIONS included; never with 404 or 405."""
    return errors.unsupported(UNREAD, call, world)


def after(
    _credentials: Credentials,
    call: Call,
    reply: Reply,
    _operation: Operation[JQuantsWorld] | None,
    world: JQuantsWorld,
) -> Reply:
    """Add the headers of every answer, named and ordered as recorded; a header that is present is not replaced.

    The recorded ``strict-transport-security`` is omitted: a browser that received it would refuse plain HTTP to the
    user's localhost for a year, for every other project too.
    Source: docs/sources/jquants.md §2.4.
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
"""Headers with which an injected answer describes its own body; such a body is sent unchanged."""


def _gzipped(body: bytes) -> bytes:
    """The body as gzip without a time stamp. Little memory is allocated, because allocating it is most of the cost."""
    packer = zlib.compressobj(wbits=_GZIP, memLevel=4)
    return packer.compress(body) + packer.flush()


_GZIP: Final = 16 + zlib.MAX_WBITS
"""Makes zlib write the gzip format."""


@lru_cache(maxsize=64)
def wants_gzip(accepted: str | None) -> bool:
    """Whether Accept-Encoding names gzip with a weight above zero (RFC 9110 §12.5.3); ``*`` does not count."""
    if accepted is None or "gzip" not in accepted.lower():
        return False
    for offer in accepted.lower().split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip() == "gzip":
            name, _, value = weight.replace(" ", "").partition("=")
            return not (name == "q" and value.strip("0.") == "" and value != "")
    return False
