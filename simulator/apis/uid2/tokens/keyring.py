"""Tokens in the operator's own byte layouts, sealed under keys of one sandbox (docs/sources/uid2.md §4.1).

All numbers are big-endian, all moments milliseconds since 1970. A seal binds what is inside it; of the six
bytes before it each must be exactly what this sandbox writes, so that no byte of a token can be changed.
Text is less strict than bytes, as Java is: padding may be left off and the spare bits of the last
character are not looked at. Such a spelling is the same token, with the same :attr:`mark`, not another one.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from struct import Struct
from types import MappingProxyType
from typing import Final

from simulator.apis.uid2 import java
from simulator.apis.uid2.person import IdentityType, Person
from simulator.apis.uid2.tokens.contents import MASTER_KEY, REFRESH_KEY, SITE, SITE_KEY, AdvertisingToken, RefreshToken
from simulator.core.clock import from_milliseconds, to_milliseconds
from simulator.sealing import NONCE_SIZE, BadToken, Sealer, derive_key

_V3: Final = 0x70
_V4: Final = 0x80
_HEAD: Final = Struct(">BBi")  # identity, version, key id
_REFRESH: Final = Struct(">qq13siqiiqB32s")
_MASTER: Final = Struct(">qq13si96s")  # 96: the sealed site payload
_SITE: Final = Struct(">iqiiqq32s")
_OPERATOR: Final = bytes(13)  # site id, type, version, key id: all nought for the service itself


class Keyring:
    """Seals and opens the tokens of one sandbox."""

    __slots__ = ("master", "refresh", "secrets", "site")

    def __init__(self, key: bytes) -> None:
        self.secrets: Final[Mapping[int, bytes]] = MappingProxyType(
            {MASTER_KEY: derive_key(key, "uid2", "master"), SITE_KEY: derive_key(key, "uid2", "site")}
        )
        """What v2's key endpoints hand out, by key id: who may read advertising tokens; never the refresh key."""
        self.master = Sealer(self.secrets[MASTER_KEY])
        self.site = Sealer(self.secrets[SITE_KEY])
        self.refresh = Sealer(derive_key(key, "uid2", "refresh"))

    def seal_refresh(self, token: RefreshToken) -> bytes:
        """Version 3, 124 bytes."""
        identity = _identity_byte(token.person.type)
        plain = _REFRESH.pack(
            to_milliseconds(token.expires),
            to_milliseconds(token.created),
            _OPERATOR,
            SITE,
            token.family,
            0,  # client key id
            token.privacy,
            to_milliseconds(token.established),
            identity,
            token.person.first_level,
        )
        return _HEAD.pack(identity, _V3, REFRESH_KEY) + self.refresh.seal(plain)

    def open_refresh(self, text: str) -> RefreshToken:
        """Raises :class:`BadToken` for whatever :meth:`seal_refresh` of this sandbox did not make."""
        raw = _decoded(text, url=False)
        kind = _type_in(raw, _V3, REFRESH_KEY)
        plain = self.refresh.open(raw[_HEAD.size :])
        expires, created, _, _, family, _, privacy, established, identity, first_level = _REFRESH.unpack(plain)
        if identity != raw[0]:
            raise BadToken("the type outside is not the one inside")
        return RefreshToken(
            person=Person(kind, first_level),
            created=from_milliseconds(created),
            expires=from_milliseconds(expires),
            established=from_milliseconds(established),
            family=family,
            token_id=_token_id(raw),
            privacy=privacy,
        )

    def seal_advertising(self, token: AdvertisingToken) -> bytes:
        """Version 4, 163 bytes."""
        created = to_milliseconds(token.created)
        identity = _identity_byte(token.type)
        inner = _SITE.pack(
            SITE,
            token.family,
            identity,  # the client key's id, 0 in the real service: nothing else in here repeats the byte outside
            token.privacy,
            to_milliseconds(token.established),
            created,  # refreshed
            token.advertising_id,
        )
        outer = _MASTER.pack(to_milliseconds(token.expires), created, _OPERATOR, SITE_KEY, self.site.seal(inner))
        return _HEAD.pack(identity, _V4, MASTER_KEY) + self.master.seal(outer)

    def open_advertising(self, text: str) -> AdvertisingToken:
        """Raises :class:`BadToken` for whatever :meth:`seal_advertising` of this sandbox did not make."""
        raw = _decoded(text, url=True)
        kind = _type_in(raw, _V4, MASTER_KEY)
        expires, created, _, _, inner = _MASTER.unpack(self.master.open(raw[_HEAD.size :]))
        _, family, identity, privacy, established, _, advertising_id = _SITE.unpack(self.site.open(inner))
        if identity != raw[0]:
            raise BadToken("the type outside is not the one inside")
        return AdvertisingToken(
            type=kind,
            advertising_id=advertising_id,
            created=from_milliseconds(created),
            expires=from_milliseconds(expires),
            established=from_milliseconds(established),
            family=family,
            token_id=_token_id(raw),
            privacy=privacy,
        )


def refresh_text(raw: bytes) -> str:
    """168 characters of base64, always with ``==``: a client that does not encode it in a query is caught."""
    return b64encode(raw).decode()


def advertising_text(raw: bytes) -> str:
    """218 characters of base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def tampered(raw: bytes) -> bytes:
    """The same token with one bit of its tag flipped: it looks right and does not open."""
    return raw[:-1] + bytes([raw[-1] ^ 1])


def _identity_byte(kind: IdentityType) -> int:
    """Scope UID2 (0) in the upper half, then the type, then 3."""
    return (kind << 2) | 3


def _decoded(text: str, *, url: bool) -> bytes:
    try:
        return java.url_base64(text) if url else java.basic_base64(text)
    except ValueError:
        raise BadToken("not base64") from None


def _type_in(raw: bytes, version: int, key: int) -> IdentityType:
    """The type that the six bytes before the seal name."""
    if len(raw) < _HEAD.size:
        raise BadToken("shorter than any token")
    for kind in IdentityType:
        if raw[: _HEAD.size] == _HEAD.pack(_identity_byte(kind), version, key):
            return kind
    raise BadToken("another version, scope or key")


def _token_id(raw: bytes) -> str:
    """The nonce: random, and no token opens with another's."""
    return f"token:{raw[_HEAD.size : _HEAD.size + NONCE_SIZE].hex()}"
