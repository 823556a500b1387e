"""The answers of ``health`` and ``ready``. Imports little: a server answers them before it needs anything else."""

from __future__ import annotations

import json

from simulator import __version__
from simulator.core.model.call import Reply
from simulator.sandbox.sandbox import Sandbox
from simulator.simulation import Simulation


def alive() -> Reply:
    """The process answers; nothing else is checked."""
    return _answer({"status": "ok", "version": __version__})


def readiness(simulation: Simulation, sandbox: Sandbox) -> Reply:
    """The configuration of a sandbox, once the store has answered."""
    scenario = sandbox.setup.scenario
    return _answer(
        {
            "status": "ready",
            "version": __version__,
            "state": simulation.sandboxes.store.backend,
            "scenario": None if scenario is None else scenario.name,
        }
    )


def _answer(document: dict[str, str | None]) -> Reply:
    return Reply(
        200, (("Content-Type", "application/json"),), json.dumps(document, ensure_ascii=False).encode() + b"\n"
    )
