"""One document for every simulated API and the control plane of one sandbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from simulator import __version__
from simulator.core.api import Api
from simulator.sandbox import DEFAULT, Sandbox
from simulator.web.control.endpoint import Endpoint
from simulator.web.openapi import of_apis, of_control

VERSION: Final = "3.1.0"
_ABOUT: Final = (
    "A simulator of token-refresh APIs. The simulated operations answer as the services did; what is under "
    "`/_simulator` is the simulator's own. Every operation may also answer what a scenario or an override asks for."
)


def document(apis: Iterable[Api[Any]], sandbox: Sandbox, endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """OpenAPI 3.1, as JSON data. Paths are relative to the sandbox that was asked."""
    served = tuple(apis)
    at_root = sandbox.name == DEFAULT
    tags = [{"name": api.name, "description": of_apis.about(api)} for api in served]
    return {
        "openapi": VERSION,
        "info": {"title": "Token-refresh simulator", "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/" if at_root else f"/sandbox/{sandbox.name}"}],
        "tags": [
            *tags,
            {"name": of_control.TAG, "description": "Time, failures, what was called, and verdicts on it."},
        ],
        "paths": {
            **of_apis.paths(served, sandbox),
            **of_control.paths(each for each in endpoints if at_root or each.scope == "sandbox"),
        },
        "components": {
            "schemas": {"Problem": of_control.PROBLEM},
            "securitySchemes": {of_control.TOKEN: {"type": "http", "scheme": "bearer"}},
        },
    }
