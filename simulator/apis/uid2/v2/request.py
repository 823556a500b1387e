"""From a call to the JSON inside its envelope, in the operator's order of checks (docs/sources/uid2.md §6)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

from simulator.apis.uid2 import java, replies
from simulator.apis.uid2.facts import Role
from simulator.apis.uid2.jackson import json_object
from simulator.apis.uid2.person import IDENTIFIERS, Person, identify
from simulator.apis.uid2.settings import ApiKey
from simulator.apis.uid2.v2 import facts, texts
from simulator.apis.uid2.v2.envelope import BadEnvelope, Envelope, is_drifted, open_envelope
from simulator.apis.uid2.world import Uid2World
from simulator.core.clock import process_time
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
            request = read_request(call, key)
        except BadEnvelope as bad:
            return replies.client_error(bad.text)
        return work(request, call, world)

    return handle


def now() -> int:
    """The process's real time in milliseconds.

    Clients live in it: moving the sandbox's clock must not lock them out.
    """
    return process_time() // 1000


def read_request(call: Call, key: ApiKey) -> Request | None:
    """The JSON inside, None when there is none. Raises :class:`BadEnvelope`, also for one sent too long ago."""
    envelope = envelope_of(call, key)
    if is_drifted(envelope.sent, now()):
        raise BadEnvelope(texts.CLOCK_DRIFT)
    if not envelope.payload:
        return None
    try:
        return json_object(envelope.payload.decode("utf-8", "replace"))
    except ValueError:
        raise BadEnvelope(texts.NOT_JSON) from None


def envelope_of(call: Call, key: ApiKey) -> Envelope:
    """The call's envelope, its moment not judged. Raises :class:`BadEnvelope`."""
    # The router never collects the body of a form in parts, whatever it holds.
    media = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = b"" if media == "multipart/form-data" else call.body
    return open_envelope(body, b64decode(key.secret), binary=is_binary(call))


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
