"""The keys that open advertising tokens, for who may read them: ``POST /v2/key/…``.

Source: docs/sources/uid2.md §1.7 and §6; uid2-operator, UIDOperatorVerticle.java: handleKeysSharing,
handleKeysBidstream.
"""

from __future__ import annotations

from datetime import timedelta

from simulator.apis.uid2 import replies
from simulator.apis.uid2.keys import Item, listed, with_sites
from simulator.apis.uid2.tokens.contents import MASTER_KEY, SITE, SITE_KEY
from simulator.apis.uid2.v2 import facts
from simulator.apis.uid2.v2.request import EnvelopeReading
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.call import Call, Reply


def key_latest(_found: EnvelopeReading, _call: Call, world: Uid2World) -> Reply:
    """Every key with the site it belongs to.

    Out: 200 {"body": [{"id", "created", "activates", "expires", "secret", "site_id"}], "status": "success"}
    """
    return replies.success(with_sites(world))


def key_sharing(found: EnvelopeReading, _call: Call, world: Uid2World) -> Reply:
    """The keys with which a sharer encrypts raw UID2s and decrypts other people's tokens.

    Out: 200 {"body": {"caller_site_id", "master_keyset_id", "default_keyset_id", "token_expiry_seconds": str,
         "max_sharing_lifetime_seconds" (sharers only), "identity_scope", "allow_clock_skew_seconds", "keys",
         "site_data"}, "status": "success"}; seconds are integers except in that one text
    """
    keysets = {MASTER_KEY: facts.MASTER_KEYSET, SITE_KEY: facts.DEFAULT_KEYSET}
    body: Item = {
        "caller_site_id": SITE,
        "master_keyset_id": facts.MASTER_KEYSET,
        "default_keyset_id": facts.DEFAULT_KEYSET,
        "token_expiry_seconds": str(_seconds(facts.SHARING_LIFETIME)),
    }
    if found.may("sharer"):
        body["max_sharing_lifetime_seconds"] = _seconds(facts.SHARING_LIFETIME + facts.LIFETIME_TOLERANCE)
    body |= _scope()
    body["keys"] = [listed(number, world) | {"keyset_id": keysets[number]} for number in world.keyring.secrets]
    body["site_data"] = _sites(world)
    return replies.success(body)


def key_bidstream(_found: EnvelopeReading, _call: Call, world: Uid2World) -> Reply:
    """The keys with which a bidder decrypts advertising tokens.

    Out: 200 {"body": {"max_bidstream_lifetime_seconds", "identity_scope", "allow_clock_skew_seconds", "keys",
         "site_data"}, "status": "success"}
    """
    longest = world.settings.identity_lifetime + facts.LIFETIME_TOLERANCE
    body: Item = {"max_bidstream_lifetime_seconds": _seconds(longest)} | _scope()
    body["keys"] = [listed(number, world) for number in world.keyring.secrets]
    body["site_data"] = _sites(world)
    return replies.success(body)


def _scope() -> Item:
    return {"identity_scope": facts.IDENTITY_SCOPE, "allow_clock_skew_seconds": _seconds(facts.CLOCK_SKEW)}


def _sites(world: Uid2World) -> list[Item]:
    """The site with the domains of its client-side subscriptions, when any are named."""
    domains = sorted({domain for one in world.settings.subscriptions for domain in one.domains})
    return [{"id": SITE, "domain_names": domains}] if domains else []


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
