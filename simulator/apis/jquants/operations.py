"""The operations of J-Quants v1: login, refresh, and the data endpoints that need an ID token."""

from __future__ import annotations

from typing import Final

from simulator.apis.jquants import facts, identity, replies
from simulator.apis.jquants.market.operations import DATA_OPERATIONS
from simulator.apis.jquants.settings import Account
from simulator.apis.jquants.world import JQuantsWorld, TokenCheck
from simulator.core.errors import Rejection
from simulator.core.model.api import Credentials, Operation
from simulator.core.model.call import Call, Reply


def auth_user(credentials: Credentials, call: Call, world: JQuantsWorld) -> Reply:
    """Exchange a mail address and a password for a new refresh token.

    In:      POST /v1/token/auth_user  {"mailaddress": str, "password": str}, any or no Content-Type
    Out:     200 {"refreshToken": str}
    Rejects: login_incorrect  wrong, missing or empty; not strings; not a JSON object [INF]
             not_subscribed   the account has no plan
    State:   none; earlier refresh tokens of the account stay valid
    Source:  docs/sources/jquants.md §1
    """
    account: Account | None = credentials.payload
    if account is None:
        raise Rejection("login_incorrect")
    if account.plan == "none":
        raise Rejection("not_subscribed")
    return replies.refresh_token(world.issue_refresh_token(account.mailaddress, call.at))


def auth_refresh(credentials: Credentials, call: Call, world: JQuantsWorld) -> Reply:
    """Exchange a valid refresh token for a new ID token.

    In:      POST /v1/token/auth_refresh?refreshtoken=<str>; headers and body do not matter
    Out:     200 {"idToken": str}
    Rejects: refreshtoken_required  absent or empty
             refreshtoken_invalid   forged, from another simulator, revoked, or at or after its expiry
             not_subscribed         the account has lost its plan
    State:   none; the refresh token stays valid, and its expiry does not move
    Source:  docs/sources/jquants.md §0.1, docs/sources/jquants.md §2
    """
    if credentials.token is None:
        raise Rejection("refreshtoken_required")
    check: TokenCheck = credentials.payload
    _, token, account = check
    if token is None or account is None:
        raise Rejection("refreshtoken_invalid")
    if account.plan == "none":
        raise Rejection("not_subscribed")
    issued = world.issue_id_token(token.subject, call.at, family=token.family, auth_time=token.issued_at)
    return replies.id_token(issued)


def jwks(_credentials: Credentials, _call: Call, world: JQuantsWorld) -> Reply:
    """The public keys that verify ID tokens; an empty list when they are signed with HS256.

    In:      GET /<pool id>/.well-known/jwks.json
    Out:     200 {"keys": [{"alg", "e", "kid", "kty", "n", "use"}]}
    Source:  docs/sources/jquants.md §3; Cognito's own form, RFC 7517
    """
    return replies.document(world.id_tokens.jwks())


OPERATIONS: Final[tuple[Operation[JQuantsWorld], ...]] = (
    Operation(
        name="jquants.auth_user",
        methods=("POST",),
        path="/v1/token/auth_user",
        read=identity.login,
        handle=auth_user,
        issues=(facts.REFRESH_TOKEN,),
        fields=("refreshToken",),
        parameters=(),
    ),
    Operation(
        name="jquants.auth_refresh",
        methods=("POST",),
        path="/v1/token/auth_refresh",
        read=identity.refresh_token,
        handle=auth_refresh,
        issues=(facts.ID_TOKEN,),
        accepts=facts.REFRESH_TOKEN,
        fields=("idToken",),
        parameters=(facts.REFRESHTOKEN,),
    ),
    *DATA_OPERATIONS,
    Operation(
        name="jquants.jwks",
        methods=("GET",),
        path=facts.JWKS_PATH,
        read=identity.nothing,
        handle=jwks,
        fields=("keys",),
        parameters=(),
    ),
)
