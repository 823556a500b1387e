"""Ways to break an answer on the wire, one small file each; the list of faults is this folder's listing.

To add one: a file named after it with ``break_answer(answer, fault)``, which returns the steps,
and its name in ``core.model.call.WIRE_FAULTS`` (a test compares the two); a fault with additional options has a model
of them in ``scenario.language.actions``. Scenarios, overrides, schema and pages read that list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from simulator.core.errors import UsageError
from simulator.core.model.call import Fault
from simulator.server.delivery.steps import Step
from simulator.server.http.answer import Answer

BreakAnswer = Callable[[Answer, Fault], Iterable[Step]]


def names() -> frozenset[str]:
    """The names of all faults."""
    return frozenset(module.name for module in iter_modules(__path__))


@cache
def find(kind: str) -> BreakAnswer:
    """The fault of that name; its file is imported at first use. Raises :class:`UsageError`."""
    if kind not in names():
        raise UsageError(f'"{kind}" is no fault.', remedy=f"Choose from {', '.join(sorted(names()))}.")
    return cast(BreakAnswer, import_module(f"{__name__}.{kind}").break_answer)
