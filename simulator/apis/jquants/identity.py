"""Who is calling: what a call presents, and whether a data endpoint lets it in."""

from __future__ import annotations

from simulator.apis.jquants import facts, request
from simulator.apis.jquants.plans import includes
from simulator.apis.jquants.settings import Account
from simulator.apis.jquants.world import JQuantsWorld, TokenCheck
from simulator.core.errors import Rejection
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call


def authorise(call: Call, world: JQuantsWorld, least: facts.Plan) -> Account:
    """The account behind a data call, its plan at least ``least``.

    The token is checked before the plan, and both before any parameter (docs/sources/jquants.md §7).
    Rejects: idtoken_invalid, not_subscribed.
    """
    token = request.id_token(call.headers)
    account = None if token is None else world.examine_id_token(token, call.at).account
    if account is None:
        raise Rejection("idtoken_invalid")
    if not includes(account.plan, least):
        raise Rejection("not_subscribed")
    return account


def nothing(_call: Call, _world: JQuantsWorld) -> Credentials:
    """An operation that asks for nothing."""
    return Credentials()


def login(call: Call, world: JQuantsWorld) -> Credentials:
    """The account that a login names, whether or not it exists."""
    given = request.login_body(call.body)
    named = given.mailaddress
    return Credentials(
        subject=None if named is None else named.encode("utf-8", "replace").decode(),
        authorised=world.login(given) is not None,
    )


def refresh_token(call: Call, world: JQuantsWorld) -> Credentials:
    """The refresh token in the query."""
    text = request.parameters(call.raw_query).get(facts.REFRESHTOKEN)
    if text is None:
        return Credentials()
    return _presented(text, facts.REFRESH_TOKEN, world.examine_refresh_token(text, call.at))


def id_token(call: Call, world: JQuantsWorld) -> Credentials:
    """The ID token in the Authorization header."""
    text = request.id_token(call.headers)
    if text is None:
        return Credentials()
    return _presented(text, facts.ID_TOKEN, world.examine_id_token(text, call.at))


def _presented(text: str, kind: str, found: TokenCheck) -> Credentials:
    token = found.token
    if token is None:
        return Credentials(token=text, kind=kind, state=found.state)
    return Credentials(
        token=text,
        kind=kind,
        state=found.state,
        issued_at=token.issued_at,
        token_id=token.token_id,
        family=token.family,
        subject=token.subject,
        authorised=found.account is not None,
    )
