"""The keys that decrypt advertising tokens: ``POST /v2/key/…``.

Source: docs/sources/uid2.md §1.7 and §6; uid2-operator, UIDOperatorVerticle.java: handleKeysSharing,
handleKeysBidstream.
"""

from __future__ import annotations

from datetime import timedelta

from simulator.apis.uid2 import replies
from simulator.apis.uid2.keys import Item, default_keyset, keyset_of, listed, seen_by, with_sites
from simulator.apis.uid2.tokens.contents import SITE
from simulator.apis.uid2.v2 import facts
from simulator.apis.uid2.v2.request import EnvelopeReading
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.call import Call, Reply


def key_latest(found: EnvelopeReading, _call: Call, world: Uid2World) -> Reply:
    """Every key that the caller may read, with the site it belongs to.

    Out: 200 {"body": [{"id", "created", "activates", "expires", "secret", "site_id"}], "status": "success"}
    """
    return replies.success(with_sites(found.key, world))


def key_sharing(found: EnvelopeReading, _call: Call, world: Uid2World) -> Reply:
    """The keys with which a sharer encrypts raw UID2s and decrypts the tokens of others.

    Out: 200 {"body": {"caller_site_id", "master_keyset_id", "default_keyset_id", "token_expiry_seconds": str,
         "max_sharing_lifetime_seconds" (sharers only), "identity_scope", "allow_clock_skew_seconds", "keys",
         "site_data"}, "status": "success"}; seconds are integers except in that string; a key of another site has
         no keyset_id, and a caller without a key has no default_keyset_id (docs/sources/uid2-current.md §D11)
    """
    caller = SITE if found.key is None else found.key.site
    body: Item = {"caller_site_id": caller, "master_keyset_id": facts.MASTER_KEYSET}
    own = default_keyset(caller, world)
    if own is not None:
        body["default_keyset_id"] = own
    body["token_expiry_seconds"] = str(_seconds(facts.SHARING_LIFETIME))
    if found.may("sharer"):
        body["max_sharing_lifetime_seconds"] = _seconds(facts.SHARING_LIFETIME + facts.LIFETIME_TOLERANCE)
    body |= _scope(world)
    keys: list[Item] = []
    for number in seen_by(found.key, world):
        keyset = keyset_of(number, found.key, world)
        keys.append(listed(number, world) | ({} if keyset is None else {"keyset_id": keyset}))
    body["keys"] = keys
    body["site_data"] = _sites(world)
    return replies.success(body)


def key_bidstream(found: EnvelopeReading, _call: Call, world: Uid2World) -> Reply:
    """The keys with which a bidder decrypts advertising tokens.

    Out: 200 {"body": {"max_bidstream_lifetime_seconds", "identity_scope", "allow_clock_skew_seconds", "keys",
         "site_data"}, "status": "success"}
    """
    longest = world.settings.identity_lifetime + facts.LIFETIME_TOLERANCE
    body: Item = {"max_bidstream_lifetime_seconds": _seconds(longest)} | _scope(world)
    body["keys"] = [listed(number, world) for number in seen_by(found.key, world)]
    body["site_data"] = _sites(world)
    return replies.success(body)


def _scope(world: Uid2World) -> Item:
    return {"identity_scope": world.scope.name, "allow_clock_skew_seconds": _seconds(facts.CLOCK_SKEW)}


def _sites(world: Uid2World) -> list[Item]:
    """The sites that have domains, their own or those of a client-side subscription."""
    domains: dict[int, set[str]] = {}
    for subscription in world.settings.subscriptions:
        domains.setdefault(subscription.site, set()).update(subscription.domains)
    for site in world.settings.sites:
        domains.setdefault(site.id, set()).update(site.domains)
    return [{"id": site, "domain_names": sorted(names)} for site, names in domains.items() if names]


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
