"""v2's operations, where they are and what can be done to them (docs/sources/uid2.md §6)."""

from __future__ import annotations

from typing import Final

from simulator.apis.uid2 import facts as v1
from simulator.apis.uid2.batch import only_one_in
from simulator.apis.uid2.v2 import client_side, facts, identity, token_operations
from simulator.apis.uid2.v2.identity_operations import identity_buckets, identity_map, identity_map_v3
from simulator.apis.uid2.v2.key_operations import key_bidstream, key_latest, key_sharing
from simulator.apis.uid2.v2.request import enveloped
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.api import Operation

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

OPERATIONS: Final[tuple[Operation[Uid2World], ...]] = (
    Operation(
        name="uid2.v2_token_generate",
        methods=_POST,
        path=facts.TOKEN_GENERATE,
        handle=enveloped(token_operations.generate, "generator"),
        presented=identity.in_envelope("generator", person=identity.named_person),
        issues=v1.TOKEN_KINDS,
        about_person=True,
        fields=_IDENTITY,
    ),
    Operation(
        name="uid2.v2_token_refresh",
        methods=_POST,
        path=facts.TOKEN_REFRESH,
        handle=token_operations.refresh,
        presented=identity.in_refresh,
        issues=v1.TOKEN_KINDS,
        accepts="refresh_token",
        about_person=True,
        fields=_IDENTITY,
    ),
    Operation(
        name="uid2.v2_token_validate",
        methods=_POST,
        path=facts.TOKEN_VALIDATE,
        handle=enveloped(token_operations.validate, "generator"),
        presented=identity.in_validate,
        accepts="advertising_token",
        about_person=True,
        fields=_ENVELOPE,
    ),
    Operation(
        name="uid2.v2_token_client_generate",
        methods=_POST,
        path=facts.CLIENT_GENERATE,
        handle=client_side.client_generate,
        presented=identity.in_client_generate,
        issues=v1.TOKEN_KINDS,
        about_person=True,
        fields=_IDENTITY,
    ),
    Operation(
        name="uid2.v2_identity_map",
        methods=_POST,
        path=facts.IDENTITY_MAP,
        handle=enveloped(identity_map, "mapper"),
        presented=identity.in_envelope("mapper", person=only_one_in),
        about_person=True,
        fields=_MAPPED,
    ),
    Operation(
        name="uid2.v3_identity_map",
        methods=_POST,
        path=facts.IDENTITY_MAP_V3,
        handle=enveloped(identity_map_v3, "mapper"),
        presented=identity.in_envelope("mapper", person=only_one_in),
        about_person=True,
        fields=(*_ENVELOPE, *facts.MIXED_ORDER, "u", "p", "r", "e"),
    ),
    Operation(
        name="uid2.v2_identity_buckets",
        methods=_POST,
        path=facts.IDENTITY_BUCKETS,
        handle=enveloped(identity_buckets, "mapper"),
        presented=identity.in_envelope("mapper"),
        fields=(*_ENVELOPE, "bucket_id", "last_updated"),
    ),
    Operation(
        name="uid2.v2_key_latest",
        methods=_POST,
        path=facts.KEY_LATEST,
        handle=enveloped(key_latest, "id_reader"),
        presented=identity.in_envelope("id_reader"),
        fields=(*_ENVELOPE, *_KEY, "site_id"),
    ),
    Operation(
        name="uid2.v2_key_sharing",
        methods=_POST,
        path=facts.KEY_SHARING,
        handle=enveloped(key_sharing, "sharer", "id_reader"),
        presented=identity.in_envelope("sharer", "id_reader"),
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
        handle=enveloped(key_bidstream, "id_reader"),
        presented=identity.in_envelope("id_reader"),
        fields=(*_KEYS, "max_bidstream_lifetime_seconds"),
    ),
)
