"""Which truth: the points where the published page and the last live operator disagree, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from simulator.apis.uid2 import texts
from simulator.core.model.api import ProfileName


@dataclass(frozen=True, slots=True)
class Uid2Profile:
    """One column of the table; every other behaviour holds in both.

    missing_status: the status word when ``refresh_token`` is absent.
    empty_is_absent: ``refresh_token=`` counts as no parameter (otherwise as an invalid token).
    bare_key: a key without the word ``Bearer`` counts.
    disabled_key_known: a disabled key still makes the caller of a refresh a known one.
    stranger_opted_out: the named error for an opted-out person's token when the caller is not known.
    timestamps: a success carries ``identity_expires``, ``refresh_expires`` and ``refresh_from``.
    names_broken_wrapper: a token as long as a v2 one that is none is told what is wrong with it.
    """

    missing_status: str
    empty_is_absent: bool
    bare_key: bool
    disabled_key_known: bool
    stranger_opted_out: Literal["empty_success", "optout"]
    timestamps: bool
    names_broken_wrapper: bool


DOCUMENTED: Final = Uid2Profile(  # docs/sources/uid2.md §0.1
    missing_status=texts.CLIENTERROR,
    empty_is_absent=True,
    bare_key=True,
    disabled_key_known=False,
    stranger_opted_out="empty_success",
    timestamps=False,
    names_broken_wrapper=False,
)
OBSERVED: Final = Uid2Profile(  # docs/sources/uid2.md §1.2, §3.1, §3.2
    missing_status=texts.CLIENT_ERROR,
    empty_is_absent=False,
    bare_key=False,
    disabled_key_known=True,
    stranger_opted_out="optout",
    timestamps=True,
    names_broken_wrapper=True,
)

PROFILES: Final[Mapping[ProfileName, Uid2Profile]] = MappingProxyType({"documented": DOCUMENTED, "observed": OBSERVED})
