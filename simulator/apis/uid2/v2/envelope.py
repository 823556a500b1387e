"""Encrypted envelopes: the bodies of v2's requests and answers (docs/sources/uid2.md §6).

A request is version (1) ‖ seal of ``sent (8) ‖ nonce (8) ‖ JSON``, an answer the seal of ``now (8) ‖ nonce (8) ‖ JSON``
without a version; a seal is AES-256-GCM under the client's secret, and moments are milliseconds since 1970, big-endian.
"""

from __future__ import annotations

from struct import Struct
from typing import Final, Literal, NamedTuple

from simulator.apis.uid2 import java
from simulator.apis.uid2.v2 import facts
from simulator.sealing import BadToken, Sealer

_HEAD: Final = Struct(">q8s")


Defect = Literal["missing", "not_base64", "too_short", "version", "secret", "clock", "not_json"]
"""What is wrong with a body, in the order of the checks."""


class BadEnvelope(Exception):
    """A body that is not an envelope of this client.

    raw: the bytes with the defect, decoded from base64 where possible.
    """

    def __init__(self, defect: Defect, raw: bytes = b"") -> None:
        super().__init__(defect)
        self.defect: Defect = defect
        self.raw = raw


class Envelope(NamedTuple):
    """A request's envelope. sent: by the client's clock (ms). nonce: repeated in the answer. payload: JSON, or b""."""

    sent: int
    nonce: bytes
    payload: bytes


def open_envelope(body: bytes, secret: bytes, *, binary: bool) -> Envelope:
    """Open a request's body; its moment is not checked here. Raises :class:`BadEnvelope`.

    binary: the body is the envelope itself, not base64 of it.
    """
    if not body:
        raise BadEnvelope("missing")
    raw = body if binary else _decoded(body)
    if len(raw) < facts.SHORTEST_ENVELOPE:
        raise BadEnvelope("too_short", raw)
    if raw[0] != facts.ENVELOPE_VERSION:
        raise BadEnvelope("version", raw)
    try:
        plain = Sealer(secret).open(raw[1:])
    except BadToken:
        raise BadEnvelope("secret") from None
    sent, nonce = _HEAD.unpack_from(plain)
    return Envelope(sent, nonce, plain[_HEAD.size :])


def is_drifted(sent: int, now: int) -> bool:
    """Whether two moments in milliseconds are too far apart, as Java counts minutes.

    Seconds are rounded down, then minutes towards zero: 119.999 s late and 119 s early are accepted, one millisecond
    more of either is not.
    """
    seconds = (now - sent) // 1000
    return abs(seconds) // 60 > facts.DRIFT_MINUTES


def seal_answer(plain: bytes, nonce: bytes, secret: bytes, now: int) -> bytes:
    """Seal the answer to the request with this nonce; ``now`` in milliseconds."""
    return Sealer(secret).seal(_HEAD.pack(now, nonce) + plain)


def _decoded(body: bytes) -> bytes:
    try:
        return java.basic_base64(body.decode("ascii"))
    except ValueError:
        raise BadEnvelope("not_base64", body) from None
