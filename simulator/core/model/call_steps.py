"""A call as a generator: it yields what it needs from the store and receives the answer. It does no I/O itself.

The caller decides how it waits: :func:`drive` waits on the calling thread, the server resumes the call
on its event loop when the store has answered. The code of a call is the same in both cases.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from simulator.core.model.call import Reply

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future

T = TypeVar("T")

Need = Callable[[], Any]
"""One request to the store (open a sandbox, count rules, write a status, move the clock).

Calling it queries the store, waits and returns the answer or raises :class:`simulator.core.errors.StateUnreachable`."""


class ExternalNeed(ABC):
    """Something that neither this call nor the store can do, such as the release of a held call.

    Calling it waits on the calling thread, as with any need.
    """

    __slots__ = ()

    @abstractmethod
    def __call__(self) -> Any:
        """Wait, and return the answer."""

    @abstractmethod
    def begin(self, loop: AbstractEventLoop) -> Future[Any]:
        """Wait without a thread. Cancelling the future means that the client has left."""


Steps = Generator[Need, Any, T]
"""A computation that queries the store. Errors of the store are thrown into it where it yielded."""

CallSteps = Steps[Reply]


class AskAgain(Exception):
    """The store has done nothing; repeat the request in a way that may block."""


def drive(steps: Steps[T], need: Need | None = None) -> T:
    """Run a computation to its end on this thread; each need is called in turn.

    need: the one that it has already yielded, if it has started.
    """
    try:
        if need is None:
            need = next(steps)
        while True:
            need = answered(steps, need)
    except StopIteration as done:
        value: T = done.value
        return value


def until_external(steps: Steps[Any], need: Need) -> ExternalNeed:
    """Run a computation on this thread up to the first need that the store cannot answer.

    Raises :class:`StopIteration` with its value when it ends first.
    """
    while not isinstance(need, ExternalNeed):
        need = answered(steps, need)
    return need


def answered(steps: Steps[Any], need: Need) -> Need:
    """Call one need and send its result to the computation; returns the next need that it yields."""
    try:
        found = need()
    except Exception as error:  # noqa: BLE001 - the computation receives it, and decides
        return steps.throw(error)
    return steps.send(found)
