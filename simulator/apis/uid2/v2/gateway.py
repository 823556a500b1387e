"""The last step of an answer: its JSON is encrypted as the request requires (docs/sources/uid2.md §6).

It comes after the effects of a scenario, so that a dropped or rewritten field, a named error and canned JSON are inside
the envelope. As on the operator, only a 200 with a JSON object is encrypted. Refusals stay plain, and so does a body
that a scenario made invalid or wrote as text: garbage, an HTML page and truncated JSON reach the client as they are.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, NamedTuple

from simulator.apis.uid2 import java
from simulator.apis.uid2 import texts as v1_texts
from simulator.apis.uid2.jackson import json_object
from simulator.apis.uid2.tokens.checks import RefreshCheck
from simulator.apis.uid2.v2 import facts
from simulator.apis.uid2.v2.client_side import ClientSideReading
from simulator.apis.uid2.v2.envelope import seal_answer
from simulator.apis.uid2.v2.request import EnvelopeReading, is_binary
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.api import Credentials, Operation
from simulator.core.model.call import Call, Reply
from simulator.sealing import Sealer


class Sealed(NamedTuple):
    """An encrypted body, and its Content-Type ("": none)."""

    body: bytes
    media: str


def sealed(credentials: Credentials, call: Call, reply: Reply, operation: Operation[Uid2World] | None) -> Reply:
    """The reply as it is sent; unchanged for v1, for refusals, and for a call without a key."""
    seal = None if operation is None or reply.status != 200 else _SEALS.get(operation.path)
    if seal is None or credentials.payload is None or not _is_object(reply.body):
        return reply
    found = seal(reply.body, credentials, call)
    if found is None:
        return reply
    if reply.header("content-type") != v1_texts.JSON_TYPE:  # a scenario's own
        return replace(reply, body=found.body)
    headers = tuple(pair for pair in reply.headers if pair[0].lower() != "content-type")
    typed = (("content-type", found.media),) if found.media else ()
    return replace(reply, headers=(*typed, *headers), body=found.body)


def _in_envelope(plain: bytes, credentials: Credentials, _call: Call) -> Sealed | None:
    found: EnvelopeReading = credentials.payload
    if found.key is None or found.envelope is None or found.clock is None:
        return None
    raw = seal_answer(plain, found.envelope.nonce, b64decode(found.key.secret), found.clock)
    return _as_asked(raw, binary=found.binary)


def _under_response_key(plain: bytes, credentials: Credentials, call: Call) -> Sealed | None:
    """A v1 token has no response key, so its answer stays plain."""
    check: RefreshCheck = credentials.payload
    key = check.response_key
    return None if key is None else _as_asked(Sealer(key).seal(plain), binary=is_binary(call))


def _under_shared_secret(plain: bytes, credentials: Credentials, _call: Call) -> Sealed | None:
    found: ClientSideReading = credentials.payload
    return None if found.shared is None else Sealed(java.to_base64(Sealer(found.shared).seal(plain)).encode(), "")


def _as_asked(seal: bytes, *, binary: bool) -> Sealed:
    """In bytes when the call came in bytes, a refresh as well as an envelope (docs/sources/uid2-current.md §D3)."""
    if binary:
        return Sealed(seal, facts.BINARY_TYPE)
    return Sealed(java.to_base64(seal).encode(), facts.TEXT_TYPE)


def _is_object(body: bytes) -> bool:
    try:
        json_object(body)
    except ValueError:
        return False
    return True


_SEALS: Final[Mapping[str, Callable[[bytes, Credentials, Call], Sealed | None]]] = MappingProxyType(
    dict.fromkeys(facts.ALL_PATHS, _in_envelope)
    | {facts.TOKEN_REFRESH: _under_response_key, facts.CLIENT_GENERATE: _under_shared_secret}
)
