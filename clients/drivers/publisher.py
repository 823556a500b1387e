"""uid2-client: a publisher's server that generates an identity and refreshes it, and a bidder's that decrypts tokens.

The SDK puts a timestamp into every envelope, which is held against real time; so where the program lets time pass
(``elapse:16m``) it passes for the service alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.error import HTTPError

from uid2_client import (
    BidstreamClient,
    IdentityMapClient,
    IdentityMapInput,
    TokenGenerateInput,
    Uid2PublisherClient,
)

from clients.drivers.own_time import OwnTime
from clients.drivers.program import Action, run

KNOWN: Final = (OSError,)
"""What the client raises when the service says no, or nothing: urllib's own errors, as they are."""
MAIL: Final = "user@example.com"
STEPS: Final = ("renew", *("elapse:16m", "renew") * 6)
"""A refresh whenever the service wants one: 15 minutes after the identity came (docs/sources/uid2.md §3.1)."""


class Program:
    """One publisher with one visitor, and one bidder."""

    def __init__(self, own: OwnTime) -> None:
        where = os.environ["UID2_BASE_URL"], os.environ["UID2_API_KEY"], os.environ["UID2_SECRET_KEY"]
        self._own = own
        self._publisher = Uid2PublisherClient(*where)
        self._mapper = IdentityMapClient(*where)
        self._bidder = BidstreamClient(*where)
        self._identity: Any = None

    @property
    def actions(self) -> Mapping[str, Action]:
        """The steps it knows."""
        steps = (self.generate, self.refresh, self.renew, self.visit, self.map, self.buckets, self.decrypt, self.elapse)
        return {step.__name__: step for step in steps}

    def generate(self, mail: str) -> Mapping[str, Any]:
        """An identity for a mail address."""
        answer = self._publisher.generate_token(TokenGenerateInput.from_email(mail or MAIL))
        self._identity = answer.get_identity()
        return self._held(answer.status)

    def refresh(self, _: str) -> Mapping[str, Any]:
        """Another identity for the one at hand; after an opt-out there is none left."""
        answer = self._publisher.refresh_token(self._identity)
        self._identity = answer.get_identity() if answer.is_success() else None
        return self._held(answer.status)

    def renew(self, _: str) -> Mapping[str, Any]:
        """What a publisher's program does now and then; with an identity that was refused it begins anew."""
        if self._identity is None:
            return self.generate("")
        try:
            return self.refresh("")
        except HTTPError as refused:
            if refused.code < 500 and refused.code != 429:
                self._identity = None
            raise

    def visit(self, _: str) -> Mapping[str, Any]:
        """What the SDK's documentation has a publisher do: refresh when the identity says that it is due."""
        due = bool(self._identity.is_due_for_refresh())
        return {"due": due, **(self.refresh("") if due else {})}

    def map(self, mail: str) -> Mapping[str, Any]:
        """Raw UID2s."""
        answer = self._mapper.generate_identity_map(IdentityMapInput.from_emails([mail or MAIL]))
        unmapped = {who: why.get_reason() for who, why in answer.unmapped_identities.items()}
        return {"mapped": sorted(answer.mapped_identities), "unmapped": unmapped}

    def buckets(self, _: str) -> Mapping[str, Any]:
        """Salt buckets that have changed since 2020."""
        return {"buckets": len(self._mapper.get_identity_buckets(datetime(2020, 1, 1, tzinfo=UTC)).buckets)}

    def decrypt(self, _: str) -> Mapping[str, Any]:
        """What a bidder reads in the advertising token."""
        refreshed = self._bidder.refresh()
        if not refreshed.success:
            return {"keys": False, "said": str(refreshed.reason)}
        found = self._bidder.decrypt_token_into_raw_uid(self._identity.get_advertising_token(), "example.com")
        return {"keys": True, "status": found.status.value, "uid": found.uid}

    def _held(self, status: str) -> Mapping[str, Any]:
        return {"status": status, "holds": self._identity is not None}

    def elapse(self, span: str) -> Mapping[str, Any]:
        """Time passes, for the service alone."""
        self._own.pass_by(span, alone=True)
        return {}


if __name__ == "__main__":
    with OwnTime() as own_time:
        run(Program(own_time).actions, KNOWN, tuple(sys.argv[1:]) or STEPS, own_time)
