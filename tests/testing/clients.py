"""Calls that the tests of the handle make, with or without a socket."""

from __future__ import annotations

import requests

from simulator.testing import Handle, requests_adapter
from simulator.testing.simulator import NOWHERE


def session(sandbox: Handle) -> requests.Session:
    """A session that reaches the sandbox at its URL."""
    made = requests.Session()
    made.trust_env = False
    if sandbox.url.startswith(NOWHERE):
        made.mount(NOWHERE, requests_adapter(sandbox))
    return made


def refresh(sandbox: Handle, token: str) -> requests.Response:
    """One refresh of J-Quants."""
    with session(sandbox) as client:
        return client.post(f"{sandbox.jquants_url}/token/auth_refresh", params={"refreshtoken": token}, timeout=10)
