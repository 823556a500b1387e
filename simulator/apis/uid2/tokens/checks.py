"""What is issued, and what the operator finds when a token comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from simulator.apis.uid2.tokens.contents import AdvertisingToken, RefreshToken
from simulator.core.model.api import TokenState


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that a generate or a refresh issues, and their moments."""

    advertising_token: str
    refresh_token: str
    issued_at: datetime
    identity_expires: datetime
    refresh_expires: datetime
    refresh_from: datetime


class RefreshCheck(NamedTuple):
    """The result of checking a refresh token.

    token: None when unknown. response_key: of a v2 token, even if the token inside is invalid.
    broken: the operator's message for an invalid text with the length of a v2 token.
    """

    state: TokenState
    token: RefreshToken | None = None
    response_key: bytes | None = None
    broken: str = ""


class AdvertisingCheck(NamedTuple):
    """The result of checking an advertising token. token: None when unknown."""

    state: TokenState
    token: AdvertisingToken | None = None


NO_ADVERTISING_TOKEN: Final = AdvertisingCheck("unknown")
