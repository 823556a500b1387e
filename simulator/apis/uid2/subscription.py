"""A publisher's subscription to client-side generate: domains, apps and key pair (docs/sources/uid2.md §6, CSTG).

The key pair is derived from a published secret and not from the server's. So a page or an app is configured once, and
the key is the same on every worker and after every restart.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import urlsplit

from simulator.apis.uid2 import facts
from simulator.apis.uid2.scope import ScopeName
from simulator.apis.uid2.tokens.contents import SITE
from simulator.apis.uid2.v2.facts import PUBLIC_KEY_INFIX, SUBSCRIPTION


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription.

    subscription_id: as a client names it. secret: any text; the key pair is derived from it.
    domains: the pages of these and their subdomains may call; apps: the names of apps that may call.
        With neither, all may call, as on the operator with its domain check switched off.
    disabled: known, but refused. site: the participant whose key seals its tokens.
    """

    subscription_id: str = SUBSCRIPTION
    secret: str = facts.DEFAULT_SECRET
    domains: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    disabled: bool = False
    site: int = SITE

    def __post_init__(self) -> None:
        if not self.subscription_id:
            raise ValueError("a subscription_id is empty")

    @property
    def public_key(self) -> str:
        """The public key as clients of UID2 are configured with it: the prefix, then base64 of the key (SPKI)."""
        return self.public_key_of("UID2")

    def public_key_of(self, scope: ScopeName) -> str:
        """The same for clients of one of the two services, which differ in the prefix."""
        from simulator.apis.uid2.key_exchange import public_half

        return scope + PUBLIC_KEY_INFIX + b64encode(public_half(self.secret)).decode()

    def admits_app(self, name: str) -> bool:
        """Whether an app of this name may call; case does not matter."""
        return not self._restricted or name.lower() in {app.lower() for app in self.apps}

    def admits_origin(self, origin: str | None) -> bool:
        """Whether a page of this origin may call."""
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
