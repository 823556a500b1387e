"""Salt buckets: the bucket of a person, and the salt of a bucket at a moment.

The real service has 1,048,576 buckets, and about 1/365 of them get a new salt each day. Here there are sixteen. They
all start with the salt of the operator's local tests, so that its test vectors are valid; later salts differ.

Source: docs/sources/uid2.md §2.5, §3.6; docs/sources/uid2-current.md §D10.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from typing import Final

from simulator.apis.uid2 import facts
from simulator.apis.uid2.hashids import Hashids
from simulator.apis.uid2.java import LocalDateTime, local
from simulator.apis.uid2.person import Person
from simulator.core.moment import later

_COUNT: Final = 16
_PREFIX: Final = "a"
"""The published sample is ``a30od4mNRd`` (docs/sources/uid2.md §2.5)."""
_SHORTEST: Final = 9
_SECRET: Final = "simulator-uid2-buckets"
"""The ids and the later salts are derived from it; it protects nothing."""
_FIRST: Final = datetime(2021, 3, 1, tzinfo=UTC)
"""The published sample's ``last_updated``."""
_APART: Final = timedelta(days=73, hours=5, minutes=17, seconds=10, milliseconds=717)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket at a moment.

    bucket_id: opaque, ten characters. last_updated: when its salt was last rotated, whole milliseconds.
    salt, previous_salt: base64 of 32 bytes; None: there was none.
    refresh_from: when its salt may be rotated next.
    """

    bucket_id: str
    last_updated: datetime
    salt: str
    previous_salt: str | None
    refresh_from: datetime


@dataclass(frozen=True, slots=True)
class Buckets:
    """All buckets of a world, in the order of the salt file.

    first: when each got its first salt. rotate: whether each gets a new one after every :data:`facts.SALT_LIFETIME`.
    """

    first: tuple[datetime, ...]
    rotate: bool

    @staticmethod
    def fixed() -> Buckets:
        """Salts of 2021 to 2024 that are never rotated."""
        return Buckets(tuple(_FIRST + number * _APART for number in range(_COUNT)), rotate=False)

    @staticmethod
    def rotating(began: datetime, age: timedelta | None) -> Buckets:
        """Rotating salts. age: of every salt at ``began``; None: the ages are spread evenly over a year."""
        apart = facts.SALT_LIFETIME / _COUNT
        ages = [apart * number + apart / 2 if age is None else age for number in range(_COUNT)]
        return Buckets(tuple(_whole_second(later(began, -age)) for age in ages), rotate=True)

    def of(self, person: Person, at: datetime) -> Bucket:
        """The person's bucket, by the first 20 bits of the first-level hash."""
        first, second, third = person.first_level[:3]
        return self._bucket(((first << 12) | (second << 4) | (third & 0x0F)) % _COUNT, at)

    def updated_since(self, since: LocalDateTime, at: datetime) -> tuple[Bucket, ...]:
        """The buckets whose salt was rotated at ``since`` (UTC) or later."""
        every = (self._bucket(number, at) for number in range(_COUNT))
        return tuple(bucket for bucket in every if local(bucket.last_updated) >= since)

    def _bucket(self, number: int, at: datetime) -> Bucket:
        first = self.first[number]
        if not self.rotate:
            return Bucket(_ids()[number], first, facts.ROTATING_SALT, None, _next_midnight(at))
        rotation = (at - first) // facts.SALT_LIFETIME
        updated = later(first, rotation * facts.SALT_LIFETIME)
        return Bucket(
            _ids()[number], updated, _salt(number, rotation), _salt(number, rotation - 1), _refresh_from(updated, at)
        )


@cache
def _ids() -> tuple[str, ...]:
    ids = Hashids(_SECRET, _SHORTEST)
    return tuple(_PREFIX + ids.encode(number) for number in range(_COUNT))


@cache
def _salt(number: int, rotation: int) -> str:
    if rotation == 0:
        return facts.ROTATING_SALT
    return b64encode(sha256(f"{_SECRET}:{number}:{rotation}".encode()).digest()).decode()


def _refresh_from(updated: datetime, at: datetime) -> datetime:
    """The next multiple of 30 days after the midnight of the rotation (docs/sources/uid2-current.md §D10)."""
    periods = (at - updated) // facts.SALT_PERIOD + 1
    found = later(_midnight(updated), periods * facts.SALT_PERIOD)
    return found if found >= at else _next_midnight(at)


def _next_midnight(at: datetime) -> datetime:
    """When a raw UID has to be mapped again if the rotation of its bucket is overdue."""
    return _midnight(later(at, timedelta(days=1)))


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(tzinfo=UTC))


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
