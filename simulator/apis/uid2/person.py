"""People as UID2 identifies them: from a mail address, phone number or hash to the first-level hash.

Source: docs/sources/uid2.md §2.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from enum import IntEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final, NamedTuple

from simulator.apis.uid2 import facts, java
from simulator.core.errors import Rejection


class IdentityType(IntEnum):
    """As the token layouts number them (docs/sources/uid2.md §4.1)."""

    EMAIL = 0
    PHONE = 1


class Person(NamedTuple):
    """All that the operator keeps of a person: the kind of identifier and the first-level hash (32 bytes)."""

    type: IdentityType
    first_level: bytes

    @property
    def subject(self) -> str:
        """The canonical form: ``email:`` or ``phone:``, then the first-level hash in base64."""
        return f"{_PREFIXES[self.type]}{b64encode(self.first_level).decode()}"


_PREFIXES: Final[Mapping[IdentityType, str]] = MappingProxyType(
    {IdentityType.EMAIL: "email:", IdentityType.PHONE: "phone:"}
)
_CANONICAL = re.compile(r"(email|phone):[A-Za-z0-9+/]{43}=")
_PHONE = re.compile(r"\+[0-9]{10,15}")
_HEX = re.compile(r"[0-9A-Fa-f]{64}")
_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
"""Only ASCII letters become lower case, and only U+0020 is a blank (docs/sources/uid2.md §2.2)."""


def normalise_mail(text: str) -> str | None:
    """The mail address as the operator hashes it; None when it is invalid (docs/sources/uid2.md §2.2).

    Spaces before the ``@`` and at the end of the domain are removed. For gmail.com, dots and everything from the first
    ``+`` are removed too. Nothing else is checked: ``a@b`` is valid.
    """
    name, at, domain = text.translate(_LOWER).partition("@")
    domain = domain.rstrip(" ")
    if not at or not domain or "@" in domain:
        return None
    name = name.replace(" ", "")
    if domain == "gmail.com":
        name = name.partition("+")[0].replace(".", "")
    return f"{name}@{domain}" if name else None


def _mail(text: str) -> bytes | None:
    mail = normalise_mail(text)
    return None if mail is None else _identity_hash(mail)


def _phone(text: str) -> bytes | None:
    """``+`` and 10 to 15 digits. Nothing is normalised, although the published pages say so.

    Source: docs/sources/uid2.md §2.4.
    """
    return None if _PHONE.fullmatch(text) is None else _identity_hash(text)


def _hash(text: str) -> bytes | None:
    """44 characters of base64 or 64 of hex; the number of decoded bytes is not checked (docs/sources/uid2.md §2.3)."""
    if len(text) == 64:
        return bytes.fromhex(text) if _HEX.fullmatch(text) else None
    if len(text) != 44:
        return None
    try:
        return java.basic_base64(text)
    except ValueError:
        return None


def _identity_hash(text: str) -> bytes:
    # Java encodes a lone surrogate, which JSON can contain, as a question mark.
    return sha256(text.encode("utf-8", "replace")).digest()


_READERS: Final[Mapping[str, tuple[IdentityType, Callable[[str], bytes | None]]]] = MappingProxyType(
    {
        "email": (IdentityType.EMAIL, _mail),
        "email_hash": (IdentityType.EMAIL, _hash),
        "phone": (IdentityType.PHONE, _phone),
        "phone_hash": (IdentityType.PHONE, _hash),
    }
)
IDENTIFIERS: Final = tuple(_READERS)
"""The parameters that can name a person, in the order in which they are checked."""


def identify(parameter: str, value: str) -> Person | None:
    """The person that one of :data:`IDENTIFIERS` names, or None when the value is invalid."""
    kind, read = _READERS[parameter]
    identity_hash = read(value)
    return None if identity_hash is None else Person(kind, _salted(identity_hash, facts.FIRST_LEVEL_SALT))


class Identifier(NamedTuple):
    """A parameter that names a person, its value, and the person: None when the value is invalid."""

    name: str
    value: str
    person: Person | None


def identifier_in(values: Mapping[str, str]) -> Identifier | None:
    """The only one of :data:`IDENTIFIERS` that is present, even if empty; None if there is not exactly one.

    Source: docs/sources/uid2.md §2.1
    """
    names = [name for name in IDENTIFIERS if name in values]
    if len(names) != 1:
        return None
    return Identifier(names[0], values[names[0]], identify(names[0], values[names[0]]))


def identified(identifier: Identifier | None) -> tuple[str, Person]:
    """The value as received, and the person.

    Raises :class:`Rejection` ``identifier_required`` and ``invalid_identifier``.
    """
    if identifier is None:
        raise Rejection("identifier_required")
    if identifier.person is None:
        raise Rejection("invalid_identifier")
    return identifier.value, identifier.person


def person_named(text: str) -> Person:
    """The person of a mail address, of a phone number, or of a :attr:`Person.subject`.

    Raises :class:`ValueError` for any other text.
    """
    if _CANONICAL.fullmatch(text):
        return Person(
            IdentityType.EMAIL if text.startswith(_PREFIXES[IdentityType.EMAIL]) else IdentityType.PHONE,
            binascii.a2b_base64(text.partition(":")[2]),
        )
    person = identify("email" if "@" in text else "phone", text)
    if person is None:
        raise ValueError(f'"{text}" is not a mail address or a phone number; write user@example.com or +12345678901')
    return person


def canonical(text: str) -> str:
    """A mail address or phone number as :attr:`Person.subject`. Raises :class:`ValueError` for any other text."""
    return person_named(text).subject


def typed(person: Person, raw_uid: bytes, scope: int) -> bytes:
    """A raw UID of 33 bytes, with scope and type in the first byte (docs/sources/uid2-current.md §5.1)."""
    return bytes([scope | person.type << 2]) + raw_uid


def advertising_id(person: Person, salt: str = facts.ROTATING_SALT) -> bytes:
    """The raw UID2, 32 bytes. It stays the same until the bucket's salt changes (docs/sources/uid2.md §2.5)."""
    return _salted(person.first_level, salt)


def _salted(digest: bytes, salt: str) -> bytes:
    return sha256(b64encode(digest) + salt.encode()).digest()
