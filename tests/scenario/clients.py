"""The smallest of clients, and the register of the stories that they live through."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from urllib.parse import quote

from tests.service import Answer, Service

RULE_HEADER = "x-simulator-rule"
SECOND = timedelta(seconds=1)
KEY = {"Authorization": "Bearer simulator-uid2-api-key"}
LOGIN = json.dumps({"mailaddress": "user@example.com", "password": "password"}).encode()

Story = Callable[[Service], None]
STORIES: dict[str, Story] = {}
S = TypeVar("S", bound=Story)


def plays(name: str) -> Callable[[S], S]:
    """This function plays the shipped scenario of this name."""

    def keep(story: S) -> S:
        STORIES[name] = story
        return story

    return keep


@dataclass(frozen=True)
class JQuants:
    """A client of J-Quants, as small as one can be."""

    service: Service

    def login(self) -> Answer:
        return self.service.post("/v1/token/auth_user", body=LOGIN)

    def token(self) -> str:
        found: str = self.login().json["refreshToken"]
        return found

    def refresh(self, token: str) -> Answer:
        return self.service.post(f"/v1/token/auth_refresh?refreshtoken={token}")

    def data(self, id_token: str) -> Answer:
        return self.service.get("/v1/listed/info?code=86970", headers={"Authorization": f"Bearer {id_token}"})


@dataclass(frozen=True)
class Uid2:
    """A publisher's client of UID2, as small as one can be."""

    service: Service

    def generate(self, mail: str = "user@example.com") -> Answer:
        return self.service.get(f"/v1/token/generate?email={mail}", headers=KEY)

    def token(self, mail: str = "user@example.com") -> str:
        found: str = self.generate(mail).json["body"]["refresh_token"]
        return found

    def refresh(self, token: str) -> Answer:
        return self.service.get(f"/v1/token/refresh?refresh_token={quote(token, safe='')}", headers=KEY)


def statuses(call: Callable[[], Answer], times: int) -> list[int]:
    return [call().status for _ in range(times)]
