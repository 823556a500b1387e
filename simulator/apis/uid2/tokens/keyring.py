"""Tokens in the operator's own byte layouts, sealed under keys of one sandbox (docs/sources/uid2.md §4.1).

All numbers are big-endian, all moments milliseconds since 1970. The seal authenticates its contents, and the six bytes
before it are compared with what this sandbox writes, so no byte of a token can be changed. Decoding text is less
strict, as in Java: padding may be omitted, and the spare bits of the last character are ignored. Such a text is the
same token, with the same ``token_id``.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from struct import Struct
from types import MappingProxyType
from typing import Final

from simulator.apis.uid2 import java
from simulator.apis.uid2.person import IdentityType, Person
from simulator.apis.uid2.tokens.contents import (
    FALLBACK_SITE,
    MASTER_KEY,
    REFRESH_KEY,
    SITE,
    SITE_KEY,
    AdvertisingToken,
    RefreshToken,
)
from simulator.core.clock import from_milliseconds, to_milliseconds
from simulator.sealing import NONCE_SIZE, BadToken, Sealer, derive_key

_V3: Final = 0x70
_V4: Final = 0x80
_HEAD: Final = Struct(">BBi")  # identity, version, key id
_REFRESH: Final = Struct(">qq13siqiiqB32s")
_MASTER: Final = Struct(">qq13si")  # then the sealed site payload
_SITE: Final = Struct(">iqiiqq")  # then the raw UID
_FIRST_SITE_KEY: Final = 1_000
"""The key id of another site is this plus the site's number."""
_OPERATOR: Final = bytes(13)  # site id, type, version, key id: all zero for the service itself


class Keyring:
    """Seals and opens the tokens of one sandbox."""

    __slots__ = ("_sites", "master", "refresh", "scope", "secrets", "site_of")

    def __init__(self, key: bytes, scope: int = 0, sites: Iterable[int] = (SITE,)) -> None:
        self.scope: Final = scope
        """The bit of the service in the first byte of each token."""
        self.site_of: Final[Mapping[int, int]] = MappingProxyType({_number_of(site): site for site in sites})
        """The site of each site key, by key id."""
        secrets = {number: derive_key(key, *_labels(site)) for number, site in self.site_of.items()}
        self.secrets: Final[Mapping[int, bytes]] = MappingProxyType(
            {MASTER_KEY: derive_key(key, "uid2", "master"), **secrets}
        )
        """The keys that v2's key endpoints list, by key id; never the refresh key."""
        self.master = Sealer(self.secrets[MASTER_KEY])
        self._sites = {number: Sealer(secret) for number, secret in secrets.items()}
        self.refresh = Sealer(derive_key(key, "uid2", "refresh"))

    def owner_for(self, site: int) -> int:
        """The site whose key seals the tokens of a site: itself or the fallback (docs/sources/uid2-current.md §D11).

        The default site if neither has a key, as for a token of a site that a scenario has removed.
        """
        owners = self.site_of.values()
        return next(owner for owner in (site, FALLBACK_SITE, SITE) if owner in owners or owner == SITE)

    def seal_refresh(self, token: RefreshToken) -> bytes:
        """Version 3, 124 bytes."""
        identity = self._identity_byte(token.person.type)
        plain = _REFRESH.pack(
            to_milliseconds(token.expires),
            to_milliseconds(token.created),
            _OPERATOR,
            token.site,
            token.family,
            0,  # client key id
            token.privacy,
            to_milliseconds(token.established),
            identity,
            token.person.first_level,
        )
        return _HEAD.pack(identity, _V3, REFRESH_KEY) + self.refresh.seal(plain)

    def open_refresh(self, text: str) -> RefreshToken:
        """Open a refresh token. Raises :class:`BadToken` for one that this sandbox did not make."""
        raw = _decoded(text, url=False)
        kind = self._type_in(raw, _V3, REFRESH_KEY)
        plain = self.refresh.open(raw[_HEAD.size :])
        expires, created, _, site, family, _, privacy, established, identity, first_level = _REFRESH.unpack(plain)
        if identity != raw[0]:
            raise BadToken("the types before and inside the seal differ")
        return RefreshToken(
            person=Person(kind, first_level),
            created=from_milliseconds(created),
            expires=from_milliseconds(expires),
            established=from_milliseconds(established),
            family=family,
            token_id=_token_id(raw),
            privacy=privacy,
            site=site,
        )

    def seal_advertising(self, token: AdvertisingToken) -> bytes:
        """Version 4, 163 bytes; a raw UID of 33 bytes makes 164. Its site must have a key here."""
        created = to_milliseconds(token.created)
        identity = self._identity_byte(token.type)
        inner = _SITE.pack(
            token.site,
            token.family,
            identity,  # the client key's id, 0 in the real service; here it authenticates the byte before the seal
            token.privacy,
            to_milliseconds(token.established),
            created,  # refreshed
        )
        key = _number_of(token.site)
        sealed = self._sites[key].seal(inner + token.advertising_id)
        outer = _MASTER.pack(to_milliseconds(token.expires), created, _OPERATOR, key)
        return _HEAD.pack(identity, _V4, MASTER_KEY) + self.master.seal(outer + sealed)

    def open_advertising(self, text: str) -> AdvertisingToken:
        """Open an advertising token. Raises :class:`BadToken` for one that this sandbox did not make."""
        raw = _decoded(text, url=True)
        kind = self._type_in(raw, _V4, MASTER_KEY)
        outer = self.master.open(raw[_HEAD.size :])
        expires, created, _, key = _MASTER.unpack_from(outer)
        if key not in self._sites:
            raise BadToken("the key of a site that does not exist")
        inner = self._sites[key].open(outer[_MASTER.size :])
        site, family, identity, privacy, established, _ = _SITE.unpack_from(inner)
        if identity != raw[0]:
            raise BadToken("the types before and inside the seal differ")
        return AdvertisingToken(
            type=kind,
            advertising_id=inner[_SITE.size :],
            created=from_milliseconds(created),
            expires=from_milliseconds(expires),
            established=from_milliseconds(established),
            family=family,
            token_id=_token_id(raw),
            privacy=privacy,
            site=site,
        )

    def _identity_byte(self, kind: IdentityType) -> int:
        """The scope in the upper half, then the type, then 3."""
        return self.scope | (kind << 2) | 3

    def _type_in(self, raw: bytes, version: int, key: int) -> IdentityType:
        """The identity type in the six bytes before the seal."""
        if len(raw) < _HEAD.size:
            raise BadToken("too short for a token")
        for kind in IdentityType:
            if raw[: _HEAD.size] == _HEAD.pack(self._identity_byte(kind), version, key):
                return kind
        raise BadToken("of another version, scope or key")


def _number_of(site: int) -> int:
    return SITE_KEY if site == SITE else _FIRST_SITE_KEY + site


def _labels(site: int) -> tuple[str, ...]:
    return ("uid2", "site") if site == SITE else ("uid2", "site", str(site))


def refresh_text(raw: bytes) -> str:
    """168 characters of base64, always with ``==``, so that clients have to percent-encode it in a query."""
    return b64encode(raw).decode()


def advertising_text(raw: bytes) -> str:
    """218 characters of base64url without padding; 219 with a raw UID of 33 bytes."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def tampered(raw: bytes) -> bytes:
    """The same token with one bit of its tag changed: well-formed, but it cannot be opened."""
    return raw[:-1] + bytes([raw[-1] ^ 1])


def _decoded(text: str, *, url: bool) -> bytes:
    try:
        return java.url_base64(text) if url else java.basic_base64(text)
    except ValueError:
        raise BadToken("not base64") from None


def _token_id(raw: bytes) -> str:
    """The nonce, which is random and authenticated."""
    return f"token:{raw[_HEAD.size : _HEAD.size + NONCE_SIZE].hex()}"
