"""Reads who is calling, once per call, and decides whether a data endpoint admits the caller.

Only :func:`authorise` raises.
"""

from __future__ import annotations

from simulator.apis.jquants import facts, request
from simulator.apis.jquants.plans import includes
from simulator.apis.jquants.settings import Account
from simulator.apis.jquants.world import JQuantsWorld, TokenCheck
from simulator.core.errors import Rejection
from simulator.core.model.api import UNREAD, Credentials
from simulator.core.model.call import Call


def authorise(credentials: Credentials, least: facts.Plan) -> Account:
    """The account of a call that :func:`id_token` has read, if its plan is at least ``least``.

    The token is checked before the plan, and both before any parameter (docs/sources/jquants.md §7).
    Rejects: idtoken_invalid, not_subscribed.
    """
    check: TokenCheck | None = credentials.payload
    if check is None or check.account is None:
        raise Rejection("idtoken_invalid")
    if not includes(check.account.plan, least):
        raise Rejection("not_subscribed")
    return check.account


def nothing(_call: Call, _world: JQuantsWorld) -> Credentials:
    """An operation that asks for no credentials."""
    return UNREAD


def login(call: Call, world: JQuantsWorld) -> Credentials:
    """The account that a login names, whether or not it exists. payload: the account that it opens, or None."""
    given = request.login_body(call.body)
    account = world.login(given)
    named = given.mailaddress
    return Credentials(
        subject=None if named is None else named.encode("utf-8", "replace").decode(),
        authorised=account is not None,
        content=repr(tuple(given)).encode("utf-8", "replace"),
        payload=account,
    )


def refresh_token(call: Call, world: JQuantsWorld) -> Credentials:
    """The refresh token in the query. payload: its :class:`TokenCheck`, None without a token."""
    text = request.parameters(call.raw_query).get(facts.REFRESHTOKEN)
    if text is None:
        return UNREAD
    return _checked(text, facts.REFRESH_TOKEN, world.check_refresh_token(text, call.at))


def id_token(call: Call, world: JQuantsWorld) -> Credentials:
    """The ID token in the Authorization header. payload: its :class:`TokenCheck`, None without a token."""
    text = request.id_token(call.headers)
    if text is None:
        return UNREAD
    return _checked(text, facts.ID_TOKEN, world.check_id_token(text, call.at))


def _checked(text: str, kind: str, check: TokenCheck) -> Credentials:
    state, token, account = check
    if token is None:
        return Credentials(text, kind, state, payload=check)
    return Credentials(
        text,
        kind,
        state,
        token.issued_at,
        token.token_id,
        token.family,
        token.subject,
        account is not None,
        payload=check,
    )
