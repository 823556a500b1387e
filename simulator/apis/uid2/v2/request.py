"""Reads the JSON inside the envelope of a call, in the operator's order of checks (docs/sources/uid2.md §6)."""

from __future__ import annotations

from base64 import b64decode
from typing import NamedTuple

from simulator.apis.uid2 import java
from simulator.apis.uid2.facts import Role
from simulator.apis.uid2.jackson import json_object
from simulator.apis.uid2.person import IDENTIFIERS, Identifier, identifier_in
from simulator.apis.uid2.settings import ApiKey
from simulator.apis.uid2.tokens.checks import NO_ADVERTISING_TOKEN, AdvertisingCheck
from simulator.apis.uid2.v2 import facts
from simulator.apis.uid2.v2.body_texts import text_about
from simulator.apis.uid2.v2.envelope import BadEnvelope, Envelope, is_drifted, open_envelope
from simulator.apis.uid2.world import Uid2World
from simulator.core.clock import process_time, to_milliseconds
from simulator.core.model.call import Call

Request = dict[str, object]


class EnvelopeReading(NamedTuple):
    """A parsed call.

    key: the caller's, None when it is unknown. envelope: None when it cannot be opened; binary: it came as bytes.
    clock: the moment to answer with, milliseconds; None when the envelope was sent too long ago.
    request: the JSON inside, None when there is none. refusal: the operator's message for an invalid envelope, or "".
    identifier: the one of the person, for an operation about one person.
    advertising: what the advertising token of a validate says.
    """

    key: ApiKey | None
    envelope: Envelope | None = None
    binary: bool = False
    clock: int | None = None
    request: Request | None = None
    refusal: str = ""
    identifier: Identifier | None = None
    advertising: AdvertisingCheck = NO_ADVERTISING_TOKEN

    def may(self, *roles: Role) -> bool:
        """Whether the caller has one of these roles."""
        return self.key is not None and self.key.may(*roles)


def clock_near(sent: int, call: Call) -> int | None:
    """The clock that agrees with a moment, in milliseconds: the real one or the sandbox's; None when neither does.

    Clients use real time, so moving the sandbox's clock must not make their calls invalid; a test may move both.
    """
    clocks = (process_time() // 1000, to_milliseconds(call.at))
    return next((clock for clock in clocks if not is_drifted(sent, clock)), None)


def read_envelope(call: Call, world: Uid2World) -> EnvelopeReading:
    """Open the envelope with the caller's key. One that was sent too long ago is refused."""
    key = world.key_of(call)
    if key is None:
        return EnvelopeReading(None)
    found = EnvelopeReading(key)
    try:
        envelope, binary = _open(call, key, world)
        found = found._replace(envelope=envelope, binary=binary, clock=clock_near(envelope.sent, call))
        return found._replace(request=_json(found))
    except BadEnvelope as bad:
        return found._replace(refusal=text_about(bad, world))


def is_binary(call: Call) -> bool:
    """Whether the call and its answer are bytes rather than base64.

    The whole Content-Type is compared, ignoring case: with a parameter it is another type
    (docs/sources/uid2-current.md §D2).
    """
    return call.headers.get("content-type", "").lower() == facts.BINARY_TYPE


def text_in(request: Request, name: str) -> str | None:
    """A field read as a string: null is absent, anything else is converted to text."""
    value = request.get(name)
    return None if value is None else java.text_of(value)


def identifier(request: Request | None) -> Identifier | None:
    """The only one of the four fields that is present and not null; None if there is not exactly one.

    Source: docs/sources/uid2.md §2.1, §6
    """
    texts_given = ((name, text_in(request or {}, name)) for name in IDENTIFIERS)
    return identifier_in({name: text for name, text in texts_given if text is not None})


def _open(call: Call, key: ApiKey, world: Uid2World) -> tuple[Envelope, bool]:
    """The call's envelope, its moment not checked, and whether it came as bytes. Raises :class:`BadEnvelope`.

    Today, bytes that are not an envelope may be base64 of one (docs/sources/uid2-current.md §D2).
    """
    # The router does not read the body of a multipart form.
    media = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = b"" if media == "multipart/form-data" else call.body
    secret, binary = b64decode(key.secret), is_binary(call)
    try:
        return open_envelope(body, secret, binary=binary), binary
    except BadEnvelope as first:
        if not binary or not world.revision.base64_in_bytes:
            raise
        try:
            return open_envelope(body, secret, binary=False), False
        except BadEnvelope as second:
            raise (first if second.defect in {"missing", "not_base64"} else second) from None


def _json(found: EnvelopeReading) -> Request | None:
    """The JSON inside, None when there is none. Raises :class:`BadEnvelope`, also for one sent too long ago."""
    if found.clock is None:
        raise BadEnvelope("clock")
    if found.envelope is None or not found.envelope.payload:
        return None
    try:
        return json_object(found.envelope.payload.decode("utf-8", "replace"))
    except ValueError:
        raise BadEnvelope("not_json") from None
