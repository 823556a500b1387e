"""The world of J-Quants in one sandbox: its accounts and tokens."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from simulator.apis.jquants import facts
from simulator.apis.jquants.profile import PROFILES, JQuantsProfile
from simulator.apis.jquants.request import LoginBody
from simulator.apis.jquants.request_ids import RequestIds
from simulator.apis.jquants.settings import Account, JQuantsSettings
from simulator.apis.jquants.tokens.contents import Token, tampered
from simulator.apis.jquants.tokens.id_token import IdTokens
from simulator.apis.jquants.tokens.refresh_token import RefreshTokens
from simulator.apis.jquants.tokens.signing import signer
from simulator.core.model.api import IssueOverrides, StatusStore, TokenState, WorldContext
from simulator.core.model.call import Issued
from simulator.core.moment import later
from simulator.sealing import BadToken


class TokenCheck(NamedTuple):
    """The result of checking a token. token: None when unknown; account: None unless valid."""

    state: TokenState
    token: Token | None = None
    account: Account | None = None


_UNKNOWN = TokenCheck("unknown")
USUAL = IssueOverrides()
"""Nothing is overridden."""


@dataclass(frozen=True, slots=True)
class JQuantsWorld:
    """The accounts, and how their tokens are made. Immutable: a change makes a new world.

    accounts: by mail address. All worlds made from this one share the other parts.
    """

    profile: JQuantsProfile
    accounts: Mapping[str, Account]
    refresh_token_lifetime: timedelta
    id_token_lifetime: timedelta
    status_store: StatusStore
    refresh_tokens: RefreshTokens
    id_tokens: IdTokens
    request_ids: RequestIds
    overrides: IssueOverrides = USUAL

    def with_overrides(self, overrides: IssueOverrides) -> Self:
        """The same world with these overrides for the tokens it issues."""
        return replace(self, overrides=overrides)

    def login(self, given: LoginBody) -> Account | None:
        """The account with these credentials, or None."""
        account = self.accounts.get(given.mailaddress) if given.mailaddress is not None else None
        if account is None or given.password is None:
            return None
        same = hmac.compare_digest(account.password.encode(), given.password.encode("utf-8", "surrogatepass"))
        return account if same else None

    def issue_refresh_token(self, subject: str, at: datetime) -> Issued:
        """A refresh token for this account, the first of a new family."""
        issued_at = later(at, self.overrides.skew)
        lifetime = (
            self.refresh_token_lifetime if self.overrides.refresh_lifetime is None else self.overrides.refresh_lifetime
        )
        expires_at = later(issued_at, lifetime)
        text = self.refresh_tokens.make(subject, issued_at, expires_at)
        events = ((facts.REFRESH_TOKEN_EXPIRES, expires_at),)
        return Issued(facts.REFRESH_TOKEN, subject, issued_at, events, self._finished(text))

    def issue_id_token(self, subject: str, at: datetime, *, family: str, auth_time: datetime) -> Issued:
        """An ID token for this account, in the family of the login at ``auth_time``."""
        text, token = self.id_tokens.make(
            subject,
            issued_at=later(at, self.overrides.skew),
            lifetime=self.id_token_lifetime if self.overrides.lifetime is None else self.overrides.lifetime,
            family=family,
            auth_time=auth_time,
        )
        events = ((facts.ID_TOKEN_EXPIRES, token.expires_at),)
        disclosed = (facts.ID_TOKEN_EXPIRES,)  # clients can read the exp claim of a JWT
        return Issued(facts.ID_TOKEN, subject, token.issued_at, events, self._finished(text), disclosed)

    def check_refresh_token(self, text: str, at: datetime) -> TokenCheck:
        """Check a refresh token at a moment. Tokens of an account that no longer exists are unknown."""
        try:
            token = self.refresh_tokens.open(text)
        except BadToken:
            return _UNKNOWN
        return self._judged(token, at)

    def check_id_token(self, text: str, at: datetime) -> TokenCheck:
        """Check an ID token at a moment."""
        try:
            token = self.id_tokens.open(text)
        except BadToken:
            return _UNKNOWN
        return self._judged(token, at)

    def _judged(self, token: Token, at: datetime) -> TokenCheck:
        account = self.accounts.get(token.subject)
        if account is None:
            return TokenCheck("unknown", token)
        if at >= token.expires_at:
            return TokenCheck("expired", token)
        revoked = self.status_store.revoked
        if revoked(token.token_id, token.family, subject=token.subject, issued_at=token.issued_at):
            return TokenCheck("revoked", token)
        return TokenCheck("valid", token, account)

    def _finished(self, text: str) -> str:
        return tampered(text) if self.overrides.tamper == "signature" else text


def make_world(context: WorldContext) -> JQuantsWorld:
    """The world of one sandbox. Raises :class:`TypeError` for another API's settings."""
    settings = context.settings
    if not isinstance(settings, JQuantsSettings):
        raise TypeError(f"the settings of J-Quants are JQuantsSettings, not {type(settings).__name__}")
    return JQuantsWorld(
        profile=PROFILES[context.profile],
        accounts={account.mailaddress: account for account in settings.accounts},
        refresh_token_lifetime=settings.refresh_token_lifetime,
        id_token_lifetime=settings.id_token_lifetime,
        status_store=context.status_store,
        refresh_tokens=RefreshTokens(context.key),
        id_tokens=IdTokens(signer(settings.id_token_algorithm, context.key)),
        request_ids=RequestIds(),
    )
