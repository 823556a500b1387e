"""ID tokens: real JWTs with the claims of a Cognito ID token (docs/sources/jquants.md §3).

``iat`` is the virtual clock's second, rounded down; ``exp`` is ``iat`` + lifetime. The token is expired from ``exp``
on. A lifetime with a fraction of a second is rounded up, so that no token is expired when it is issued.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final

from simulator.apis.jquants import facts
from simulator.apis.jquants.tokens import base64url
from simulator.apis.jquants.tokens.contents import Token, uuid_form
from simulator.apis.jquants.tokens.signing import Signer
from simulator.core import moment
from simulator.core.clock import from_seconds, to_seconds
from simulator.sealing import BadToken

_PARTS: Final = 3
_ID_DIGITS: Final = 32
_FRACTION_DIGITS: Final = 5
"""Hexadecimal digits of ``jti`` that are the microseconds of the moment of issue: ``iat`` tells seconds only, and
a scenario can revoke what was issued before a moment. The rest is random."""
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = timedelta(seconds=1)
_FIRST: Final = to_seconds(moment.FIRST)
_LAST: Final = to_seconds(moment.LAST)


class IdTokens:
    """Makes and opens the ID tokens of one signer. Safe to share between threads."""

    __slots__ = ("_header", "_signer")

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        header = json.dumps({"kid": signer.kid, "alg": signer.algorithm}, separators=(",", ":"))
        self._header = base64url.encode(header.encode())

    def make(
        self, subject: str, *, issued_at: datetime, lifetime: timedelta, family: str, auth_time: datetime
    ) -> tuple[str, Token]:
        """A new token of this login's family, and its contents. auth_time: the moment of the login."""
        iat = to_seconds(issued_at)
        seconds, fraction = divmod(lifetime, _SECOND)
        exp = min(max(iat + seconds + bool(fraction), _FIRST), _LAST)
        random = os.urandom(_ID_DIGITS).hex()
        fraction_us = (issued_at - from_seconds(iat)) // _MICROSECOND
        jti = uuid_form(f"{fraction_us:0{_FRACTION_DIGITS}x}{random[_FRACTION_DIGITS:_ID_DIGITS]}")
        account = _account_claims(subject)
        claims = (
            f'{account[0]},"origin_jti":"{family}","aud":"{facts.AUDIENCE}",'
            f'"event_id":"{uuid_form(random[_ID_DIGITS:])}","token_use":"id","auth_time":{to_seconds(auth_time)},'
            f'"exp":{exp},"iat":{iat},"jti":"{jti}",{account[1]}'
        )
        message = self._header + b"." + base64url.encode(claims.encode())
        token = message + b"." + base64url.encode(self._signer.sign(message))
        return token.decode(), Token(subject, from_seconds(iat), from_seconds(exp), jti, family)

    def open(self, text: str) -> Token:
        """The token's contents. Raises :class:`BadToken` for any text that this key did not sign exactly so.

        The header must equal the one that this key writes: the algorithm is never taken from the token.
        """
        parts = text.encode("utf-8", "replace").split(b".")
        if len(parts) != _PARTS or parts[0] != self._header:
            raise BadToken("not an ID token, or of another key or algorithm")
        if not self._signer.verifies(parts[0] + b"." + parts[1], base64url.decode(parts[2])):
            raise BadToken("the signature is not this key's")
        claims = json.loads(base64url.decode(parts[1]))
        fraction_us = int(claims["jti"][:_FRACTION_DIGITS], 16)
        return Token(
            claims["email"],
            from_seconds(claims["iat"]) + fraction_us * _MICROSECOND,
            from_seconds(claims["exp"]),
            claims["jti"],
            claims["origin_jti"],
        )

    def jwks(self) -> Mapping[str, object]:
        """The JWKS to verify these tokens with (RFC 7517 §5); empty when the key is a secret."""
        return {"keys": self._signer.public_keys()}


@lru_cache(maxsize=1024)
def _account_claims(subject: str) -> tuple[str, str]:
    """The claims that depend on the account alone, as JSON: the first ones and the last one.

    ``sub`` is derived from the mail address alone, so an account has the same one everywhere.
    """
    sub = uuid_form(sha256(f"{facts.POOL_ID}/{subject}".encode()).hexdigest()[:_ID_DIGITS])
    opening = f'{{"sub":"{sub}","email_verified":true,"iss":"{facts.ISSUER}","cognito:username":"{sub}"'
    return opening, f'"email":{json.dumps(subject)}}}'
