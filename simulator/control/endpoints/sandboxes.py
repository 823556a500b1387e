"""List and delete sandboxes."""

from __future__ import annotations

from simulator.control.endpoint import NOTHING, ControlRequest, Endpoint, answer, items, shape
from simulator.control.refused import ControlRefused
from simulator.core.model.call import Reply
from simulator.sandbox.config import NAME


def show(ask: ControlRequest) -> Reply:
    """Their names, the default one first."""
    return answer({"sandboxes": [{"name": name} for name in ask.simulation.sandboxes.names()]})


def delete(ask: ControlRequest) -> Reply:
    """Delete it with all its state; the default one is reset instead."""
    if not ask.simulation.sandboxes.delete(ask.part):
        raise ControlRefused(404, "No such sandbox", f'There is no sandbox "{ask.part[:64]}".')
    return NOTHING


ENDPOINTS = (
    Endpoint(
        "GET",
        "/sandboxes",
        show,
        "The sandboxes there are.",
        {200: shape(sandboxes=items(shape(name={"type": "string", "pattern": f"^{NAME.pattern}$"})))},
        scope="server",
    ),
    Endpoint(
        "DELETE",
        "/sandboxes/<part>",
        delete,
        "Put a sandbox away with all it remembers; the default one is reset instead.",
        {204: None},
        problems={404: "There is no such sandbox."},
        scope="server",
    ),
)
