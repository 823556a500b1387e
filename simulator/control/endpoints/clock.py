"""The sandbox's clock: read it, set it, advance it by a span or to the next event."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from simulator.control.endpoint import MOMENT, TEXT, ControlRequest, Endpoint, Schema, answer, items, shape
from simulator.control.refused import ControlRefused
from simulator.core.clock import ClockBackwards
from simulator.core.model.call import Reply
from simulator.core.moment import format_moment
from simulator.core.suggestion import did_you_mean, quoted
from simulator.sandbox.sandbox import Event, Sandbox

_AHEAD_SHOWN: Final = 20
"""The number of coming events that a problem lists."""


def show(ask: ControlRequest) -> Reply:
    """The moment, whether the clock is frozen, and the virtual seconds in a real second."""
    return answer(reading(ask.sandbox))


def put(ask: ControlRequest) -> Reply:
    """Set any of the moment, frozen and the rate, in one step; members that are left out stay."""
    wanted = ask.body
    if not wanted:
        raise ControlRefused(400, "Bad request", "Nothing to set.", remedy='Name any of "at", "frozen" and "rate".')
    sandbox = ask.sandbox
    at = wanted.get("at")
    before, now = sandbox.clock.set(
        at=at if isinstance(at, datetime) else None,
        by=at if isinstance(at, timedelta) else timedelta(0),
        frozen=wanted.get("frozen"),
        rate=wanted.get("rate"),
    )
    shown = reading(sandbox)
    return answer({"before": format_moment(before), **shown, "expired": expired(sandbox, before, now)})


def advance(ask: ControlRequest) -> Reply:
    """Move by a span, or to the next event of a kind; back only on request."""
    wanted = ask.body
    if ("by" in wanted) == ("to" in wanted):
        raise ControlRefused(400, "Bad request", 'Say either "by", such as "24h", or "to", the name of an event.')
    if "plus" in wanted and "by" in wanted:
        raise ControlRefused(400, "Bad request", '"plus" goes with "to"; with "by" there is nothing to add to.')
    sandbox = ask.sandbox
    forward = not wanted.get("backwards", False)
    try:
        if "by" in wanted:
            before, now = sandbox.clock.advance(wanted["by"], forward=forward)
        else:
            moment = _next(ask, wanted["to"])
            before, now = sandbox.clock.set(at=moment, by=wanted.get("plus", timedelta(0)), forward=forward)
    except ClockBackwards as backwards:
        raise ControlRefused(
            409,
            "Clock would go backwards",
            backwards.message,
            remedy='Say "backwards": true to allow it.',
            now=format_moment(backwards.before),
        ) from None
    return answer(
        {"before": format_moment(before), "now": format_moment(now), "expired": expired(sandbox, before, now)}
    )


def reading(sandbox: Sandbox) -> dict[str, Any]:
    """``{"now", "frozen", "rate"}``."""
    found = sandbox.clock.read()
    rate = int(found.rate) if found.rate.is_integer() else found.rate
    return {"now": format_moment(found.now), "frozen": found.frozen, "rate": rate}


def expired(sandbox: Sandbox, before: datetime, now: datetime) -> list[dict[str, str]]:
    """The tokens that expired during the move, earliest first; none when the clock moves back.

    The names of expiry events end in ``_expires``: a token that may be
    refreshed from now on (``refresh_from``) has not expired.
    """
    return [event_json(event) for event in sandbox.events(before, now) if event.name.endswith("_expires")]


def event_json(event: Event) -> dict[str, str]:
    """``{"event", "at", "kind", "token", "subject"}``; token and subject are fingerprints, as in the journal."""
    return {
        "event": event.name,
        "at": format_moment(event.at),
        "kind": event.kind,
        "token": event.token,
        "subject": event.subject,
    }


def _next(ask: ControlRequest, name: str) -> datetime:
    known = sorted({event for api in ask.simulation.apis.values() for event in api.events})
    if name not in known:
        raise ControlRefused(
            400,
            "Unknown event",
            f"{quoted(name)} is not an event{did_you_mean(name, known)}.",
            remedy=f"Known: {', '.join(known)}.",
            known=known,
        )
    ahead = ask.sandbox.events(ask.sandbox.clock.now())
    moment = next((event.at for event in ahead if event.name == name), None)
    if moment is None:
        raise ControlRefused(
            409,
            "No such event ahead",
            f"No token that was issued in this sandbox has {name} ahead of it.",
            remedy="Issue one first, by a call of the API or with POST tokens.",
            known=known,
            ahead=[event_json(event) for event in ahead[:_AHEAD_SHOWN]],
        )
    return moment


_RATE: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000}
_EXPIRED: Schema = items(shape(event=TEXT, at=MOMENT, kind=TEXT, token=TEXT, subject=TEXT))
_FLAG: Schema = {"type": "boolean"}

ENDPOINTS = (
    Endpoint("GET", "/clock", show, "What the clock shows.", {200: shape(now=MOMENT, frozen=_FLAG, rate=_RATE)}),
    Endpoint(
        "PUT",
        "/clock",
        put,
        "Set the clock: any of its members, together or alone; answers what expired on the way.",
        {200: shape(before=MOMENT, now=MOMENT, frozen=_FLAG, rate=_RATE, expired=_EXPIRED)},
        takes="ClockSettings",
    ),
    Endpoint(
        "POST",
        "/clock/advance",
        advance,
        "Let time pass: by a span, or to the next event of a kind; answers what expired on the way.",
        {200: shape(before=MOMENT, now=MOMENT, expired=_EXPIRED)},
        takes="ClockStep",
        problems={409: "It would go backwards, or no such event is ahead."},
    ),
)
