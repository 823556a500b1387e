"""The simulated APIs: one folder each, all with the same files. No API imports another.

A new API is a new folder here that defines ``API`` (see :mod:`simulator.core.model.api`). Nothing else changes.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

from simulator.core.model.api import Api


def discover() -> tuple[Api[Any], ...]:
    """Every API that has a folder here, sorted by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    return tuple(import_module(f"{__name__}.{name}").API for name in names)
