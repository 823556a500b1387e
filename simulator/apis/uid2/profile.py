"""The differences between the published page, the last operator with v1, and today's operator, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

from simulator.apis.uid2 import facts, texts
from simulator.core.model.api import ProfileName


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of the operator: the points of v2 and v3 that changed later.

    always_opted_out, validate: its test identities, including earlier ones that still count.
    respects_optout: generate answers ``optout`` for each opted-out person, regardless of request and key.
    validates_anyone: validate compares any person with the token, not only test identities.
    explains_bodies: the text for an invalid envelope links to the documents and differs for unencrypted JSON.
    base64_in_bytes: a request with the type of bytes may be base64.
    rotates_salts: the salts of the buckets change, by the sandbox's clock; otherwise they stay those of 2021 to 2024.
    json_429: a rate limit is answered with JSON; otherwise without a body.
    """

    always_opted_out: tuple[str, ...]
    validate: tuple[str, ...]
    respects_optout: bool
    validates_anyone: bool
    explains_bodies: bool
    base64_in_bytes: bool
    rotates_salts: bool
    json_429: bool


JULY_2025: Final = Revision(  # docs/sources/uid2.md §4.3, §6
    always_opted_out=facts.ALWAYS_OPTED_OUT,
    validate=facts.VALIDATE,
    respects_optout=False,
    validates_anyone=False,
    explains_bodies=False,
    base64_in_bytes=False,
    rotates_salts=False,
    json_429=True,
)
TODAY: Final = Revision(  # docs/sources/uid2-current.md §D1, §D2, §D4, §D7, §D10, §D12
    always_opted_out=facts.ALWAYS_OPTED_OUT_TODAY,
    validate=facts.VALIDATE_TODAY,
    respects_optout=True,
    validates_anyone=True,
    explains_bodies=True,
    base64_in_bytes=True,
    rotates_salts=True,
    json_429=False,
)


@dataclass(frozen=True, slots=True)
class Uid2Profile:
    """One profile; every other behaviour is the same in all of them.

    revision: the behaviour of v2 and v3, which the published page does not describe.

    missing_status: the status word when ``refresh_token`` is absent.
    empty_is_absent: ``refresh_token=`` counts as no parameter (otherwise as an invalid token).
    bare_key: a key without the word ``Bearer`` is accepted.
    disabled_key_known: for a refresh, a caller with a disabled key is known.
    unknown_caller_opted_out: the named error for an opted-out person's token when the caller is not known.
    timestamps: a success contains ``identity_expires``, ``refresh_expires`` and ``refresh_from``.
    names_broken_wrapper: the refusal of an invalid text with the length of a v2 token says what is wrong.
    """

    revision: Revision
    missing_status: str
    empty_is_absent: bool
    bare_key: bool
    disabled_key_known: bool
    unknown_caller_opted_out: Literal["empty_success", "optout"]
    timestamps: bool
    names_broken_wrapper: bool


DOCUMENTED: Final = Uid2Profile(  # docs/sources/uid2.md §0.1
    revision=JULY_2025,
    missing_status=texts.CLIENTERROR,
    empty_is_absent=True,
    bare_key=True,
    disabled_key_known=False,
    unknown_caller_opted_out="empty_success",
    timestamps=False,
    names_broken_wrapper=False,
)
OBSERVED: Final = Uid2Profile(  # docs/sources/uid2.md §1.2, §3.1, §3.2
    revision=JULY_2025,
    missing_status=texts.CLIENT_ERROR,
    empty_is_absent=False,
    bare_key=False,
    disabled_key_known=True,
    unknown_caller_opted_out="optout",
    timestamps=True,
    names_broken_wrapper=True,
)
CURRENT: Final = replace(OBSERVED, revision=TODAY)
"""Its values for v1 are those of ``observed``; v1 does not exist in this profile (docs/sources/uid2-current.md §1)."""

PROFILES: Final[Mapping[ProfileName, Uid2Profile]] = MappingProxyType(
    {"documented": DOCUMENTED, "observed": OBSERVED, "current": CURRENT}
)
WITH_V1: Final[frozenset[ProfileName]] = frozenset({"documented", "observed"})
"""The profiles of operators that have v1."""
