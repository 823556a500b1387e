"""The settings of J-Quants that a scenario can change: ``world: {jquants: …}``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from simulator.apis.jquants import facts

Algorithm = Literal["HS256", "RS256"]

_SECOND = timedelta(seconds=1)


def canonical_account(text: str) -> str:
    """The canonical form of an account: the mail address without surrounding blanks.

    Case is kept: whether the real service ignores it is not known [INF].
    Raises :class:`ValueError` for text that is not a mail address.
    """
    mail = text.strip()
    if "@" not in mail:
        raise ValueError(f'"{text}" is not a J-Quants account; accounts are mail addresses, such as user@example.com')
    return mail


@dataclass(frozen=True, slots=True)
class Account:
    """An account that can log in.

    mailaddress: at most 320 bytes of UTF-8, with an @. plan: the subscription; "none": no subscription.
    Raises :class:`ValueError` for an invalid mail address, password or plan.
    """

    mailaddress: str
    password: str
    plan: facts.Plan = facts.DEFAULT_PLAN

    def __post_init__(self) -> None:
        if canonical_account(self.mailaddress) != self.mailaddress:
            raise ValueError(f'mailaddress "{self.mailaddress}" has surrounding blanks')
        if len(self.mailaddress.encode()) > facts.LONGEST_MAILADDRESS:
            raise ValueError(f'mailaddress "{self.mailaddress[:40]}…" is over {facts.LONGEST_MAILADDRESS} bytes')
        if not self.password:
            raise ValueError(f'the password of "{self.mailaddress}" is empty; the service treats that as absent')
        if self.plan not in facts.PLANS:
            raise ValueError(f'"{self.plan}" is not a plan; known: {", ".join(facts.PLANS)}')


DEFAULT_ACCOUNT = Account(facts.DEFAULT_MAILADDRESS, facts.DEFAULT_PASSWORD)


@dataclass(frozen=True, slots=True)
class JQuantsSettings:
    """The settings of the world of J-Quants.

    id_token_algorithm: the real service uses RS256, with a JWKS; HS256 is much faster.
    Raises :class:`ValueError` for invalid or contradictory values.
    """

    refresh_token_lifetime: timedelta = facts.REFRESH_TOKEN_LIFETIME
    id_token_lifetime: timedelta = facts.ID_TOKEN_LIFETIME
    accounts: tuple[Account, ...] = (DEFAULT_ACCOUNT,)
    id_token_algorithm: Algorithm = "HS256"

    def __post_init__(self) -> None:
        if self.refresh_token_lifetime <= timedelta(0):
            raise ValueError(f"refresh_token_lifetime {self.refresh_token_lifetime} must be positive")
        if self.id_token_lifetime < _SECOND or self.id_token_lifetime % _SECOND:
            raise ValueError(
                f"id_token_lifetime {self.id_token_lifetime} must be a positive number of whole seconds, "
                "because the token states its expiry in whole seconds"
            )
        if self.id_token_algorithm not in get_args(Algorithm):
            raise ValueError(f'id_token_algorithm "{self.id_token_algorithm}" must be HS256 or RS256')
        mails = [account.mailaddress for account in self.accounts]
        twice = sorted({mail for mail in mails if mails.count(mail) > 1})
        if twice:
            raise ValueError(f'accounts: "{twice[0]}" appears twice')
