"""UID2, v1 and v2: identity tokens of people, and refresh tokens to renew them.

Read in this order: facts, texts, profile, settings, world, tokens, request, identity, operations, errors, gateway; then
minting and replies, and v2, which has the same files for what it adds. Files of UID2's own: person, batch, buckets,
keys, subscription, key_exchange; java, jackson and hashids behave as the operator's libraries.
"""

from __future__ import annotations

from typing import Final

from simulator.apis.uid2 import facts, gateway, replies
from simulator.apis.uid2.errors import ERRORS
from simulator.apis.uid2.minting import mint
from simulator.apis.uid2.operations import OPERATIONS
from simulator.apis.uid2.person import canonical
from simulator.apis.uid2.profile import PROFILES
from simulator.apis.uid2.settings import Uid2Settings
from simulator.apis.uid2.v2.operations import OPERATIONS as V2_OPERATIONS
from simulator.apis.uid2.world import Uid2World, make_world
from simulator.core.model.api import Api

API: Final[Api[Uid2World]] = Api(
    name=facts.NAME,
    base_path="",
    operations=OPERATIONS + V2_OPERATIONS,
    errors=ERRORS,
    settings=Uid2Settings,
    world=make_world,
    before=gateway.before,
    misrouted=gateway.misrouted,
    after=gateway.after,
    dumps=replies.dumps,
    subject=canonical,
    token_kinds=facts.TOKEN_KINDS,
    mint=mint,
    refresh_token_kinds=frozenset({"refresh_token"}),
    events=facts.EVENTS,
    ignore_trailing_slash=True,
    token_params=frozenset({"refresh_token", "token"}),
    public_params=frozenset({"since_timestamp"}),
    client_env=facts.VARIABLES,
    profiles=tuple(PROFILES),
)
