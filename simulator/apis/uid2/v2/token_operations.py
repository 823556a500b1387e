"""Generate, refresh and validate of v2: ``POST /v2/token/…`` (docs/sources/uid2.md §6)."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import replace

from simulator.apis.uid2 import outcomes, replies
from simulator.apis.uid2 import texts as v1_texts
from simulator.apis.uid2.consent import is_sufficient
from simulator.apis.uid2.person import IdentityType, Person, identified, person_named
from simulator.apis.uid2.tokens import wrapped
from simulator.apis.uid2.tokens.checks import RefreshCheck, Tokens
from simulator.apis.uid2.tokens.contents import PRIVACY_OPTED_OUT, SITE
from simulator.apis.uid2.tokens.keyring import refresh_text
from simulator.apis.uid2.v2 import facts, texts
from simulator.apis.uid2.v2.request import EnvelopeReading, Request, text_in
from simulator.apis.uid2.world import Uid2World
from simulator.core.clock import to_milliseconds
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call, Reply

_RESPONSE_KEY_SIZE = 32


def generate(found: EnvelopeReading, call: Call, world: Uid2World) -> Reply:
    """Tokens for a person. Today an opted-out person gets none; earlier, the key and the check decided.

    In:      {"email": str} (or email_hash, phone, phone_hash), "optout_check" (or "policy"): 0 | 1
             today's operator ignores the check
    Out:     200 {"body": {tokens, moments in ms, "refresh_response_key": str}, "status": "success"}
             200 {"status": "optout"}
    Rejects: identifier_required, invalid_identifier; a check that is neither 0 nor 1, and for a new participant's
             key one that is not 1, with 400 client_error
             EUID: a consent string that cannot be read, with 400 client_error, or that does not allow it, with 200
             {"status": "insufficient_user_consent"}
    Source:  docs/sources/uid2-current.md §D1, §5.2; docs/sources/uid2.md §6.3
    """
    _, person = identified(found.identifier)
    refused = _refused_consent(found.request or {}) if world.scope.asks_consent else None
    if refused is not None:
        return refused
    if not world.revision.respects_optout:
        return _generate_on_request(person, found, call, world)
    if world.is_opted_out(person, call.at):
        return replies.OPTED_OUT
    return success(world.generate(person, call.at, site=_site_of(found)), person, world)


def _generate_on_request(person: Person, found: EnvelopeReading, call: Call, world: Uid2World) -> Reply:
    """A generate that checks for an opt-out on request (docs/sources/uid2.md §6.3)."""
    check = _optout_check(found.request or {})
    if check not in {0, 1}:
        return replies.client_error(texts.BAD_ARGUMENTS)
    if found.key is not None and found.key.participant == "new" and not check:
        return replies.client_error(texts.OPTOUT_CHECK_REQUIRED)
    if not world.is_opted_out(person, call.at):
        return success(world.generate(person, call.at, site=_site_of(found)), person, world)
    if check or not world.settings.optout_tokens:
        return replies.OPTED_OUT
    stand_in = person_named(facts.STAND_IN_MAIL if person.type is IdentityType.EMAIL else facts.STAND_IN_PHONE)
    tokens = world.generate(stand_in, call.at, privacy=PRIVACY_OPTED_OUT, site=_site_of(found))
    return success(tokens, stand_in, world)


def _refused_consent(request: Request) -> Reply | None:
    """The answer to a consent string that does not allow the generate (docs/sources/uid2-current.md §5.2)."""
    if facts.CONSENT not in request:
        return None
    try:
        allowed = is_sufficient(text_in(request, facts.CONSENT) or "")
    except ValueError:
        return replies.client_error(texts.INVALID_CONSENT)
    return None if allowed else replies.INSUFFICIENT_CONSENT


def _site_of(found: EnvelopeReading) -> int:
    return SITE if found.key is None else found.key.site


def refresh(credentials: Credentials, call: Call, world: Uid2World) -> Reply:
    """Exchange a refresh token of v2 or v1 for new tokens. The body is the token itself, without an envelope.

    Out:     as :func:`generate`; encrypted with the token's own response key, plain for a v1 token
    Rejects: invalid_token, expired_token, optout, generic_error as v1 does;
             an invalid text with the length of a v2 token, with 400 client_error
    Source:  docs/sources/uid2.md §6, §3.2 step 2
    """
    check: RefreshCheck = credentials.payload
    if check.broken:
        return replies.client_error(check.broken)
    # An unknown caller is told about an opt-out in every profile: the published page that hides it is about v1.
    token = outcomes.live_token(credentials, unknown_caller_opted_out="optout")
    return success(world.refresh(token, call.at), token.person, world)


def validate(found: EnvelopeReading, call: Call, world: Uid2World) -> Reply:
    """Whether an advertising token belongs to a person; earlier, true only for the validate identities.

    In:      {"token": str, "email": str} (or one of the other three)
    Out:     200 {"body": bool, "status": "success"}
    Rejects: identifier_required, invalid_identifier; today an invalid token, and one that is sealed with the key of
             another site than the caller's, with 400 client_error
    Source:  docs/sources/uid2-current.md §D4, §D11; docs/sources/uid2.md §3.3, §6.5
    """
    _, person = identified(found.identifier)
    if not world.revision.validates_anyone:
        return replies.success(world.confirms(found.advertising, person, call.at))
    carries = world.carries(found.advertising, person, call.at)
    token = found.advertising.token
    if carries is not None and token is not None and token.site != _site_of(found):
        return replies.client_error(texts.NOT_ITS_TOKEN)
    return replies.client_error(texts.INVALID_TOKEN) if carries is None else replies.success(carries)


def logout(found: EnvelopeReading, _call: Call, _world: Uid2World) -> Reply:
    """Opt a person out; in the simulator it takes effect with the next call.

    In:      {"email": str} (or one of the other three), "clientIp"?: str
    Out:     200 {"body": {"optout": "OK"}, "status": "success"}
    Rejects: none or more than one identifier, and an invalid one, with 400 invalid_token
    Source:  docs/sources/uid2-current.md §D9
    """
    if found.identifier is None or found.identifier.person is None:
        shown = "null" if found.identifier is None else texts.INPUT_OBJECT
        return replies.error(400, v1_texts.INVALID_TOKEN, v1_texts.INVALID_TOKEN_PRESENTED + shown)
    return replace(replies.success({"optout": "OK"}), opts_out=found.identifier.person.subject)


def success(tokens: Tokens, person: Person, world: Uid2World) -> Reply:
    """200 with the tokens in the form of v2: the refresh token is wrapped together with a new response key."""
    response_key = b64encode(os.urandom(_RESPONSE_KEY_SIZE)).decode()
    outer = refresh_text(wrapped.wrap(tokens.refresh_token, response_key, world.keyring))
    tokens = replace(tokens, refresh_token=outer)
    reply = replies.success(
        {
            "advertising_token": tokens.advertising_token,
            "refresh_token": tokens.refresh_token,
            "identity_expires": to_milliseconds(tokens.identity_expires),
            "refresh_expires": to_milliseconds(tokens.refresh_expires),
            "refresh_from": to_milliseconds(tokens.refresh_from),
            "refresh_response_key": response_key,
        }
    )
    return replace(reply, issued=outcomes.issued(tokens, person, disclosed=True))


def _optout_check(request: Request) -> int:
    """The value of the check; 0 when it is absent, -1 when the operator does not accept it."""
    for name in facts.OPTOUT_CHECK:
        if name in request:
            value = request[name]
            return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else -1
    return 0
