"""A publisher's server as a test needs one: it asks, it encodes what it sends, it presents its key or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, urlencode

from simulator.apis.uid2.world import Uid2World
from simulator.core.clock import Clock
from tests.service import Answer, Service

KEY = "simulator-uid2-api-key"
BEARER: Mapping[str, str] = {"Authorization": f"Bearer {KEY}"}
STRANGER: Mapping[str, str] = {}


@dataclass(frozen=True)
class Publisher:
    """Talks to one service. ``caller``: BEARER or STRANGER, or other headers."""

    service: Service

    @property
    def clock(self) -> Clock:
        return self.service.clock

    @property
    def world(self) -> Uid2World:
        return cast("Uid2World", self.service.simulation.sandboxes.get("default").world("uid2"))

    def get(self, path: str, query: Mapping[str, str], caller: Mapping[str, str] = BEARER) -> Answer:
        return self.service.get(f"{path}?{urlencode(query)}", headers=caller)

    def generate(self, caller: Mapping[str, str] = BEARER, **query: str) -> Answer:
        return self.get("/v1/token/generate", query, caller)

    def login(self, mail: str = "user@example.com") -> str:
        """The refresh token of a fresh generate; a phone is told by its plus sign."""
        named = {"phone": mail} if mail.startswith("+") else {"email": mail}
        token: str = self.get("/v1/token/generate", named).json["body"]["refresh_token"]
        return token

    def tokens(self, **query: str) -> Any:
        answer = self.get("/v1/token/generate", query)
        assert answer.status == 200, answer.body
        return answer.json["body"]

    def refresh(self, token: str, caller: Mapping[str, str] = BEARER) -> Answer:
        return self.service.get(f"/v1/token/refresh?refresh_token={quote(token, safe='')}", headers=caller)

    def validate(self, token: str, **query: str) -> Answer:
        return self.get("/v1/token/validate", {"token": token, **query}, STRANGER)
