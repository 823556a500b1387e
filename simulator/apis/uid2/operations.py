"""The operations of UID2 v1 (docs/sources/uid2.md §3, §1.7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from simulator.apis.uid2 import facts, identity, java, outcomes, replies, texts
from simulator.apis.uid2.batch import map_lists, mapped
from simulator.apis.uid2.identity import QueryReading
from simulator.apis.uid2.keys import with_sites
from simulator.apis.uid2.outcomes import live_token, note_on_refresh
from simulator.apis.uid2.person import Person, identified
from simulator.apis.uid2.profile import WITH_V1
from simulator.apis.uid2.tokens.checks import RefreshCheck, Tokens
from simulator.apis.uid2.world import Uid2World
from simulator.core.errors import Rejection
from simulator.core.model.api import Credentials, Operation
from simulator.core.model.call import Call, Reply


def token_generate(credentials: Credentials, call: Call, world: Uid2World) -> Reply:
    """Tokens for a person; v1 does not check for an opt-out.

    In:      GET /v1/token/generate?email=<str> | email_hash | phone | phone_hash, key with the role GENERATOR
    Out:     200 {"body": {"advertising_token": str, "refresh_token": str, moments in ms}, "status": "success"}
    Rejects: unauthorized         unknown or disabled key, or a key without the role
             identifier_required  none or more than one of the four
             invalid_identifier   not a mail, phone or hash
    Source:  docs/sources/uid2.md §3.1; the moments only in ``observed`` (docs/sources/uid2.md §0.1 has only the tokens)
    """
    _demand(credentials)
    found: QueryReading = credentials.payload
    if found.query is None:
        raise Rejection("server_error")
    _, person = identified(found.identifier)
    key = world.key_of(call)
    tokens = world.generate(person, call.at) if key is None else world.generate(person, call.at, site=key.site)
    return _issued(tokens, person, world)


def token_refresh(credentials: Credentials, call: Call, world: Uid2World) -> Reply:
    """Exchange a valid refresh token for new tokens; the old one stays valid.

    In:      GET /v1/token/refresh?refresh_token=<str>; a key is optional; with it, refusals are more precise
    Out:     as :func:`token_generate`
    Rejects: refresh_token_required  absent (in ``documented`` also empty)
             invalid_token           unknown, damaged or revoked
             expired_token           expired; at the instant of its expiry it is still valid
             optout, empty_success   the person has opted out
             generic_error           invalid or expired, and the caller is not known
    Source:  docs/sources/uid2.md §0.1, docs/sources/uid2.md §3.2
    """
    check: RefreshCheck | None = credentials.payload
    if check is None:
        return replies.BAD_REQUEST
    if credentials.token is None:
        raise Rejection("refresh_token_required")
    if check.broken and world.profile.names_broken_wrapper:
        return replies.client_error(check.broken)
    token = live_token(credentials, unknown_caller_opted_out=world.profile.unknown_caller_opted_out)
    return _issued(world.refresh(token, call.at), token.person, world)


def token_validate(credentials: Credentials, call: Call, world: Uid2World) -> Reply:
    """Whether an advertising token belongs to a test identity. No key is required.

    In:      GET /v1/token/validate?token=<str>&email=<str> | email_hash | phone | phone_hash
    Out:     200 {"body": bool, "status": "success"}; false except for the validate identities
    Rejects: identifier_required, invalid_identifier
    Source:  docs/sources/uid2.md §3.3
    """
    found: QueryReading = credentials.payload
    if found.query is None:
        raise Rejection("server_error")
    _, person = identified(found.identifier)
    return replies.success(world.confirms(found.advertising, person, call.at))


def identity_map(credentials: Credentials, call: Call, world: Uid2World) -> Reply:
    """The raw UID2 and bucket of one person (GET) or of many (POST).

    In:      GET /v1/identity/map?email=<str> | email_hash | phone | phone_hash, key with the role MAPPER
             POST /v1/identity/map {"email": [str]} (or one of the other three)
    Out:     200 {"body": {"identifier": str, "advertising_id": str, "bucket_id": str}, "status": "success"}
             200 {"body": {"mapped": [...], "unmapped": [{"identifier", "reason"}]}, "status": "success"}
    Rejects: unauthorized, identifier_required, invalid_identifier (GET), server_error (POST: not a JSON object)
    Source:  docs/sources/uid2.md §3.4, §3.5
    """
    _demand(credentials)
    if call.method == "POST":
        if credentials.payload is None:
            raise Rejection("server_error")
        return map_lists(credentials.payload, call.at, world)
    found: QueryReading = credentials.payload
    if found.query is None:
        return replies.BAD_REQUEST
    value, person = identified(found.identifier)
    return replies.success(mapped(value, person, call.at, world))


def identity_buckets(credentials: Credentials, call: Call, world: Uid2World) -> Reply:
    """The salt buckets that were rotated at a moment or later.

    In:      GET /v1/identity/buckets?since_timestamp=<ISO local date-time, UTC>, key with the role MAPPER
    Out:     200 {"body": [{"bucket_id": str, "last_updated": "yyyy-MM-ddTHH:mm:ss.SSS"}], "status": "success"}
    Rejects: unauthorized; a missing or unreadable moment with 400 client_error
    Source:  docs/sources/uid2.md §3.6
    """
    _demand(credentials)
    found: QueryReading = credentials.payload
    if found.query is None:
        return replies.BAD_REQUEST
    text = found.query.get("since_timestamp")
    if text is None:
        return replies.client_error(texts.SINCE_MISSING)
    try:
        since = java.local_date_time(text)
    except ValueError:
        return replies.client_error(texts.SINCE_INVALID)
    return replies.success([replies.bucket(bucket) for bucket in world.buckets.updated_since(since, call.at)])


def key_latest(credentials: Credentials, call: Call, world: Uid2World) -> Reply:
    """The keys that decrypt advertising tokens.

    In:      GET /v1/key/latest, key with the role ID_READER
    Out:     200 {"body": [{"id", "created", "activates", "expires", "secret", "site_id"}], "status": "success"};
             moments in seconds
    Rejects: unauthorized
    Source:  docs/sources/uid2.md §1.7
    """
    _demand(credentials)
    return replies.success(with_sites(world.key_of(call), world))


def healthcheck(_credentials: Credentials, _call: Call, _world: Uid2World) -> Reply:
    """The operator's health check, which always succeeds.

    In:      GET /ops/healthcheck
    Out:     200 OK, as plain text without a Content-Type
    Source:  docs/sources/uid2.md §1.1
    """
    return replies.HEALTHY


def _demand(credentials: Credentials) -> None:
    if not credentials.authorised:
        raise Rejection("unauthorized")


def _issued(tokens: Tokens, person: Person, world: Uid2World) -> Reply:
    disclosed = world.profile.timestamps
    return replace(
        replies.identity(tokens, timestamps=disclosed), issued=outcomes.issued(tokens, person, disclosed=disclosed)
    )


_ENVELOPE: Final = ("body", "status")
_IDENTITY: Final = ("advertising_token", "refresh_token", "identity_expires", "refresh_expires", "refresh_from")
_MAPPED: Final = ("identifier", "advertising_id", "bucket_id", "mapped", "unmapped", "reason")

_PERSON: Final = ("email", "email_hash", "phone", "phone_hash")
"""One of these says whom a call is about (docs/sources/uid2.md §3)."""

OPERATIONS: Final[tuple[Operation[Uid2World], ...]] = (
    Operation(
        name="uid2.token_generate",
        methods=("GET",),
        path=facts.TOKEN_GENERATE,
        parameters=_PERSON,
        read=identity.generate,
        handle=token_generate,
        issues=facts.TOKEN_KINDS,
        about_person=True,
        fields=_ENVELOPE + _IDENTITY,
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.token_refresh",
        methods=("GET",),
        path=facts.TOKEN_REFRESH,
        parameters=("refresh_token",),
        read=identity.refresh,
        handle=token_refresh,
        issues=facts.TOKEN_KINDS,
        accepts="refresh_token",
        note=note_on_refresh,
        about_person=True,
        fields=_ENVELOPE + _IDENTITY,
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.token_validate",
        methods=("GET",),
        path=facts.TOKEN_VALIDATE,
        parameters=("token", *_PERSON),
        read=identity.validate,
        handle=token_validate,
        accepts="advertising_token",
        about_person=True,
        fields=_ENVELOPE,
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.identity_map",
        methods=("GET", "POST"),
        path=facts.IDENTITY_MAP,
        parameters=_PERSON,
        read=identity.identity_map,
        handle=identity_map,
        about_person=True,
        fields=_ENVELOPE + _MAPPED,
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.identity_buckets",
        methods=("GET",),
        path=facts.IDENTITY_BUCKETS,
        parameters=("since_timestamp",),
        read=identity.buckets,
        handle=identity_buckets,
        fields=(*_ENVELOPE, "bucket_id", "last_updated"),
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.key_latest",
        methods=("GET",),
        path=facts.KEY_LATEST,
        parameters=(),
        read=identity.key_latest,
        handle=key_latest,
        fields=(*_ENVELOPE, "id", "created", "activates", "expires", "secret", "site_id"),
        profiles=WITH_V1,
    ),
    Operation(
        name="uid2.healthcheck",
        methods=("GET",),
        path=facts.HEALTHCHECK,
        parameters=(),
        read=identity.nothing,
        handle=healthcheck,
    ),
)
