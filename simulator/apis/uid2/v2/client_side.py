"""POST /v2/token/client-generate: tokens for a browser or an app, without an API key (docs/sources/uid2.md §6, CSTG).

The client makes a key pair for each call and sends its public key. The shared secret (ECDH on P-256, without a key
derivation) encrypts the request's payload and the answer.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from simulator.apis.uid2 import java, replies
from simulator.apis.uid2 import texts as v1_texts
from simulator.apis.uid2.jackson import json_object, to_long, to_text
from simulator.apis.uid2.person import Person, identify
from simulator.apis.uid2.subscription import Subscription
from simulator.apis.uid2.tokens.contents import PRIVACY_CLIENT_SIDE, SITE
from simulator.apis.uid2.v2 import facts, texts
from simulator.apis.uid2.v2.request import Request, text_in
from simulator.apis.uid2.v2.token_operations import success
from simulator.apis.uid2.world import Uid2World
from simulator.core.errors import Rejection
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call, Reply
from simulator.sealing import BadToken, Sealer

_HASHES: Final = ("email_hash", "phone_hash")


class ClientSideRefused(Exception):
    """The operator refuses the call with this reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class _Outer(NamedTuple):
    """The outer body, mapped onto the operator's class (docs/sources/uid2-current.md §D5)."""

    payload: str | None = None
    iv: str | None = None
    subscription_id: str | None = None
    public_key: str | None = None
    timestamp: int = 0
    app_name: str | None = None

    @property
    def bound(self) -> bytes:
        """The additional data of the payload's seal: a JSON list of the timestamp and, if present, the app's name."""
        return replies.dumps([self.timestamp] if self.app_name is None else [self.timestamp, self.app_name])


class ClientSideReading(NamedTuple):
    """A parsed call.

    shared: the shared secret of the two key pairs, 32 bytes; None when the payload could not be decrypted.
    content: the JSON inside the payload, as text; of a call
        refused before that, its subscription and app. person: None when none is named or the hash is invalid.
    site: the subscription's. refused: the operator's refusal.
    error: the named error of a body that makes the operator fail, or "".
    """

    shared: bytes | None = None
    content: bytes | None = None
    person: Person | None = None
    site: int = SITE
    refused: Reply | None = None
    error: str = ""


def client_generate(credentials: Credentials, call: Call, world: Uid2World) -> Reply:
    """Tokens for a hash; a person who has opted out gets none.

    In:      {"payload", "iv", "subscription_id", "public_key", "timestamp", "app_name"?}, no key;
             in the payload {"email_hash": str} or {"phone_hash": str}
    Out:     200 {"body": {as v2's generate}, "status": "success"} or {"status": "optout"}, encrypted
    Rejects: in the operator's order, each with its own text; invalid_identifier for an invalid hash;
             server_error for an unknown field and for a value that cannot be converted
    Source:  docs/sources/uid2.md §6.6; docs/sources/uid2-current.md §D5
    """
    found: ClientSideReading = credentials.payload
    if found.error:
        raise Rejection(found.error)
    if found.refused is not None:
        return found.refused
    if found.person is None:
        raise Rejection("invalid_identifier")
    if world.is_opted_out(found.person, call.at):
        return replies.OPTED_OUT
    tokens = world.generate(found.person, call.at, privacy=PRIVACY_CLIENT_SIDE, site=found.site)
    return success(tokens, found.person, world)


def read_call(call: Call, world: Uid2World) -> ClientSideReading:
    """Check the outer body, decrypt the payload, find the person. Never raises."""
    found = ClientSideReading()
    try:
        body = _outer(call)
        found = found._replace(content=repr((body.subscription_id, body.app_name)).encode())
        subscription = _subscription(body, call, world)
        shared, plain = _opened(body, subscription)
        found = ClientSideReading(shared, plain, site=subscription.site)
        return found._replace(person=_person(_inner(plain)))
    except ClientSideRefused as refused:
        return found._replace(refused=refused.reply)
    except Rejection as no:
        return found._replace(error=no.name)


def _opened(body: _Outer, subscription: Subscription) -> tuple[bytes, bytes]:
    """The shared secret and the decrypted payload."""
    if body.payload is None or body.iv is None or body.public_key is None:
        raise ClientSideRefused(replies.client_error(texts.PARAMETERS_REQUIRED))
    shared = _shared(subscription, body.public_key)
    nonce = _iv(body.iv)
    try:
        return shared, Sealer(shared).open(nonce + java.basic_base64(body.payload), body.bound)
    except (ValueError, BadToken):
        raise ClientSideRefused(replies.client_error(texts.DECRYPTION_FAILED)) from None


def _inner(plain: bytes) -> Request:
    try:
        return json_object(plain)
    except ValueError:
        raise ClientSideRefused(replies.client_error(texts.INNER_NOT_JSON)) from None


def _outer(call: Call) -> _Outer:
    """Raises :class:`Rejection` ``server_error`` for a field that is unknown or cannot be converted."""
    if not call.body:
        raise ClientSideRefused(replies.client_error(texts.PAYLOAD_MISSING))
    try:
        found = json_object(call.body)
    except ValueError:
        raise ClientSideRefused(replies.client_error(texts.PAYLOAD_NOT_VALID)) from None
    if not found.keys() <= set(_Outer._fields):
        raise Rejection("server_error")
    try:
        timestamp = to_long(found.pop("timestamp", None))
        return _Outer(**{name: to_text(value) for name, value in found.items()}, timestamp=timestamp)
    except ValueError:
        raise Rejection("server_error") from None


def _subscription(body: _Outer, call: Call, world: Uid2World) -> Subscription:
    subscription = world.subscription(body.subscription_id or "")
    if subscription is None:
        raise ClientSideRefused(replies.client_error(texts.BAD_SUBSCRIPTION))
    if subscription.disabled:
        raise ClientSideRefused(replies.error(401, v1_texts.UNAUTHORIZED, texts.SUBSCRIPTION_DISABLED))
    if body.app_name is None:
        if not subscription.admits_origin(call.headers.get("origin")):
            raise ClientSideRefused(replies.error(403, texts.INVALID_HTTP_ORIGIN, texts.UNEXPECTED_ORIGIN))
    elif not subscription.admits_app(body.app_name):
        raise ClientSideRefused(replies.error(403, texts.INVALID_APP_NAME, texts.UNEXPECTED_APP))
    return subscription


def _shared(subscription: Subscription, public_key: str) -> bytes:
    from simulator.apis.uid2.key_exchange import shared_secret

    try:
        return shared_secret(subscription.secret, java.basic_base64(public_key))
    except ValueError:
        raise ClientSideRefused(replies.client_error(texts.BAD_PUBLIC_KEY)) from None


def _iv(text: str) -> bytes:
    try:
        iv = java.basic_base64(text)
    except ValueError:
        iv = b""
    if len(iv) != facts.IV_SIZE:
        raise ClientSideRefused(replies.client_error(texts.BAD_IV))
    return iv


def _person(request: Request) -> Person | None:
    """None for an invalid hash. Raises :class:`ClientSideRefused` unless exactly one is given."""
    given = [(name, text) for name in _HASHES if (text := text_in(request, name)) is not None]
    if len(given) != 1:
        raise ClientSideRefused(replies.client_error(texts.ONE_HASH))
    return identify(*given[0])
