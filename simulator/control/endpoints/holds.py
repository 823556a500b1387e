"""Calls that wait until a test releases them: placing holds, waiting for calls, releasing them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from simulator.control.endpoint import COUNT, MOMENT, NOTHING, TEXT, ControlRequest, Endpoint, answer, items, shape
from simulator.control.endpoints.journal import operations_like
from simulator.control.refused import ControlRefused
from simulator.core.errors import UsageError
from simulator.core.model.call import Hold, Reply
from simulator.core.moment import format_moment
from simulator.sandbox.holds import PlacedHold

LONGEST_WAIT: Final = timedelta(minutes=1)
"""The longest real time that one call to the control plane waits for others."""
_DEFAULT_WAIT: Final = timedelta(seconds=5)
_NAME: Final = re.compile("[a-z0-9][a-z0-9._-]{0,63}")


def listed(ask: ControlRequest) -> Reply:
    """Every hold of the sandbox, with the calls that wait there."""
    holds, sandbox = ask.simulation.holds, ask.sandbox.name
    return answer(
        {
            "holds": [
                {
                    "name": name,
                    "waiting": [
                        {"operation": call.operation, "since": format_moment(call.since), "before": call.hold.before}
                        for call in holds.waiting(sandbox, name)
                    ],
                }
                for name in holds.names(sandbox)
            ]
        }
    )


def place(ask: ControlRequest) -> Reply:
    """Hold the calls of an operation from now on, in addition to the scenario."""
    asked, name = ask.body, _name(ask)
    operations_like(ask.simulation, asked["operation"])
    hold = Hold(name, asked.get("before", False), asked.get("limit"))
    ask.simulation.holds.place(ask.sandbox.name, name, PlacedHold(asked["operation"], hold))
    return NOTHING


def lift(ask: ControlRequest) -> Reply:
    """Hold no further calls, and release those that wait."""
    ask.simulation.holds.lift(ask.sandbox.name, _name(ask))
    return NOTHING


def wait(ask: ControlRequest) -> Reply:
    """Answer when this many calls wait; 422 when they do not arrive in time."""
    asked, name = ask.body, _name(ask)
    wanted, within = asked.get("waiting", 1), asked.get("within", _DEFAULT_WAIT)
    if within > LONGEST_WAIT:
        raise UsageError('"within" is longer than a minute.', remedy="Ask again when the minute is over.")
    found = ask.simulation.holds.wait_for(ask.sandbox.name, name, wanted, within)
    if found >= wanted:
        return answer({"name": name, "waiting": found})
    raise ControlRefused(
        422, "Not enough calls", f'expected {wanted} calls to wait at "{name}", got {found}.', name=name, waiting=found
    )


def release(ask: ControlRequest) -> Reply:
    """Release calls, oldest first: all of them, unless the body gives a count."""
    asked = ask.body
    fault = asked.get("fault")
    if fault is not None and fault not in ask.simulation.wire_faults:
        raise UsageError(f'this server cannot inject "{fault}".', remedy="Run simulator serve.")
    released, waiting = ask.simulation.holds.release(
        ask.sandbox.name, _name(ask), count=asked.get("count"), order=asked.get("order", "oldest"), fault=fault
    )
    return answer({"released": released, "waiting": waiting})


def _name(ask: ControlRequest) -> str:
    if not _NAME.fullmatch(ask.part):
        raise UsageError("a hold cannot have this name.", remedy='Use a name such as "refresh": a-z 0-9 . _ -')
    return ask.part


_WAITING: Final = shape(operation=TEXT, since=MOMENT, before={"type": "boolean"})

ENDPOINTS = (
    Endpoint(
        "GET",
        "/holds",
        listed,
        "Calls that wait until they are released.",
        {200: shape(holds=items(shape(name=TEXT, waiting=items(_WAITING))))},
    ),
    Endpoint(
        "PUT",
        "/holds/<part>",
        place,
        "Hold the calls of an operation from now on.",
        {204: None},
        takes="HoldOrder",
    ),
    Endpoint(
        "DELETE",
        "/holds/<part>",
        lift,
        "Hold no further calls, and release those that wait.",
        {204: None},
    ),
    Endpoint(
        "POST",
        "/holds/<part>/await",
        wait,
        "Wait until calls wait at a hold.",
        {200: shape(name=TEXT, waiting=COUNT)},
        takes="HoldWait",
        problems={422: "Fewer calls wait; `waiting` tells how many."},
    ),
    Endpoint(
        "POST",
        "/holds/<part>/release",
        release,
        "Let calls that wait go on.",
        {200: shape(released=COUNT, waiting=COUNT)},
        takes="HoldRelease",
    ),
)
