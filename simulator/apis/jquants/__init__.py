"""J-Quants v1: mail and password → refresh token (a week) → ID token (a day) → data.

Read in this order: facts, texts, profile, settings, world, tokens, request, identity, operations, errors, gateway; then
minting and replies, and market, the data behind the endpoints. Files of J-Quants' own: plans, request_ids.
"""

from __future__ import annotations

from typing import Final

from simulator.apis.jquants import facts, gateway, minting, replies
from simulator.apis.jquants.errors import ERRORS
from simulator.apis.jquants.operations import OPERATIONS
from simulator.apis.jquants.settings import JQuantsSettings, canonical_account
from simulator.apis.jquants.world import JQuantsWorld, make_world
from simulator.core.model.api import Api

API: Final[Api[JQuantsWorld]] = Api(
    name=facts.NAME,
    base_path=facts.BASE_PATH,
    operations=OPERATIONS,
    errors=ERRORS,
    settings=JQuantsSettings,
    world=make_world,
    before=gateway.before,
    misrouted=gateway.misrouted,
    after=gateway.after,
    dumps=replies.dumps,
    subject=canonical_account,
    token_kinds=minting.KINDS,
    mint=minting.mint,
    refresh_token_kinds=frozenset({facts.REFRESH_TOKEN}),
    lifetimes={facts.REFRESH_TOKEN: facts.REFRESH_TOKEN_LIFETIME, facts.ID_TOKEN: facts.ID_TOKEN_LIFETIME},
    events=(facts.REFRESH_TOKEN_EXPIRES, facts.ID_TOKEN_EXPIRES),
    token_params=frozenset({facts.REFRESHTOKEN}),
    public_params=facts.DATA_PARAMETERS,
    client_env=facts.VARIABLES,
)
