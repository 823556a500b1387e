"""The world of UID2 in one sandbox: keys, people, lifetimes and tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Self, cast

from simulator.apis.uid2 import facts, java
from simulator.apis.uid2.buckets import Buckets
from simulator.apis.uid2.facts import Role
from simulator.apis.uid2.person import Person, advertising_id, person_named, typed
from simulator.apis.uid2.profile import PROFILES, Revision, Uid2Profile
from simulator.apis.uid2.scope import SCOPES, Scope
from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.apis.uid2.subscription import Subscription
from simulator.apis.uid2.tokens import wrapped
from simulator.apis.uid2.tokens.checks import AdvertisingCheck, RefreshCheck, Tokens
from simulator.apis.uid2.tokens.contents import (
    PRIVACY_BITS,
    PRIVACY_OPTED_OUT,
    SITE,
    AdvertisingToken,
    RefreshToken,
    family_id,
    new_family,
)
from simulator.apis.uid2.tokens.keyring import Keyring, advertising_text, refresh_text, tampered
from simulator.apis.uid2.tokens.wrapped import BrokenWrapper
from simulator.core.model.api import IssueOverrides, StatusStore, TokenState, WorldContext
from simulator.core.model.call import Call
from simulator.core.moment import later
from simulator.sealing import BadToken

_SAME_MILLISECOND: Final = timedelta(microseconds=999)
_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True)
class Uid2World:
    """One sandbox of UID2. Immutable; what changes is in the status store and in the call.

    always_out, out_on_refresh, never_out: the test identities; never_out are those that ``validate`` confirms.
    declared_out: the settings' ``opted_out``, since ``began``. buckets: the salt buckets.
    overrides: for the next issued tokens.
    """

    settings: Uid2Settings
    profile: Uid2Profile
    status_store: StatusStore
    keyring: Keyring
    keys: Mapping[str, ApiKey]
    always_out: frozenset[Person]
    out_on_refresh: frozenset[Person]
    never_out: frozenset[Person]
    declared_out: frozenset[Person]
    buckets: Buckets
    began: datetime
    overrides: IssueOverrides = field(default_factory=IssueOverrides)

    def with_overrides(self, overrides: IssueOverrides) -> Self:
        """The same world with these overrides for the tokens it issues."""
        return replace(self, overrides=overrides)

    @property
    def scope(self) -> Scope:
        """The service: UID2 or EUID."""
        return SCOPES[self.settings.identity_scope]

    @property
    def revision(self) -> Revision:
        """The behaviour of v2 and v3."""
        return self.profile.revision

    # --- callers ---------------------------------------------------------------------------

    def is_known(self, call: Call) -> bool:
        """Whether the caller of a refresh is known; the key's roles do not matter.

        Source: docs/sources/uid2.md §1.2.
        """
        key = self.key_of(call)
        return key is not None and (self.profile.disabled_key_known or not key.disabled)

    def allows(self, call: Call, role: Role) -> bool:
        """Whether the caller's key is known, enabled and has the role."""
        key = self.key_of(call)
        return key is not None and key.may(role)

    def key_of(self, call: Call) -> ApiKey | None:
        """The caller's key, also a disabled one; None when it is unknown or absent."""
        header = call.headers.get("authorization")
        if header is None:
            return None
        value = header.strip(java.BLANKS)
        if value[: len(_BEARER)].lower() == _BEARER:
            return self.keys.get(value[len(_BEARER) :])
        return self.keys.get(value) if self.profile.bare_key else None

    def subscription(self, name: str) -> Subscription | None:
        """The subscription to client-side generate of this name."""
        return next((one for one in self.settings.subscriptions if one.subscription_id == name), None)

    # --- people ----------------------------------------------------------------------------

    def refuses_refresh(self, person: Person, at: datetime) -> bool:
        """Whether a refresh of the person's token answers ``optout`` (docs/sources/uid2.md §4.3)."""
        if person in self.never_out:
            return False
        return person in self.always_out or person in self.out_on_refresh or self._is_out(person, at)

    def is_opted_out(self, person: Person, at: datetime) -> bool:
        """Whether the person is opted out for a batch map, and for a generate that checks for opt-outs
        (docs/sources/uid2.md §4.3, §6).

        v1's single map and generate do not check (docs/sources/uid2.md §3.1, §3.4).
        """
        if person in self.never_out or person in self.out_on_refresh:
            return False
        return person in self.always_out or self._is_out(person, at)

    def _is_out(self, person: Person, at: datetime) -> bool:
        if person in self.declared_out:
            return True
        since = self.status_store.opted_out(person.subject)
        return since is not None and since <= at

    def raw_uid(self, person: Person, at: datetime) -> bytes:
        """The person's raw UID2 at a moment, by the salt of the bucket (docs/sources/uid2-current.md §D10)."""
        return self._scoped(person, self.buckets.of(person, at).salt)

    def previous_raw_uid(self, person: Person, at: datetime) -> bytes | None:
        """The raw UID2 before the last rotation; None if that was too long ago (docs/sources/uid2-current.md §D10)."""
        bucket = self.buckets.of(person, at)
        if bucket.previous_salt is None or at - bucket.last_updated >= facts.PREVIOUS_UID_FOR:
            return None
        return self._scoped(person, bucket.previous_salt)

    def _scoped(self, person: Person, salt: str) -> bytes:
        raw_uid = advertising_id(person, salt)
        return typed(person, raw_uid, self.scope.bit) if self.scope.typed_raw_uid else raw_uid

    # --- tokens ----------------------------------------------------------------------------

    def generate(self, person: Person, at: datetime, *, privacy: int = PRIVACY_BITS, site: int = SITE) -> Tokens:
        """The first tokens of an identity, which is established now; they start a new family.

        site: the caller's; its key, or that of the fallback site, seals the identity.
        """
        return self._issue(person, at, None, privacy, site)

    def refresh(self, token: RefreshToken, at: datetime) -> Tokens:
        """New tokens for a valid one, which stays valid; the lifetime of the refresh token restarts.

        Source: docs/sources/uid2.md §3.2.
        """
        return self._issue(token.person, at, token, token.privacy, token.site)

    def open_refresh(self, value: str) -> RefreshToken:
        """Open a refresh token, without v2's wrapping.

        Raises :class:`BadToken`; :class:`BrokenWrapper` for an invalid text with the length of a v2 token.
        """
        if wrapped.is_wrapped(value):
            value = wrapped.unwrap(value, self.keyring).token
        return self.keyring.open_refresh(value)

    def check_refresh(self, value: str, at: datetime) -> RefreshCheck:
        """Check a refresh token at a moment."""
        response_key = None
        try:
            if wrapped.is_wrapped(value):
                value, response_key = wrapped.unwrap(value, self.keyring)
            token = self.keyring.open_refresh(value)
        except BrokenWrapper as broken:
            return RefreshCheck("unknown", broken=broken.text)
        except BadToken:
            return RefreshCheck("unknown", response_key=response_key)
        return RefreshCheck(self.state_of_refresh(token, at), token, response_key)

    def state_of_refresh(self, token: RefreshToken, at: datetime) -> TokenState:
        """In the operator's order: deprecated, then expired, then opted out (docs/sources/uid2.md §3.2 steps 5 to 7).

        It is still valid in the millisecond of its expiry.
        """
        if self._revoked(token, token.person.subject):
            return "revoked"
        if token.established < facts.DEPRECATED_BEFORE:
            return "opted_out"
        if token.expires < _whole(at):
            return "expired"
        if token.privacy == PRIVACY_OPTED_OUT:
            return "opted_out"
        return "opted_out" if self.refuses_refresh(token.person, at) else "valid"

    def open_advertising(self, value: str) -> AdvertisingToken:
        """Open an advertising token. Raises :class:`BadToken`."""
        return self.keyring.open_advertising(value)

    def state_of_advertising(self, token: AdvertisingToken, at: datetime) -> TokenState:
        """Valid, expired or revoked; opt-outs do not change an advertising token's state."""
        if self._revoked(token):
            return "revoked"
        return "expired" if token.expires < _whole(at) else "valid"

    def check_advertising(self, value: str | None, at: datetime) -> AdvertisingCheck:
        """Check an advertising token at a moment; None: there is no token."""
        try:
            token = self.open_advertising(value or "")
        except BadToken:
            return AdvertisingCheck("unknown")
        return AdvertisingCheck(self.state_of_advertising(token, at), token)

    def confirms(self, check: AdvertisingCheck, person: Person, at: datetime) -> bool:
        """Whether an advertising token belongs to a validate identity and contains the person's raw UID2.

        Source: docs/sources/uid2.md §3.3.
        """
        return person in self.never_out and bool(self.carries(check, person, at))

    def carries(self, check: AdvertisingCheck, person: Person, at: datetime) -> bool | None:
        """Whether an advertising token contains the person's current raw UID2; expiry and opt-outs do not matter.

        None for a text that is not an advertising token, and for one that was revoked.
        Source: docs/sources/uid2-current.md §D4.
        """
        if check.token is None or check.state == "revoked":
            return None
        return check.token.advertising_id == self.raw_uid(person, at)

    def _revoked(self, token: RefreshToken | AdvertisingToken, subject: str = "") -> bool:
        """Whether the token was revoked by its id, its family, or its moment of issue (in milliseconds)."""
        return self.status_store.revoked(
            token.token_id, family_id(token.family), subject=subject, issued_at=later(token.created, _SAME_MILLISECOND)
        )

    def _issue(self, person: Person, at: datetime, origin: RefreshToken | None, privacy: int, site: int) -> Tokens:
        """Issue tokens. The issuing clock has whole milliseconds, and an override may skew it."""
        settings, overrides = self.settings, self.overrides
        now = _whole(later(at, overrides.skew))
        established = now if origin is None else origin.established
        family = new_family() if origin is None else origin.family
        lifetime = settings.identity_lifetime if overrides.lifetime is None else overrides.lifetime
        refresh_lifetime = (
            settings.refresh_lifetime if overrides.refresh_lifetime is None else overrides.refresh_lifetime
        )
        expires, refresh_expires = _whole(later(now, lifetime)), _whole(later(now, refresh_lifetime))
        owner = self.keyring.owner_for(site)
        raw_uid = self.raw_uid(person, at)
        advertising = self.keyring.seal_advertising(
            AdvertisingToken(person.type, raw_uid, now, expires, established, family, privacy=privacy, site=owner)
        )
        refresh = self.keyring.seal_refresh(
            RefreshToken(person, now, refresh_expires, established, family, privacy=privacy, site=owner)
        )
        if overrides.tamper is not None:
            advertising, refresh = tampered(advertising), tampered(refresh)
        return Tokens(
            advertising_token=advertising_text(advertising),
            refresh_token=refresh_text(refresh),
            issued_at=now,
            identity_expires=expires,
            refresh_expires=refresh_expires,
            # The operator never states a refresh_from after the expiry.
            refresh_from=_whole(later(now, min(settings.refresh_from, lifetime))),
        )


def make_world(context: WorldContext) -> Uid2World:
    """The world of one sandbox."""
    settings = cast("Uid2Settings", context.settings)
    profile = PROFILES[context.profile]
    return Uid2World(
        settings=settings,
        profile=profile,
        status_store=context.status_store,
        keyring=Keyring(context.key, SCOPES[settings.identity_scope].bit, settings.sites_with_keys()),
        keys=MappingProxyType({key.key: key for key in settings.keys}),
        always_out=_people(profile.revision.always_opted_out),
        out_on_refresh=_people(facts.OPTED_OUT_ON_REFRESH),
        never_out=_people(profile.revision.validate),
        declared_out=_people(settings.opted_out),
        buckets=Buckets.rotating(context.began, settings.salt_age)
        if profile.revision.rotates_salts or settings.salt_age is not None
        else Buckets.fixed(),
        began=context.began,
    )


def _people(texts: Iterable[str]) -> frozenset[Person]:
    return frozenset(map(person_named, texts))


def _whole(moment: datetime) -> datetime:
    """Rounded down to the millisecond: the operator's clock (docs/sources/uid2.md §3.1)."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
