"""The world of J-Quants as a scenario may write it: ``world: {jquants: …}``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from simulator.apis.jquants import facts

Algorithm = Literal["HS256", "RS256"]

_SECOND = timedelta(seconds=1)


def canonical_account(text: str) -> str:
    """The account that a person means: the mail address without the blanks around it.

    Letters keep their case: whether the real service folds it is not known [INF].
    Raises :class:`ValueError` for what is no mail address.
    """
    mail = text.strip()
    if "@" not in mail:
        raise ValueError(f'"{text}" is not a J-Quants account; accounts are mail addresses, such as user@example.com')
    return mail


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in.

    mailaddress: at most 320 bytes of UTF-8, with an @. plan: what has been subscribed to; "none": nothing.
    Raises :class:`ValueError` when the mail address or the password cannot be one.
    """

    mailaddress: str
    password: str
    plan: facts.Plan = facts.DEFAULT_PLAN

    def __post_init__(self) -> None:
        if canonical_account(self.mailaddress) != self.mailaddress:
            raise ValueError(f'mailaddress "{self.mailaddress}" has blanks around it')
        if len(self.mailaddress.encode()) > facts.LONGEST_MAILADDRESS:
            raise ValueError(f'mailaddress "{self.mailaddress[:40]}…" is over {facts.LONGEST_MAILADDRESS} bytes')
        if not self.password:
            raise ValueError(f'the password of "{self.mailaddress}" is empty; an empty one counts as not sent')
        if self.plan not in facts.PLANS:
            raise ValueError(f'"{self.plan}" is no plan; there are {", ".join(facts.PLANS)}')


DEFAULT_ACCOUNT = Account(facts.DEFAULT_MAILADDRESS, facts.DEFAULT_PASSWORD)


@dataclass(frozen=True, slots=True)
class JQuantsSettings:
    """Everything that can be said about the world of J-Quants.

    id_token_algorithm: RS256 is what the real service signs with, and comes with a JWKS; HS256 is far cheaper.
    Raises :class:`ValueError` for values that do not go together.
    """

    refresh_token_lifetime: timedelta = facts.REFRESH_TOKEN_LIFETIME
    id_token_lifetime: timedelta = facts.ID_TOKEN_LIFETIME
    accounts: tuple[Account, ...] = (DEFAULT_ACCOUNT,)
    id_token_algorithm: Algorithm = "HS256"

    def __post_init__(self) -> None:
        if self.refresh_token_lifetime <= timedelta(0):
            raise ValueError(f"refresh_token_lifetime {self.refresh_token_lifetime} is not above zero")
        if self.id_token_lifetime < _SECOND or self.id_token_lifetime % _SECOND:
            raise ValueError(
                f"id_token_lifetime {self.id_token_lifetime} is not a number of whole seconds above zero; "
                "the token itself says when it dies, in whole seconds"
            )
        if self.id_token_algorithm not in get_args(Algorithm):
            raise ValueError(f'id_token_algorithm "{self.id_token_algorithm}" is not HS256 or RS256')
        mails = [account.mailaddress for account in self.accounts]
        twice = sorted({mail for mail in mails if mails.count(mail) > 1})
        if twice:
            raise ValueError(f'accounts: "{twice[0]}" is there twice')
