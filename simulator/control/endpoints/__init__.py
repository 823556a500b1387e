"""Every endpoint of the control plane, one file for each topic."""

from __future__ import annotations

from typing import Final

from simulator.control.endpoint import Endpoint
from simulator.control.endpoints import (
    clock,
    health,
    holds,
    journal,
    openapi,
    report,
    reset,
    sandboxes,
    scenario,
    tokens,
    verify,
)

ENDPOINTS: Final[tuple[Endpoint, ...]] = openapi.described(
    (
        *health.ENDPOINTS,
        *clock.ENDPOINTS,
        *scenario.ENDPOINTS,
        *journal.ENDPOINTS,
        *verify.ENDPOINTS,
        *holds.ENDPOINTS,
        *tokens.ENDPOINTS,
        *report.ENDPOINTS,
        *reset.ENDPOINTS,
        *sandboxes.ENDPOINTS,
    )
)
