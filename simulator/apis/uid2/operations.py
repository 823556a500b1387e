"""UID2 v1's operations: ``(Call, Uid2World) -> Reply`` (docs/sources/uid2.md §3, §1.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from simulator.apis.uid2 import facts, identity, java, outcomes, replies, texts
from simulator.apis.uid2.batch import map_batch
from simulator.apis.uid2.buckets import rotated_since
from simulator.apis.uid2.facts import Role
from simulator.apis.uid2.keys import with_sites
from simulator.apis.uid2.person import IDENTIFIERS, Person, identify
from simulator.apis.uid2.profile import WITH_V1
from simulator.apis.uid2.request import MalformedQuery, read_query
from simulator.apis.uid2.tokens.wrapped import BrokenWrapper
from simulator.apis.uid2.world import Tokens, Uid2World
from simulator.core.errors import Rejection
from simulator.core.model.api import Operation, TokenState
from simulator.core.model.call import Call, Reply
from simulator.sealing import BadToken


def token_generate(call: Call, world: Uid2World) -> Reply:
    """Tokens for a person, opted out or not: v1 never asks.

    In:      GET /v1/token/generate?email=<str> | email_hash | phone | phone_hash, key with the role GENERATOR
    Out:     200 {"body": {"advertising_token": str, "refresh_token": str, moments in ms}, "status": "success"}
    Rejects: unauthorized         unknown, disabled or not a generator
             identifier_required  none or more than one of the four
             invalid_identifier   not a mail, phone or hash
    Source:  docs/sources/uid2.md §3.1; the moments only in ``observed`` (docs/sources/uid2.md §0.1 has the two tokens)
    """
    _demand(call, world, "generator")
    try:
        query = read_query(call)
    except MalformedQuery:
        raise Rejection("server_error") from None
    _, person = _identified(query)
    return _issued(world.generate(person, call.at), person, world)


def token_refresh(call: Call, world: Uid2World) -> Reply:
    """Trade a live refresh token for new tokens; the old one stays usable.

    In:      GET /v1/token/refresh?refresh_token=<str>; a key is optional and earns clearer answers
    Out:     as :func:`token_generate`
    Rejects: refresh_token_required  absent (in ``documented`` also empty)
             invalid_token           not ours, spoilt, revoked
             expired_token           older than its lifetime; it lives through the instant of its expiry
             optout, empty_success   the person has opted out
             generic_error           invalid or expired, and the caller is a stranger
    Source:  docs/sources/uid2.md §0.1, docs/sources/uid2.md §3.2
    """
    try:
        value = read_query(call).get("refresh_token")
    except MalformedQuery:
        return replies.BAD_REQUEST
    if value is None or (not value and world.profile.empty_is_absent):
        raise Rejection("refresh_token_required")
    try:
        token = world.open_refresh(value)
    except BrokenWrapper as broken:
        if world.profile.names_broken_wrapper:
            return replies.client_error(broken.text)
        raise _refusal("unknown", call, world) from None
    except BadToken:
        raise _refusal("unknown", call, world) from None
    state = world.state_of_refresh(token, call.at)
    if state != "valid":
        raise _refusal(state, call, world)
    return _issued(world.refresh(token, call.at), token.person, world)


def token_validate(call: Call, world: Uid2World) -> Reply:
    """Whether an advertising token is the test identity's; everybody may ask.

    In:      GET /v1/token/validate?token=<str>&email=<str> | email_hash | phone | phone_hash
    Out:     200 {"body": bool, "status": "success"}; false for everybody but the validate identities
    Rejects: identifier_required, invalid_identifier
    Source:  docs/sources/uid2.md §3.3
    """
    try:
        query = read_query(call)
    except MalformedQuery:
        raise Rejection("server_error") from None
    _, person = _identified(query)
    return replies.success(world.confirms(query.get("token", ""), person))


def identity_map(call: Call, world: Uid2World) -> Reply:
    """A person's raw UID2 and bucket; of one by GET, of many by POST.

    In:      GET /v1/identity/map?email=<str> | email_hash | phone | phone_hash, key with the role MAPPER
             POST /v1/identity/map {"email": [str]} (or one of the other three)
    Out:     200 {"body": {"identifier": str, "advertising_id": str, "bucket_id": str}, "status": "success"}
             200 {"body": {"mapped": [...], "unmapped": [{"identifier", "reason"}]}, "status": "success"}
    Rejects: unauthorized, identifier_required, invalid_identifier (GET), server_error (POST: no JSON object)
    Source:  docs/sources/uid2.md §3.4, §3.5
    """
    _demand(call, world, "mapper")
    if call.method == "POST":
        return map_batch(call, world)
    try:
        query = read_query(call)
    except MalformedQuery:
        return replies.BAD_REQUEST
    identifier, person = _identified(query)
    return replies.success(replies.mapped(query[identifier], person))


def identity_buckets(call: Call, world: Uid2World) -> Reply:
    """The salt buckets rotated since a moment, that moment included.

    In:      GET /v1/identity/buckets?since_timestamp=<ISO local date-time, UTC>, key with the role MAPPER
    Out:     200 {"body": [{"bucket_id": str, "last_updated": "yyyy-MM-ddTHH:mm:ss.SSS"}], "status": "success"}
    Rejects: unauthorized; a missing or unreadable moment with 400 client_error
    Source:  docs/sources/uid2.md §3.6
    """
    _demand(call, world, "mapper")
    try:
        text = read_query(call).get("since_timestamp")
    except MalformedQuery:
        return replies.BAD_REQUEST
    if text is None:
        return replies.client_error(texts.SINCE_MISSING)
    try:
        since = java.local_date_time(text)
    except ValueError:
        return replies.client_error(texts.SINCE_INVALID)
    return replies.success([replies.bucket(bucket) for bucket in rotated_since(since)])


def key_latest(call: Call, world: Uid2World) -> Reply:
    """The keys that open advertising tokens.

    In:      GET /v1/key/latest, key with the role ID_READER
    Out:     200 {"body": [{"id", "created", "activates", "expires", "secret", "site_id"}], "status": "success"};
             moments in seconds
    Rejects: unauthorized
    Source:  docs/sources/uid2.md §1.7
    """
    _demand(call, world, "id_reader")
    return replies.success(with_sites(world))


def healthcheck(_call: Call, _world: Uid2World) -> Reply:
    """Whether the operator lives: what probes of the real one ask, and it always does.

    In:      GET /ops/healthcheck, by anybody
    Out:     200 OK, in plain text without a type
    Source:  docs/sources/uid2.md §1.1
    """
    return replies.HEALTHY


def _demand(call: Call, world: Uid2World, role: Role) -> None:
    if not world.allows(call, role):
        raise Rejection("unauthorized")


def _identified(query: Mapping[str, str]) -> tuple[str, Person]:
    """The parameter and the person it names: exactly one of the four has to be there, even if empty.

    Source: docs/sources/uid2.md §2.1.
    """
    given = [name for name in IDENTIFIERS if name in query]
    if len(given) != 1:
        raise Rejection("identifier_required")
    person = identify(given[0], query[given[0]])
    if person is None:
        raise Rejection("invalid_identifier")
    return given[0], person


def _refusal(state: TokenState, call: Call, world: Uid2World) -> Rejection:
    return outcomes.refusal(state, known=world.is_known(call), stranger_opted_out=world.profile.stranger_opted_out)


def _issued(tokens: Tokens, person: Person, world: Uid2World) -> Reply:
    told = world.profile.timestamps
    return replace(replies.identity(tokens, timestamps=told), issued=outcomes.issued(tokens, person, told=told))


_ENVELOPE: Final = ("body", "status")
_IDENTITY: Final = ("advertising_token", "refresh_token", "identity_expires", "refresh_expires", "refresh_from")
_MAPPED: Final = ("identifier", "advertising_id", "bucket_id", "mapped", "unmapped", "reason")

OPERATIONS: Final[tuple[Operation[Uid2World], ...]] = (
    Operation(
        name="uid2.token_generate",
        methods=("GET",),
        path=facts.TOKEN_GENERATE,
        handle=token_generate,
        presented=identity.in_generate,
        issues=facts.TOKEN_KINDS,
        about_person=True,
        fields=_ENVELOPE + _IDENTITY,
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.token_refresh",
        methods=("GET",),
        path=facts.TOKEN_REFRESH,
        handle=token_refresh,
        presented=identity.in_refresh,
        issues=facts.TOKEN_KINDS,
        accepts="refresh_token",
        about_person=True,
        fields=_ENVELOPE + _IDENTITY,
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.token_validate",
        methods=("GET",),
        path=facts.TOKEN_VALIDATE,
        handle=token_validate,
        presented=identity.in_validate,
        accepts="advertising_token",
        about_person=True,
        fields=_ENVELOPE,
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.identity_map",
        methods=("GET", "POST"),
        path=facts.IDENTITY_MAP,
        handle=identity_map,
        presented=identity.in_map,
        about_person=True,
        fields=_ENVELOPE + _MAPPED,
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.identity_buckets",
        methods=("GET",),
        path=facts.IDENTITY_BUCKETS,
        handle=identity_buckets,
        presented=identity.in_buckets,
        fields=(*_ENVELOPE, "bucket_id", "last_updated"),
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.key_latest",
        methods=("GET",),
        path=facts.KEY_LATEST,
        handle=key_latest,
        presented=identity.in_key_latest,
        fields=(*_ENVELOPE, "id", "created", "activates", "expires", "secret", "site_id"),
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.healthcheck",
        methods=("GET",),
        path=facts.HEALTHCHECK,
        handle=healthcheck,
        presented=identity.in_healthcheck,
    ),
)
