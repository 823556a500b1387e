"""Salt buckets: which one a person falls into, and when each got its salt (docs/sources/uid2.md §2.5, §3.6).

The real service has 1,048,576 with a salt each. Here there are sixteen, which share the salt of the
operator's own local tests, so that its vectors hold; ids and dates differ, so that a client that
follows rotations has something to follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from simulator.apis.uid2.hashids import Hashids
from simulator.apis.uid2.java import LocalDateTime, local
from simulator.apis.uid2.person import Person

_COUNT: Final = 16
_PREFIX: Final = "a"
"""The published sample is ``a30od4mNRd`` (docs/sources/uid2.md §2.5)."""
_SHORTEST: Final = 9
_SECRET: Final = "simulator-uid2-buckets"  # shapes opaque ids, protects nothing
_FIRST: Final = datetime(2021, 3, 1, tzinfo=UTC)
"""The published sample's ``last_updated``."""
_APART: Final = timedelta(days=73, hours=5, minutes=17, seconds=10, milliseconds=717)


@dataclass(frozen=True, slots=True)
class Bucket:
    """bucket_id: opaque, ten characters. last_updated: when its salt was last rotated, whole milliseconds."""

    bucket_id: str
    last_updated: datetime


@cache
def all_buckets() -> tuple[Bucket, ...]:
    """In the salt file's order."""
    ids = Hashids(_SECRET, _SHORTEST)
    return tuple(Bucket(_PREFIX + ids.encode(number), _FIRST + number * _APART) for number in range(_COUNT))


def bucket_of(person: Person) -> Bucket:
    """By the first 20 bits of the first-level hash."""
    first, second, third = person.first_level[:3]
    return all_buckets()[((first << 12) | (second << 4) | (third & 0x0F)) % _COUNT]


def rotated_since(since: LocalDateTime) -> tuple[Bucket, ...]:
    """The buckets whose salt is as new as ``since`` (UTC) or newer."""
    return tuple(bucket for bucket in all_buckets() if local(bucket.last_updated) >= since)
