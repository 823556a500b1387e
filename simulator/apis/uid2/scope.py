"""The two services that the same operator software runs: UID2 and EUID (docs/sources/uid2-current.md §5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

ScopeName = Literal["UID2", "EUID"]


@dataclass(frozen=True, slots=True)
class Scope:
    """One service.

    name: in the answers of key endpoints. bit: in the first byte of each token. docs_host: of the links in texts.
    typed_raw_uid: a raw UID begins with a byte for scope and type: 33 bytes instead of 32.
    asks_consent: a generate checks the consent string, if there is one.
    """

    name: ScopeName
    bit: int
    docs_host: str
    typed_raw_uid: bool
    asks_consent: bool


SCOPES: Final[Mapping[ScopeName, Scope]] = MappingProxyType(
    {
        "UID2": Scope("UID2", 0, "https://unifiedid.com", typed_raw_uid=False, asks_consent=False),
        "EUID": Scope("EUID", 0x10, "https://euid.eu", typed_raw_uid=True, asks_consent=True),
    }
)
