"""The keys that open advertising tokens, as the operator lists them (docs/sources/uid2.md §1.7).

The refresh key is never listed. One site has them all: the simulator's.
"""

from __future__ import annotations

from simulator.apis.uid2 import java
from simulator.apis.uid2.tokens.contents import MASTER_KEY, SITE, SITE_KEY
from simulator.apis.uid2.v2 import facts
from simulator.apis.uid2.world import Uid2World
from simulator.core.clock import to_seconds

Item = dict[str, object]


def listed(number: int, world: Uid2World) -> Item:
    """One key; its moments are seconds since 1970."""
    active = to_seconds(facts.KEYS_ACTIVE)
    return {
        "id": number,
        "created": active,
        "activates": active,
        "expires": to_seconds(facts.KEYS_EXPIRE),
        "secret": java.to_base64(world.keyring.secrets[number]),
    }


def with_sites(world: Uid2World) -> list[Item]:
    """Every key with the site it belongs to, as ``key/latest`` answers in v1 and v2."""
    sites = {MASTER_KEY: facts.MASTER_SITE, SITE_KEY: SITE}
    return [listed(number, world) | {"site_id": sites[number]} for number in world.keyring.secrets]
