"""Pagination keys: opaque to clients, bound to their query, different on every page.

As the service describes its own keys, a key is the primary key of the next row. So no row is repeated or skipped when
the clock moves between two pages. It has the form of the documents' ``value1.value2.`` (docs/sources/jquants.md §4.3).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from simulator.apis.jquants import texts
from simulator.apis.jquants.market.endpoints import PAGINATION_KEY
from simulator.apis.jquants.market.query import BadRequest, Key

_SEAL_SIZE: Final = 9
"""Bytes; twelve characters of base64."""


def key_for(endpoint: str, given: Mapping[str, str], row: Key) -> str:
    """The pagination_key to continue this query with this row."""
    place = urlsafe_b64encode("\n".join(row).encode()).decode().rstrip("=")
    return f"{place}.{_seal(endpoint, given, place)}."


def resume(endpoint: str, given: Mapping[str, str]) -> Key | None:
    """The row to continue with; None without a pagination_key.

    Raises :class:`BadRequest` for a key that was not made for this query, or that does not name a row: the seal is not
    a secret, so a client can put anything inside it.
    """
    text = given.get(PAGINATION_KEY)
    if text is None:
        return None
    place, _, rest = text.partition(".")
    if rest != f"{_seal(endpoint, given, place)}.":
        raise BadRequest(texts.PAGINATION_KEY_INVALID)
    try:
        row = urlsafe_b64decode(place + "=" * (-len(place) % 4)).decode()
    except ValueError:
        raise BadRequest(texts.PAGINATION_KEY_INVALID) from None
    return tuple(row.split("\n"))


def _seal(endpoint: str, given: Mapping[str, str], place: str) -> str:
    """Binds a place to a query. It detects mistakes, not attacks: it is not secret."""
    query = sorted((name, value) for name, value in given.items() if name != PAGINATION_KEY)
    text = json.dumps([endpoint, query, place])
    return urlsafe_b64encode(blake2b(text.encode(), digest_size=_SEAL_SIZE).digest()).decode()
