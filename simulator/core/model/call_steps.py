"""A call as a generator: it yields what it needs from the store and receives the answer. It does no I/O itself.

Whoever runs the call decides how it waits: :func:`drive` waits on the calling thread, the server resumes the call
on its event loop when the store has answered. The code of a call is the same in both cases.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from simulator.core.model.call import Reply

T = TypeVar("T")

Need = Callable[[], Any]
"""One question to the store (open a sandbox, count rules, write a status, move the clock).

Calling it asks the store, waits, and returns the answer or raises :class:`simulator.core.errors.StateUnreachable`."""

Steps = Generator[Need, Any, T]
"""A computation that asks the store. Errors of the store are thrown into it where it yielded."""

CallSteps = Steps[Reply]


class AskAgain(Exception):
    """The store has done nothing; ask again in a way that may wait."""


def drive(steps: Steps[T], need: Need | None = None) -> T:
    """Run a computation to its end on this thread; each need is asked in turn, and waited for.

    need: the one that it has yielded already, if it was begun.
    """
    try:
        if need is None:
            need = next(steps)
        while True:
            try:
                found = need()
            except Exception as error:  # noqa: BLE001 - the computation receives it, and decides
                need = steps.throw(error)
            else:
                need = steps.send(found)
    except StopIteration as done:
        value: T = done.value
        return value
