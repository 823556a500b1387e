"""The operations of v2 and v3 (docs/sources/uid2.md §6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from simulator.apis.uid2 import facts as v1
from simulator.apis.uid2 import replies
from simulator.apis.uid2.batch import only_person
from simulator.apis.uid2.outcomes import note_on_refresh
from simulator.apis.uid2.v2 import client_side, facts, identity, token_operations
from simulator.apis.uid2.v2.identity_operations import identity_buckets, identity_map, identity_map_v3, optout_status
from simulator.apis.uid2.v2.key_operations import key_bidstream, key_latest, key_sharing
from simulator.apis.uid2.v2.request import EnvelopeReading
from simulator.apis.uid2.world import Uid2World
from simulator.core.errors import Rejection
from simulator.core.model.api import Credentials, Operation
from simulator.core.model.call import Call, Reply

_POST: Final = ("POST",)
_ENVELOPE: Final = ("body", "status")
_IDENTITY: Final = (
    *_ENVELOPE,
    "advertising_token",
    "refresh_token",
    "identity_expires",
    "refresh_expires",
    "refresh_from",
    "refresh_response_key",
)
_MAPPED: Final = (*_ENVELOPE, "identifier", "advertising_id", "bucket_id", "mapped", "unmapped", "reason")
_KEY: Final = ("id", "created", "activates", "expires", "secret")
_KEYS: Final = (*_ENVELOPE, "identity_scope", "allow_clock_skew_seconds", "keys", *_KEY, "site_data", "domain_names")


def _enveloped(
    answer: Callable[[EnvelopeReading, Call, Uid2World], Reply],
) -> Callable[[Credentials, Call, Uid2World], Reply]:
    """The operation that answers an authorised caller whose envelope could be read.

    Rejects: unauthorized, before the envelope is checked
    """

    def handle(credentials: Credentials, call: Call, world: Uid2World) -> Reply:
        if not credentials.authorised:
            raise Rejection("unauthorized")
        found: EnvelopeReading = credentials.payload
        return replies.client_error(found.refusal) if found.refusal else answer(found, call, world)

    return handle


OPERATIONS: Final[tuple[Operation[Uid2World], ...]] = (
    Operation(
        name="uid2.v2_token_generate",
        methods=_POST,
        path=facts.TOKEN_GENERATE,
        parameters=(),
        read=identity.about_one("generator"),
        handle=_enveloped(token_operations.generate),
        issues=v1.TOKEN_KINDS,
        about_person=True,
        fields=_IDENTITY,
    ),
    Operation(
        name="uid2.v2_token_refresh",
        methods=_POST,
        path=facts.TOKEN_REFRESH,
        parameters=(),
        read=identity.refresh,
        handle=token_operations.refresh,
        issues=v1.TOKEN_KINDS,
        accepts="refresh_token",
        note=note_on_refresh,
        about_person=True,
        fields=_IDENTITY,
    ),
    Operation(
        name="uid2.v2_token_validate",
        methods=_POST,
        path=facts.TOKEN_VALIDATE,
        parameters=(),
        read=identity.validate,
        handle=_enveloped(token_operations.validate),
        accepts="advertising_token",
        about_person=True,
        fields=_ENVELOPE,
    ),
    Operation(
        name="uid2.v2_token_client_generate",
        methods=_POST,
        path=facts.CLIENT_GENERATE,
        parameters=(),
        read=identity.client_generate,
        handle=client_side.client_generate,
        issues=v1.TOKEN_KINDS,
        about_person=True,
        fields=_IDENTITY,
    ),
    Operation(
        name="uid2.v2_identity_map",
        methods=_POST,
        path=facts.IDENTITY_MAP,
        parameters=(),
        read=identity.envelope("mapper", person=only_person),
        handle=_enveloped(identity_map),
        about_person=True,
        fields=_MAPPED,
    ),
    Operation(
        name="uid2.v3_identity_map",
        methods=_POST,
        path=facts.IDENTITY_MAP_V3,
        parameters=(),
        read=identity.envelope("mapper", person=only_person),
        handle=_enveloped(identity_map_v3),
        about_person=True,
        fields=(*_ENVELOPE, *facts.MIXED_ORDER, "u", "p", "r", "e"),
    ),
    Operation(
        name="uid2.v2_identity_buckets",
        methods=_POST,
        path=facts.IDENTITY_BUCKETS,
        parameters=(),
        read=identity.envelope("mapper"),
        handle=_enveloped(identity_buckets),
        fields=(*_ENVELOPE, "bucket_id", "last_updated"),
    ),
    Operation(
        name="uid2.v2_optout_status",
        methods=_POST,
        path=facts.OPTOUT_STATUS,
        parameters=(),
        read=identity.envelope("mapper", "sharer", "id_reader"),
        handle=_enveloped(optout_status),
        fields=(*_ENVELOPE, "opted_out", "advertising_id", "opted_out_since"),
    ),
    Operation(
        name="uid2.v2_token_logout",
        methods=_POST,
        path=facts.LOGOUT,
        parameters=(),
        read=identity.about_one("optout"),
        handle=_enveloped(token_operations.logout),
        about_person=True,
        fields=(*_ENVELOPE, "optout"),
    ),
    Operation(
        name="uid2.v2_key_latest",
        methods=_POST,
        path=facts.KEY_LATEST,
        parameters=(),
        read=identity.envelope("id_reader"),
        handle=_enveloped(key_latest),
        fields=(*_ENVELOPE, *_KEY, "site_id"),
    ),
    Operation(
        name="uid2.v2_key_sharing",
        methods=_POST,
        path=facts.KEY_SHARING,
        parameters=(),
        read=identity.envelope("sharer", "id_reader"),
        handle=_enveloped(key_sharing),
        fields=(
            *_KEYS,
            "keyset_id",
            "caller_site_id",
            "master_keyset_id",
            "default_keyset_id",
            "token_expiry_seconds",
            "max_sharing_lifetime_seconds",
        ),
    ),
    Operation(
        name="uid2.v2_key_bidstream",
        methods=_POST,
        path=facts.KEY_BIDSTREAM,
        parameters=(),
        read=identity.envelope("id_reader"),
        handle=_enveloped(key_bidstream),
        fields=(*_KEYS, "max_bidstream_lifetime_seconds"),
    ),
)
