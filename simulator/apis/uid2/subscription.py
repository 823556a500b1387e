"""A publisher's subscription to client-side generate: who may ask, and the key pair (uid2.md §6, CSTG).

The key pair follows from a published secret, so that a page or an app is configured once, whatever the server's
own secret is, and finds the same key on every worker and after every restart.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from simulator.apis.uid2 import facts
from simulator.apis.uid2.v2.facts import PUBLIC_KEY_PREFIX, SUBSCRIPTION
from simulator.tokens import derive_key

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: private keys lie between 0 and this (SEC 2, §2.4.2)."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription.

    subscription_id: as a client names it. secret: any text; the key pair follows from it.
    domains: whose pages may ask, their subdomains included; apps: the names of apps that may.
        Neither named: nobody is asked where from, as the operator does with its domain check switched off.
    disabled: known, but refused.
    """

    subscription_id: str = SUBSCRIPTION
    secret: str = facts.DEFAULT_SECRET
    domains: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    disabled: bool = False

    def __post_init__(self) -> None:
        if not self.subscription_id:
            raise ValueError("a subscription_id is empty; no client could name it")

    @property
    def public_key(self) -> str:
        """What a client is configured with: the prefix, then base64 of the key (SPKI)."""
        spki = key_pair(self.secret).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return PUBLIC_KEY_PREFIX + b64encode(spki).decode()

    def admits_app(self, name: str) -> bool:
        """Whether an app of this name may ask; case does not matter."""
        return not self._restricted or name.lower() in {app.lower() for app in self.apps}

    def admits_origin(self, origin: str | None) -> bool:
        """Whether a page of this origin may ask."""
        if not self._restricted:
            return True
        try:
            host = urlsplit(origin or "").hostname
        except ValueError:
            return False
        return host is not None and any(host == name or host.endswith(f".{name}") for name in self.domains)

    @property
    def _restricted(self) -> bool:
        return bool(self.domains or self.apps)


@cache
def key_pair(secret: str) -> ec.EllipticCurvePrivateKey:
    """The private key on P-256 that follows from a secret."""
    number = int.from_bytes(derive_key(secret.encode(), "uid2", "client-side"), "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())
