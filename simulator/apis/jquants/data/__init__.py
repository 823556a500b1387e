"""The data endpoints: one module each, listed here; what they have in common is endpoint.py."""

from __future__ import annotations

from typing import Final

from simulator.apis.jquants.data.endpoint import DataEndpoint
from simulator.apis.jquants.data.listed_info import LISTED_INFO

ENDPOINTS: Final[tuple[DataEndpoint, ...]] = (LISTED_INFO,)
"""In the order of jquants.md §4.4."""
