"""What each client is put through: a shipped scenario, and the steps of a program that meets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clients.catalogue import Client


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario and the steps taken under it.

    profile: the truth it is told by. slow: it takes longer in real time than a test may.
    """

    scenario: str
    steps: tuple[str, ...]
    profile: str = "observed"
    slow: bool = False

    @property
    def title(self) -> str:
        """The scenario's name, and the profile where it is not the one the clients were built against."""
        return self.scenario if self.profile == "observed" else f"{self.scenario} ({self.profile})"


_NEXT_DAY: Final = ("data", "later:24h", "data", "data")
_RENEWALS: Final = ("renew", "elapse:16m", "renew", "elapse:16m", "renew", "elapse:16m", "renew")

JQUANTS: Final = (
    Story("jquants-id-token-dies", ("data",) * 5),
    Story("jquants-refresh-token-expired", _NEXT_DAY),
    Story("jquants-refresh-token-expired", _NEXT_DAY, profile="documented"),
    Story("jquants-locked-out", _NEXT_DAY),
    Story("rate-limit-seconds", ("data",) * 5),
    Story("rate-limit-date", ("data",) * 5),
    Story("rate-limit-silent", ("data",) * 5),
    Story("gateway-html", ("data",) * 3),
    Story("lost-answer", ("data",) * 2),
    Story("jquants-outage", ("data",) * 3),
    Story("jquants-token-missing", ("data",) * 2),
    Story("jquants-short-lived-tokens", ("data", "pause", "data", "data")),
    Story("jquants-retired", ("data",) * 2),
    Story("slow-answer", ("data",) * 2, slow=True),
)
UID2: Final = (
    Story("uid2-refresh-token-expired", _RENEWALS),
    Story("uid2-opt-out-between-refreshes", _RENEWALS),
    Story("uid2-opted-out-from-the-start", _RENEWALS),
    Story("uid2-locked-out", _RENEWALS),
    Story("rate-limit-seconds", ("renew",) * 7),
    Story("rate-limit-date", ("renew",) * 7),
    Story("rate-limit-silent", ("renew",) * 7),
    Story("gateway-html", _RENEWALS),
    Story("lost-answer", _RENEWALS),
    Story("uid2-outage", _RENEWALS),
    Story("uid2-token-missing", _RENEWALS),
    Story("uid2-milliseconds-as-seconds", _RENEWALS),
    Story("uid2-gone", ("renew",) * 2),
    Story("slow-answer", ("renew",) * 2, slow=True),
)


def stories(client: Client) -> tuple[Story, ...]:
    """Those of the client's API."""
    return {"jquants": JQUANTS, "uid2": UID2}[client.api]
