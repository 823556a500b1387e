"""A third API, as small as one can be: a turnstile that trades a day ticket for a pass of one minute.

It lives in a folder of its own outside the package and is served, scripted and journalled like the others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import parse_qs

from simulator.core.clock import from_seconds, to_seconds
from simulator.core.errors import Rejection
from simulator.core.model.api import (
    Api,
    Credentials,
    IssueOverrides,
    MintedToken,
    Operation,
    StatusStore,
    TokenState,
    WorldContext,
)
from simulator.core.model.call import Call, Issued, Reply
from simulator.sealing import BadToken, Sealer


@dataclass(frozen=True)
class Settings:
    pass_lifetime: timedelta = timedelta(minutes=1)
    ticket_lifetime: timedelta = timedelta(days=1)


@dataclass(frozen=True)
class TurnstileWorld:
    settings: Settings
    sealer: Sealer
    status_store: StatusStore
    overrides: IssueOverrides = field(default_factory=IssueOverrides)

    def with_overrides(self, overrides: IssueOverrides) -> Self:
        return replace(self, overrides=overrides)

    def issue(self, kind: str, at: datetime) -> MintedToken:
        lifetime = self.settings.ticket_lifetime if kind == "ticket" else self.settings.pass_lifetime
        expires = at + (self.overrides.lifetime or lifetime)
        sealed = self.sealer.seal(f"{to_seconds(at)} {to_seconds(expires)}".encode(), kind.encode())
        return MintedToken(sealed.hex(), at, expires, ((f"{kind}_expires", expires),))

    def read(self, kind: str, token: str) -> tuple[datetime, datetime] | None:
        try:
            at, expires = self.sealer.open(bytes.fromhex(token), kind.encode()).split()
        except (ValueError, BadToken):
            return None
        return from_seconds(int(at)), from_seconds(int(expires))


def _ticket(call: Call) -> str | None:
    return parse_qs(call.raw_query).get("ticket", [None])[0]


def _dumps(document: object) -> bytes:
    return json.dumps(document).encode()


def _json(status: int, document: object) -> Reply:
    return Reply(status, (("Content-Type", "application/json"),), _dumps(document))


def _enter(credentials: Credentials, call: Call, world: TurnstileWorld) -> Reply:
    moments: tuple[datetime, datetime] | None = credentials.payload
    if moments is None or moments[1] <= call.at:
        raise Rejection("no_ticket")
    minted = world.issue("pass", call.at)
    issued = Issued("pass", "somebody", call.at, (("pass_expires", minted.expires_at),), minted.token)
    return replace(_json(200, {"pass": minted.token}), issued=(issued,))


def _read(call: Call, world: TurnstileWorld) -> Credentials:
    token = _ticket(call)
    if token is None:
        return Credentials()
    moments = world.read("ticket", token)
    state: TokenState = "unknown" if moments is None else "expired" if moments[1] <= call.at else "valid"
    return Credentials(
        token,
        "ticket",
        state,
        issued_at=moments[0] if moments else None,
        token_id=token,
        subject="somebody",
        payload=moments,
    )


def _refuse(status: int, text: str) -> Reply:
    return _json(status, {"sorry": text})


def _world(context: WorldContext) -> TurnstileWorld:
    return TurnstileWorld(context.settings, Sealer(context.key), context.status_store)


API: Api[TurnstileWorld] = Api(
    name="turnstile",
    base_path="/turnstile",
    operations=(
        Operation(
            name="turnstile.enter",
            methods=("POST",),
            path="/turnstile/enter",
            read=_read,
            handle=_enter,
            issues=("pass",),
            accepts="ticket",
        ),
    ),
    errors={
        "turnstile.no_ticket": lambda _credentials, _call, _world: _refuse(402, "buy a ticket"),
        "turnstile.server_error": lambda _credentials, _call, _world: _refuse(500, "out of order"),
    },
    settings=Settings,
    world=_world,
    before=lambda _call, _operation, _world: None,
    misrouted=lambda _call, allowed, _world: _refuse(405 if allowed else 404, "not this way"),
    after=lambda _credentials, _call, reply, _operation, _world: reply,
    dumps=_dumps,
    subject=lambda text: text,
    token_kinds=("ticket", "pass"),
    mint=lambda world, kind, _subject, at: world.issue(kind, at),
    events=("pass_expires",),
    token_params=frozenset({"ticket"}),
)
