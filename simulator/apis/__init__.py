"""The simulated APIs: one folder each, all of the same shape, none importing another.

A new API is a new folder here that offers ``API`` (see :mod:`simulator.core.model.api`); nothing else changes.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

from simulator.core.model.api import Api


def discover() -> tuple[Api[Any], ...]:
    """Every API that has a folder here, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    return tuple(import_module(f"{__name__}.{name}").API for name in names)
