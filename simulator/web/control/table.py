"""Every endpoint of the control plane, one small file a topic."""

from __future__ import annotations

from typing import Final

from simulator.web.control import clock, health, journal, reset, sandboxes, scenario, tokens
from simulator.web.control.endpoint import Endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *health.ENDPOINTS,
    *clock.ENDPOINTS,
    *scenario.ENDPOINTS,
    *journal.ENDPOINTS,
    *tokens.ENDPOINTS,
    *reset.ENDPOINTS,
    *sandboxes.ENDPOINTS,
)
