"""The released clients: name, version, driver, and where it does not fit."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Client:
    """One released version of a client.

    distribution, version: as the package index names them. driver: a module that drives it.
    api: whose client it is. python: the oldest Python it takes.
    beside: what it needs that is not in requirements.txt, pinned; pip then brings the rest of what it asks for.
    """

    distribution: str
    version: str
    driver: str
    api: str
    python: tuple[int, int] = (3, 11)
    beside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``pyjquants-0.1.1``: its folder, its report, its row."""
        return f"{self.distribution}-{self.version}"

    @property
    def requirement(self) -> str:
        """What pip is asked for."""
        return f"{self.distribution}=={self.version}"

    @property
    def unfit(self) -> str:
        """Why it cannot run on this Python; "" when it can."""
        if sys.version_info >= self.python:
            return ""
        return f"{self.name} needs Python {'.'.join(map(str, self.python))}; this is {sys.version.split()[0]}"


OFFICIAL: Final = Client("jquants-api-client", "2.2.0", "clients.drivers.official", "jquants")
"""The last release with the v1 client (2026-06-10); 2.3.0 removed it (docs/sources/jquants.md §5.1)."""
OFFICIAL_V1: Final = Client("jquants-api-client", "1.9.0", "clients.drivers.official", "jquants")
"""The last release of the v1-only line (2025-09-10)."""
PYJQUANTS: Final = Client("pyjquants", "0.1.1", "clients.drivers.community", "jquants")
"""The last release for v1 (docs/sources/jquants.md §5.2)."""
KABUKIT: Final = Client(
    "kabukit", "0.8.1", "clients.drivers.asynchronous", "jquants", (3, 12), ("polars==2.1.0", "httpx==0.28.1")
)
"""Of its releases for v1 the first that takes Python 3.12; asks for tenacity 9, where the official client wants 8."""
UID2: Final = Client("uid2-client", "2.9.0", "clients.drivers.publisher", "uid2")
"""Speaks v2 only: every release since 2.0 does (docs/sources/uid2.md §6)."""

CLIENTS: Final = (OFFICIAL, OFFICIAL_V1, PYJQUANTS, KABUKIT, UID2)
