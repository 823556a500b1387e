"""Two toy services and the wire between them and a toy client: calls go in, journal entries come out.

The office is J-Quants' shape (login, refresh, data; lifetimes in its documents), the registry UID2's (a login hands
out everything, refresh tokens rotate, people opt out, an answer tells lifetimes). Neither is the real one: verdicts
read tables, not names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.core.clock import to_microseconds
from simulator.core.model.api import Api, Credentials, Operation
from simulator.core.model.call import Call, Reply
from simulator.journal.entry import Entry, IssuedEntry

START = datetime(2024, 1, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def _handle(credentials: Credentials, call: Call, world: Any) -> Reply:
    raise AssertionError("a judge calls no operation")


def _read(call: Call, world: Any) -> Credentials:
    raise AssertionError("a judge asks no operation")


def _operation(name: str, method: str, path: str, **kinds: Any) -> Operation[Any]:
    return Operation(name, (method,), path, _read, _handle, **kinds)


def _api(name: str, operations: tuple[Operation[Any], ...], **more: Any) -> Api[Any]:
    nothing: Any = None
    return Api(
        name=name,
        base_path="",
        operations=operations,
        errors={},
        settings=object,
        world=nothing,
        before=nothing,
        misrouted=nothing,
        after=nothing,
        dumps=nothing,
        subject=nothing,
        token_kinds=(),
        mint=nothing,
        events=(),
        **more,
    )


OFFICE = _api(
    "office",
    (
        _operation("office.login", "POST", "/office/login", issues=("week",), fields=("week",)),
        _operation("office.renew", "POST", "/office/renew", accepts="week", issues=("day",), fields=("day",)),
        _operation("office.data", "GET", "/office/data", accepts="day"),
        _operation("office.more", "GET", "/office/more", accepts="day"),
    ),
    token_params=frozenset({"weektoken"}),
    lifetimes={"week": WEEK, "day": DAY},
)
_PAIR = ("ticket", "stub")
_TOLD = ("ticket_expires", "stub_expires")
REGISTRY = _api(
    "registry",
    (
        _operation("registry.make", "GET", "/registry/make", issues=_PAIR, about_person=True, fields=_TOLD),
        _operation(
            "registry.renew", "GET", "/registry/renew", accepts="stub", issues=_PAIR, about_person=True, fields=_TOLD
        ),
        _operation("registry.use", "GET", "/registry/use", accepts="ticket", about_person=True),
    ),
    token_params=frozenset({"stub"}),
)
APIS = (OFFICE, REGISTRY)


@dataclass
class Tokens:
    """What a registry's answer holds."""

    ticket: str
    stub: str


class Wire:
    """Makes entries. Two clocks: ``passes`` moves both, ``jump`` the sandbox's alone."""

    def __init__(self, *, real: datetime = START, at: datetime = START) -> None:
        self.real = real
        self.at = at
        self.entries: list[Entry] = []
        self.connection = 1
        self._tokens = 0

    def passes(self, span: timedelta) -> None:
        """Time goes by, for everybody."""
        self.real += span
        self.at += span

    def jump(self, span: timedelta) -> None:
        """A test moves the sandbox's clock."""
        self.at += span

    def call(self, operation: str, *, status: int = 200, **parts: Any) -> Entry:
        """One call and its answer, a millisecond after the one before.

        What the API would read of it is read of it: a token of this wire is a valid one, unless ``parts`` say more.
        """
        self.passes(timedelta(milliseconds=1))
        known = {one.name: one for api in APIS for one in api.operations}.get(operation)
        entry = Entry(
            number=len(self.entries) + 1,
            at_us=to_microseconds(self.at),
            real_us=to_microseconds(self.real),
            method=known.methods[0] if known else "GET",
            path=known.path if known else "/nowhere",
            query="",
            operation=operation,
            status=status,
            error="",
            rules=(),
            took_us=50,
            client="127.0.0.1",
            connection=self.connection,
            secure=False,
            agent="toy/1",
            token="",
            token_marks="",
            body_keys=(),
            retry_after="",
            issued=(),
        )._replace(**self._read(known, parts), **parts)
        self.entries.append(entry)
        return entry

    def _read(self, operation: Operation[Any] | None, parts: dict[str, Any]) -> dict[str, Any]:
        token = parts.get("token", "")
        if operation is None or operation.accepts is None or not token:
            return {"content": parts.get("body", "")}
        read = {
            "token_kind": operation.accepts,
            "token_state": "valid" if token.startswith(operation.accepts) else "unknown",
            "scheme": "bearer" if not operation.issues else "",
        }
        return {name: value for name, value in read.items() if name not in parts}

    def token(self, kind: str, lifetime: timedelta, *, subject: str = "ann", **more: Any) -> IssuedEntry:
        """A token that lives from now on; it is told where ``told`` names its event."""
        self._tokens += 1
        now = to_microseconds(self.at)
        events = ((f"{kind}_expires", now + lifetime // timedelta(microseconds=1)),)
        return IssuedEntry(kind, f"{kind}{self._tokens}", subject, now, events)._replace(**more)

    # --- the office ---

    def login(self, **parts: Any) -> str:
        """A week's token for mail and password."""
        issued = self.token("week", WEEK)
        self.call("office.login", issued=(issued,), **parts)
        return issued.token

    def renew(self, week: str, *, lives: timedelta = DAY, told: bool = False, **parts: Any) -> str:
        """A day's token for a week's."""
        issued = self.token("day", lives, disclosed=("day_expires",) if told else ())
        self.ask(week, issued=(issued,), **parts)
        return issued.token

    def refuse(self, week: str, **parts: Any) -> None:
        """The week's token is no good."""
        self.ask(week, **{"status": 400, "error": "token_invalid", **parts})

    def ask(self, week: str, **parts: Any) -> Entry:
        """A refresh, however it is answered."""
        return self.call("office.renew", token=week, query=f"weektoken=<{week}>", **parts)

    def data(self, day: str, **parts: Any) -> None:
        """What it is all for."""
        self.call("office.data", token=day, **parts)

    # --- the registry ---

    def make(self, *, subject: str = "ann", lives: timedelta = HOUR) -> Tokens:
        """Tokens for a person."""
        return self._hand_out("registry.make", "", subject, lives)

    def remake(self, stub: str, *, subject: str = "ann", lives: timedelta = HOUR, **parts: Any) -> Tokens:
        """New tokens for a person's stub."""
        return self._hand_out("registry.renew", stub, subject, lives, query=f"stub=<{stub}>", **parts)

    def opt_out(self, stub: str, *, subject: str = "ann") -> None:
        """The refresh of somebody who has opted out."""
        self.call("registry.renew", token=stub, query=f"stub=<{stub}>", error="optout", opted_out=(subject,))

    def _hand_out(self, operation: str, presented: str, subject: str, lives: timedelta, **parts: Any) -> Tokens:
        ticket = self.token("ticket", lives, subject=subject, disclosed=("ticket_expires",))
        stub = self.token("stub", DAY, subject=subject, disclosed=("stub_expires",))
        self.call(operation, token=presented, issued=(ticket, stub), **parts)
        return Tokens(ticket.token, stub.token)
