"""What a scenario's ``world: {uid2: …}`` can change, and the defaults."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from simulator.apis.uid2 import facts
from simulator.apis.uid2.facts import Role
from simulator.apis.uid2.identity import person_named

_SECRET_SIZE: Final = 32
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A client's key: what stands behind ``Bearer``.

    secret: base64 of the 32 bytes that v2 envelopes are encrypted with. disabled: known, but closed to every role.
    """

    key: str
    secret: str = facts.DEFAULT_SECRET
    roles: tuple[Role, ...] = facts.ROLES
    disabled: bool = False

    def __post_init__(self) -> None:
        if self.key != self.key.strip() or not self.key:
            raise ValueError(f'key "{self.key}" is empty or has blanks around it; no header can carry it')
        try:
            size = len(b64decode(self.secret, validate=True))
        except binascii.Error:
            raise ValueError(f'secret "{self.secret}" is not base64') from None
        if size != _SECRET_SIZE:
            raise ValueError(f'secret "{self.secret}" is {size} bytes of base64; AES-256 needs {_SECRET_SIZE}')


@dataclass(frozen=True, slots=True)
class Uid2Settings:
    """The world of UID2.

    identity_lifetime: of an advertising token. refresh_from: how old it is when a client should refresh.
    refresh_lifetime: of a refresh token; each refresh starts it anew.
    keys: replace the default one. opted_out: mails and phones, besides the built-in test identities.
    """

    identity_lifetime: timedelta = facts.IDENTITY_LIFETIME
    refresh_from: timedelta = facts.REFRESH_FROM
    refresh_lifetime: timedelta = facts.REFRESH_LIFETIME
    keys: tuple[ApiKey, ...] = (ApiKey(facts.DEFAULT_KEY),)
    opted_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # The operator does not start with lifetimes that contradict each other (uid2.md §4.2).
        if not self.refresh_lifetime >= self.identity_lifetime >= self.refresh_from >= _MILLISECOND:
            raise ValueError(
                "lifetimes must hold refresh_lifetime ≥ identity_lifetime ≥ refresh_from ≥ 1 ms, not "
                f"{self.refresh_lifetime}, {self.identity_lifetime}, {self.refresh_from}"
            )
        names = [key.key for key in self.keys]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'key "{name}" is there twice')
        for text in self.opted_out:
            person_named(text)
