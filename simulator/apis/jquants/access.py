"""Who is calling: what a call presents, and whether a data endpoint lets it in."""

from __future__ import annotations

from simulator.apis.jquants import facts, request
from simulator.apis.jquants.plans import includes
from simulator.apis.jquants.settings import Account
from simulator.apis.jquants.world import Examined, JQuantsWorld
from simulator.core.api import Presented
from simulator.core.call import Call
from simulator.core.errors import Rejection


def authorise(call: Call, world: JQuantsWorld, least: facts.Plan) -> Account:
    """The account behind a data call, its plan at least ``least``.

    The token is checked before the plan, and both before any parameter (jquants.md §7).
    Rejects: idtoken_invalid, not_subscribed.
    """
    token = request.id_token(call.headers)
    account = None if token is None else world.examine_id_token(token, call.at).account
    if account is None:
        raise Rejection("idtoken_invalid")
    if not includes(account.plan, least):
        raise Rejection("not_subscribed")
    return account


def nothing(_call: Call, _world: JQuantsWorld) -> Presented:
    """An operation that asks for nothing."""
    return Presented()


def login(call: Call, world: JQuantsWorld) -> Presented:
    """The account that a login names, whether or not it exists."""
    given = request.credentials(call.body)
    named = given.mailaddress
    return Presented(
        subject=None if named is None else named.encode("utf-8", "replace").decode(),
        authorised=world.login(given) is not None,
    )


def refresh_token(call: Call, world: JQuantsWorld) -> Presented:
    """The refresh token in the query."""
    text = request.parameters(call.raw_query).get(facts.REFRESHTOKEN)
    if text is None:
        return Presented()
    return _presented(text, facts.REFRESH_TOKEN, world.examine_refresh_token(text, call.at))


def id_token(call: Call, world: JQuantsWorld) -> Presented:
    """The ID token in the Authorization header."""
    text = request.id_token(call.headers)
    if text is None:
        return Presented()
    return _presented(text, facts.ID_TOKEN, world.examine_id_token(text, call.at))


def _presented(text: str, kind: str, found: Examined) -> Presented:
    token = found.token
    if token is None:
        return Presented(token=text, kind=kind, state=found.state)
    return Presented(
        token=text,
        kind=kind,
        state=found.state,
        issued_at=token.issued_at,
        mark=token.mark,
        family=token.family,
        subject=token.subject,
        authorised=found.account is not None,
    )
