"""One document for every simulated API and the control plane of one sandbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from simulator import __version__
from simulator.control.endpoint import Endpoint
from simulator.control.openapi import api_paths, control_paths
from simulator.control.openapi.schemas import components
from simulator.core.model.api import Api
from simulator.sandbox.config import DEFAULT
from simulator.sandbox.sandbox import Sandbox

VERSION: Final = "3.1.0"
_LICENSE: Final = {"name": "MIT", "identifier": "MIT"}
_ABOUT: Final = (
    "A simulator of token-refresh APIs. The simulated operations answer as the services did; what is under "
    "`/_simulator` is the simulator's own. Every operation may also answer what a scenario or an override asks for."
)


def document(apis: Iterable[Api[Any]], sandbox: Sandbox, endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """OpenAPI 3.1, as JSON data. Paths are relative to the sandbox that receives the call."""
    served = tuple(apis)
    at_root = sandbox.name == DEFAULT
    tags = [{"name": api.name, "description": api_paths.about(api)} for api in served]
    return {
        "openapi": VERSION,
        "info": {
            "title": "Token-refresh simulator",
            "version": __version__,
            "description": _ABOUT,
            "license": _LICENSE,
        },
        "servers": [{"url": "/" if at_root else f"/sandbox/{sandbox.name}"}],
        "tags": [
            *tags,
            {"name": control_paths.TAG, "description": "Time, failures, what was called, and verdicts on it."},
        ],
        "paths": {
            **api_paths.paths(served, sandbox),
            **control_paths.paths(each for each in endpoints if at_root or each.scope == "sandbox"),
        },
        "components": {
            "schemas": components(),
            "securitySchemes": {control_paths.TOKEN: {"type": "http", "scheme": "bearer"}},
        },
    }
