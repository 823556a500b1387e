"""Calls, worlds and readings of UID2, made without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from simulator.apis.uid2 import API
from simulator.apis.uid2.settings import Uid2Settings
from simulator.apis.uid2.world import Uid2World
from simulator.core.errors import Rejection
from simulator.core.model.api import Credentials, Operation, ProfileName, WorldContext
from simulator.core.model.call import Call, Reply
from simulator.state.memory import MemoryStatusStore

AT = datetime(2024, 1, 4, tzinfo=UTC)
KEY = "simulator-uid2-api-key"
MINUTE = timedelta(minutes=1)


def make(profile: ProfileName = "observed", **settings: Any) -> Uid2World:
    return API.world(WorldContext(Uid2Settings(**settings), profile, bytes(32), MemoryStatusStore()))


def operation(name: str) -> Operation[Uid2World]:
    return next(found for found in API.operations if found.name == f"uid2.{name}")


def call(
    name: str, query: str = "", *, method: str = "GET", key: str | None = KEY, body: bytes = b"", at: datetime = AT
) -> Call:
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    return Call(method, operation(name).path, query, headers, body, at)


def read(asked: Call, world: Uid2World) -> Credentials:
    """What the operation at the call's path reads of it."""
    path = asked.path.rstrip("/")
    found = next(found for found in API.operations if found.path == path)
    return found.read(asked, world)


def answered(name: str, asked: Call, world: Uid2World) -> Reply:
    """Read and handled, as a simulation does it."""
    found = operation(name)
    return found.handle(found.read(asked, world), asked, world)


def refreshing(token: str, *, key: str | None = KEY, at: datetime = AT) -> Call:
    return call("token_refresh", f"refresh_token={quote(token, safe='')}", key=key, at=at)


def minted(world: Uid2World, who: str = "user@example.com", at: datetime = AT) -> str:
    return API.mint(world, "refresh_token", who, at).token


def status_of(world: Uid2World, asked: Call) -> str:
    try:
        answered("token_refresh", asked, world)
    except Rejection as no:
        return no.name
    return "success"
