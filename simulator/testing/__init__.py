"""Run a simulator from any Python test: ``with Simulator() as sim: …``.

In this process (a thread and a free port, or no socket at all) or one that runs elsewhere:
the handle and its methods are the same. Flask is imported on first use, pydantic with the first scenario.
"""

from __future__ import annotations

from simulator.testing.calls import Journal
from simulator.testing.clock import Traveller, VirtualClock
from simulator.testing.handle import Handle
from simulator.testing.in_memory.httpx_transport import httpx_transport
from simulator.testing.in_memory.requests_adapter import requests_adapter
from simulator.testing.simulator import Simulator

__all__ = ["Handle", "Journal", "Simulator", "Traveller", "VirtualClock", "httpx_transport", "requests_adapter"]
