"""The settings of UID2 that a scenario can change: ``world: {uid2: …}``."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from simulator.apis.uid2 import facts
from simulator.apis.uid2.facts import Role
from simulator.apis.uid2.person import person_named
from simulator.apis.uid2.scope import ScopeName
from simulator.apis.uid2.subscription import Subscription
from simulator.apis.uid2.tokens.contents import FALLBACK_SITE, SITE

_SECRET_SIZE: Final = 32
_LAST_SITE: Final = 1_000_000_000
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A client's API key, sent after ``Bearer``.

    site: the participant that it belongs to. service_links: of a key that belongs to a service, the link_ids that its
        v2 map may name; None: it belongs to none, and a link_id is not looked at (docs/sources/uid2-current.md §D14).
    secret: base64 of the 32 bytes that v2 envelopes are encrypted with. disabled: known, but without any role.
    participant: "new" is a site whose oldest key was made on or after 2023-09-01: its v2 generate must request the
        opt-out check in the earlier profiles; a "legacy" site need not (docs/sources/uid2.md §6).
    """

    key: str
    secret: str = facts.DEFAULT_SECRET
    roles: tuple[Role, ...] = facts.ROLES
    disabled: bool = False
    participant: Literal["legacy", "new"] = "legacy"
    site: int = SITE
    service_links: tuple[str, ...] | None = None

    def may(self, *roles: Role) -> bool:
        """Whether it has one of these roles and is not disabled."""
        return not self.disabled and not set(roles).isdisjoint(self.roles)

    def __post_init__(self) -> None:
        if self.key != self.key.strip() or not self.key:
            raise ValueError("a key is empty or has surrounding blanks; a header cannot contain it")
        try:
            size = len(b64decode(self.secret, validate=True))
        except binascii.Error:
            raise ValueError("the secret of a key is not base64") from None
        if size != _SECRET_SIZE:
            raise ValueError(f"the secret of a key is {size} bytes of base64; AES-256 needs {_SECRET_SIZE}")


@dataclass(frozen=True, slots=True)
class Site:
    """A participant, in addition to those of keys and subscriptions.

    allowed_sites: the other participants that may read tokens sealed with its key; None: all with the role
        ``id_reader``. domains: of its pages, as key endpoints list them.
    own_key: if false, its tokens are sealed with the key of the fallback site (docs/sources/uid2-current.md §D11).
    """

    id: int
    allowed_sites: tuple[int, ...] | None = None
    domains: tuple[str, ...] = ()
    own_key: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.id <= _LAST_SITE:
            raise ValueError(f"the id of a site must be between 1 and {_LAST_SITE}")


@dataclass(frozen=True, slots=True)
class Uid2Settings:
    """The world of UID2.

    identity_lifetime: of an advertising token. refresh_from: its age at which a client should refresh.
    refresh_lifetime: of a refresh token; each refresh restarts it.
    keys: replace the default one. opted_out: mail addresses and phone numbers, in addition to the test identities.
    optout_tokens: a v2 generate without the check gets tokens of a substitute person for an opted-out one; if false,
        it gets the status ``optout`` (the operator's ``disable_optout_token``, docs/sources/uid2.md §6).
    subscriptions: for v2's client-side generate.
    sites: participants; one that is not listed has its own key, without a list of who may read it.
    identity_scope: the service, UID2 or EUID.
    salt_age: the age of every salt when the sandbox, or its scenario, begins; a salt is rotated at 365 days. None: the
        ages are spread over a year in ``current``, and salts are never rotated in the other profiles.
    """

    identity_lifetime: timedelta = facts.IDENTITY_LIFETIME
    refresh_from: timedelta = facts.REFRESH_FROM
    refresh_lifetime: timedelta = facts.REFRESH_LIFETIME
    keys: tuple[ApiKey, ...] = (ApiKey(facts.DEFAULT_KEY),)
    opted_out: tuple[str, ...] = ()
    optout_tokens: bool = True
    subscriptions: tuple[Subscription, ...] = (Subscription(),)
    sites: tuple[Site, ...] = ()
    identity_scope: ScopeName = "UID2"
    salt_age: timedelta | None = None

    def __post_init__(self) -> None:
        # The operator does not start with contradictory lifetimes (docs/sources/uid2.md §4.2).
        if not self.refresh_lifetime >= self.identity_lifetime >= self.refresh_from >= _MILLISECOND:
            raise ValueError(
                "lifetimes must satisfy refresh_lifetime ≥ identity_lifetime ≥ refresh_from ≥ 1 ms, not "
                f"{self.refresh_lifetime}, {self.identity_lifetime}, {self.refresh_from}"
            )
        if not self.site(SITE).own_key:
            raise ValueError(f"the default site, {SITE}, always has its own key")
        for what, names in (
            ("key", [key.key for key in self.keys]),
            ("subscription id", [one.subscription_id for one in self.subscriptions]),
            ("site", [str(site.id) for site in self.sites]),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"a {what} appears twice")
        if self.salt_age is not None and not timedelta(0) <= self.salt_age < facts.SALT_LIFETIME:
            raise ValueError(f"salt_age must be at least 0 and less than {facts.SALT_LIFETIME.days} days")
        for text in self.opted_out:
            person_named(text)

    def site(self, number: int) -> Site:
        """The settings of a participant, or the defaults."""
        return next((site for site in self.sites if site.id == number), Site(number))

    def sites_with_keys(self) -> tuple[int, ...]:
        """The participants with their own key, the default one first; with the fallback if one has no key."""
        named = [
            SITE,
            *(site.id for site in self.sites),
            *(key.site for key in self.keys),
            *(one.site for one in self.subscriptions),
        ]
        every = dict.fromkeys(named)
        owners = [number for number in every if number == SITE or self.site(number).own_key]
        return tuple(dict.fromkeys(owners if len(owners) == len(every) else [*owners, FALLBACK_SITE]))
