"""A client of J-Quants as its users write them, and what the tests of this API share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from simulator.apis.jquants import API
from simulator.apis.jquants.settings import JQuantsSettings
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.clock import Clock
from simulator.core.model.api import Operation, ProfileName, WorldContext
from simulator.state.memory import MemoryStatusStore
from tests.service import Answer, HeaderList, Service

AUTH_USER = "/v1/token/auth_user"
AUTH_REFRESH = "/v1/token/auth_refresh"
LISTED_INFO = "/v1/listed/info"

WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)

MAIL = "user@example.com"
KEY = b"the key of one sandbox, 32 bytes"

DEAD_REFRESH_TOKEN = {"message": "Your refresh token may be incorrect or expired."}
DEAD_ID_TOKEN = {"message": "The incoming token is invalid or expired."}
NOT_SUBSCRIBED = {
    "message": "This API is not available on your subscription. "
    "If you want more data, please check other plans:https://jpx-jquants.com/#dataset"
}


@dataclass(frozen=True)
class JQuants:
    """The three steps of the life cycle, over the wire."""

    service: Service

    @property
    def clock(self) -> Clock:
        return self.service.clock

    @property
    def world(self) -> JQuantsWorld:
        """What the service knows, for tokens that no client could get."""
        world = self.service.simulation.sandboxes.get("default").world("jquants")
        assert isinstance(world, JQuantsWorld)
        return world

    def log_in(self, mailaddress: str = MAIL, password: str = "password") -> Answer:
        body = json.dumps({"mailaddress": mailaddress, "password": password}).encode()
        return self.service.post(AUTH_USER, body=body)

    def refresh(self, token: str) -> Answer:
        return self.service.post(f"{AUTH_REFRESH}?refreshtoken={token}")

    def listed_info(self, id_token: str, query: str = "", *, headers: HeaderList = ()) -> Answer:
        pairs = headers if headers else {"Authorization": f"Bearer {id_token}"}
        return self.service.get(f"{LISTED_INFO}?{query}" if query else LISTED_INFO, headers=pairs)

    def refresh_token(self, mailaddress: str = MAIL) -> str:
        token: str = self.log_in(mailaddress).json["refreshToken"]
        return token

    def id_token(self, refresh_token: str | None = None) -> str:
        answer = self.refresh(self.refresh_token() if refresh_token is None else refresh_token)
        token: str = answer.json["idToken"]
        return token


def a_world(
    settings: JQuantsSettings | None = None, *, profile: ProfileName = "documented", key: bytes = KEY
) -> JQuantsWorld:
    """A world without a server around it, for what the wire does not show."""
    return API.world(WorldContext(settings or JQuantsSettings(), profile, key, MemoryStatusStore()))


OPERATIONS: dict[str, Operation[JQuantsWorld]] = {operation.name: operation for operation in API.operations}
