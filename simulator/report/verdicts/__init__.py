"""One file a verdict, each offering ``CHECK``: the listing of this folder is the list of verdicts.

How to add one: a new file here, named after the mistake, with a check that is a pure function of the case;
a tiny good and a tiny bad client in ``tests/report``. Nothing else changes.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from simulator.report.verdict import Check


@cache
def names() -> tuple[str, ...]:
    """What ``expect`` may name: the files of this folder, in alphabetical order. Imports none of them."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def checks() -> Mapping[str, Check]:
    """Every check by the name of its file, in alphabetical order."""
    return {name: import_module(f"{__name__}.{name}").CHECK for name in names()}
