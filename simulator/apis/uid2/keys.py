"""The keys that decrypt advertising tokens, as the operator lists them (docs/sources/uid2.md §1.7).

The refresh key is never listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.apis.uid2 import java
from simulator.apis.uid2.settings import ApiKey
from simulator.apis.uid2.tokens.contents import MASTER_KEY, SITE
from simulator.apis.uid2.v2 import facts
from simulator.apis.uid2.world import Uid2World
from simulator.core.clock import to_seconds

Item = dict[str, object]


def seen_by(key: ApiKey | None, world: Uid2World) -> Iterator[int]:
    """The ids of the keys that a caller receives: the master key, its own site's, and those that it may read.

    The list of a site says who may read its key; without a list, all callers with the role ``id_reader`` may.
    Source: docs/sources/uid2-current.md §D11.
    """
    for number in world.keyring.secrets:
        owner = world.keyring.site_of.get(number)
        if owner is None:
            yield number
        elif key is not None:
            allowed = world.settings.site(owner).allowed_sites
            if owner == key.site or ("id_reader" in key.roles if allowed is None else key.site in allowed):
                yield number


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


def with_sites(key: ApiKey | None, world: Uid2World) -> list[Item]:
    """Every key that a caller receives, with the site it belongs to, as ``key/latest`` answers in v1 and v2."""
    sites = {MASTER_KEY: facts.MASTER_SITE, **world.keyring.site_of}
    return [listed(number, world) | {"site_id": sites[number]} for number in seen_by(key, world)]


def keyset_of(number: int, key: ApiKey | None, world: Uid2World) -> int | None:
    """The keyset of a key. Only its owner receives it; of the master key, every caller does."""
    owner = world.keyring.site_of.get(number)
    if owner is None:
        return facts.MASTER_KEYSET
    return default_keyset(owner, world) if key is not None and owner == key.site else None


def default_keyset(site: int, world: Uid2World) -> int | None:
    """The keyset that a site encrypts with; None when it has none."""
    if site not in world.keyring.site_of.values():
        return None
    return facts.DEFAULT_KEYSET if site == SITE else facts.FIRST_KEYSET + site
