"""Two small APIs, so that the language is tested against tables and not against J-Quants or UID2."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from simulator.core.model.api import Api, Credentials, IssueOverrides, Operation, WorldContext
from simulator.core.model.call import Call, Reply

AT = datetime(2024, 1, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Guest:
    name: str
    floor: int = 0
    mood: Literal["calm", "loud"] = "calm"


@dataclass(frozen=True)
class Settings:
    lifetime: timedelta = timedelta(hours=1)
    guests: tuple[Guest, ...] = ()
    open: bool = True
    banned: frozenset[str] = frozenset()
    ratio: float = 1.0
    sign: str | None = None

    def __post_init__(self) -> None:
        if self.lifetime <= timedelta(0):
            raise ValueError(f"lifetime {self.lifetime} is not above zero")


@dataclass(frozen=True)
class World:
    context: WorldContext | None = None
    overrides: IssueOverrides | None = None

    def with_overrides(self, overrides: IssueOverrides) -> World:
        return World(self.context, overrides)


def _answer(_credentials: Credentials, _call: Call, _world: World) -> Reply:
    return Reply(200, (("Content-Type", "application/json"),), dumps({"ticket": "t", "expires": 1_700_000_000_123}))


def _nobody(_call: Call, _world: World) -> Credentials:
    return Credentials()


def _error(status: int, text: str) -> Any:
    return lambda _credentials, _call, _world: Reply(status, (("Retry-After", "9"),), dumps({"message": text}))


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _subject(text: str) -> str:
    if "@" not in text:
        raise ValueError(f'"{text}" is no guest')
    return text.lower()


def _api(name: str, operations: tuple[Operation[World], ...], errors: dict[str, Any], subject: Any) -> Api[World]:
    return Api(
        name=name,
        base_path="",
        operations=operations,
        errors=errors,
        settings=Settings,
        world=World,
        before=lambda _call, _operation, _world: None,
        misrouted=lambda _call, _allowed, _world: Reply(404),
        after=lambda _credentials, _call, reply, _operation, _world: reply,
        dumps=dumps,
        subject=subject,
        token_kinds=("ticket",),
        mint=lambda _world, _kind, _subject, _at: (_ for _ in ()).throw(ValueError("no tickets today")),
        events=(),
    )


DOOR = _api(
    "door",
    (
        Operation(
            "door.enter", ("POST",), "/enter", _nobody, _answer, issues=("ticket",), fields=("ticket", "expires")
        ),
        Operation(
            "door.pass",
            ("GET",),
            "/pass",
            _nobody,
            _answer,
            accepts="ticket",
            about_person=True,
            fields=("seat",),
        ),
    ),
    {"door.shut": _error(503, "shut"), "door.too_many_requests": _error(429, "slowly")},
    _subject,
)
LAMP = _api(
    "lamp",
    (Operation("lamp.light", ("GET",), "/light", _nobody, _answer),),
    {"lamp.burnt": _error(500, "burnt")},
    lambda text: text,
)
APIS: tuple[Api[Any], ...] = (DOOR, LAMP)


def call(
    raw_query: str = "",
    *,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    at: datetime = AT,
    sandbox: str = "default",
    client: str = "",
) -> Call:
    return Call("GET", "/pass", raw_query, headers or {}, body, at, sandbox, client)
