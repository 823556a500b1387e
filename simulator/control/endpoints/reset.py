"""Reset a sandbox."""

from __future__ import annotations

from simulator.control.endpoint import MOMENT, ControlRequest, Endpoint, answer, shape
from simulator.control.endpoints.clock import reading
from simulator.core.model.call import Reply


def reset(ask: ControlRequest) -> Reply:
    """Reset counters, clock, journal, opt-outs and revocations; the scenario stays and restarts."""
    _ = ask.body
    ask.sandbox.reset()
    return answer(reading(ask.sandbox))


ENDPOINTS = (
    Endpoint(
        "POST",
        "/reset",
        reset,
        "Counters, clock, journal, opt-outs and revocations back to the start; the scenario stays.",
        {200: shape(now=MOMENT, frozen={"type": "boolean"}, rate={"type": "number"})},
    ),
)
