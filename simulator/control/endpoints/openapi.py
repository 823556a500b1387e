"""The OpenAPI document of the simulated APIs and the control plane."""

from __future__ import annotations

from simulator.control.endpoint import ControlRequest, Endpoint, answer
from simulator.core.model.call import Reply


def described(others: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
    """The other endpoints and the one that describes them all, itself included."""

    def show(ask: ControlRequest) -> Reply:
        from simulator.control.openapi.document import document

        return answer(document(ask.simulation.apis.values(), ask.sandbox, every))

    endpoint = Endpoint(
        "GET",
        "/openapi.json",
        show,
        "This document.",
        {200: {"type": "object"}},
    )
    every = (*others, endpoint)
    return every
