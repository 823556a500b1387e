"""From a call to the JSON inside its envelope, in the operator's order of checks (docs/sources/uid2.md §6)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

from simulator.apis.uid2 import java, replies
from simulator.apis.uid2.facts import Role
from simulator.apis.uid2.jackson import json_object
from simulator.apis.uid2.person import IDENTIFIERS, Person, identify
from simulator.apis.uid2.settings import ApiKey
from simulator.apis.uid2.v2 import facts
from simulator.apis.uid2.v2.body_texts import text_about
from simulator.apis.uid2.v2.envelope import BadEnvelope, Envelope, is_drifted, open_envelope
from simulator.apis.uid2.world import Uid2World
from simulator.core.clock import process_time, to_milliseconds
from simulator.core.errors import Rejection
from simulator.core.model.call import Call, Reply

Request = dict[str, object]
Work = Callable[[Request | None, Call, Uid2World], Reply]


def enveloped(work: Work, *roles: Role) -> Callable[[Call, Uid2World], Reply]:
    """The operation that does the work for a caller with any of the roles, over the JSON inside the envelope.

    The work gets None for an envelope without JSON. Rejects ``unauthorized`` before the body is looked at.
    """

    def handle(call: Call, world: Uid2World) -> Reply:
        key = world.key_of(call)
        if key is None or not any(world.allows(call, role) for role in roles):
            raise Rejection("unauthorized")
        try:
            request = read_request(call, key, world)
        except BadEnvelope as bad:
            return replies.client_error(text_about(bad, world))
        return work(request, call, world)

    return handle


def clock_near(sent: int, call: Call) -> int | None:
    """The clock that a moment is near to, in milliseconds: real time or the sandbox's; None when it is near to neither.

    Clients live in real time, so that moving the sandbox's clock must not lock them out; a test may move both.
    """
    clocks = (process_time() // 1000, to_milliseconds(call.at))
    return next((clock for clock in clocks if not is_drifted(sent, clock)), None)


def read_request(call: Call, key: ApiKey, world: Uid2World) -> Request | None:
    """The JSON inside, None when there is none. Raises :class:`BadEnvelope`, also for one sent too long ago."""
    envelope, _ = envelope_of(call, key, world)
    if clock_near(envelope.sent, call) is None:
        raise BadEnvelope("clock")
    if not envelope.payload:
        return None
    try:
        return json_object(envelope.payload.decode("utf-8", "replace"))
    except ValueError:
        raise BadEnvelope("not_json") from None


def envelope_of(call: Call, key: ApiKey, world: Uid2World) -> tuple[Envelope, bool]:
    """The call's envelope, its moment not judged, and whether it came as bytes. Raises :class:`BadEnvelope`.

    Today bytes that are no envelope may be base64 of one (docs/sources/uid2-current.md §D2).
    """
    # The router never collects the body of a form in parts, whatever it holds.
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


def is_binary(call: Call) -> bool:
    """Whether the call and its answer are bytes rather than base64.

    The whole Content-Type is compared, without regard to case: with a parameter it is another type
    (docs/sources/uid2-current.md §D2).
    """
    return call.headers.get("content-type", "").lower() == facts.BINARY_TYPE


def text_in(request: Request, name: str) -> str | None:
    """A field as the operator reads a string: null is absent, anything else has a text form."""
    value = request.get(name)
    return None if value is None else java.text_of(value)


def identified(request: Request | None) -> Person:
    """The person named: exactly one of the four fields has to be there and not null (docs/sources/uid2.md §2.1, §6).

    Raises :class:`Rejection` ``identifier_required`` and ``invalid_identifier``.
    """
    person, given = person_in(request)
    if not given:
        raise Rejection("identifier_required")
    if person is None:
        raise Rejection("invalid_identifier")
    return person


def person_in(request: Request | None) -> tuple[Person | None, bool]:
    """The person named, and whether exactly one is named at all."""
    given = [
        (name, text) for name in IDENTIFIERS if request is not None and (text := text_in(request, name)) is not None
    ]
    if len(given) != 1:
        return None, False
    return identify(*given[0]), True
