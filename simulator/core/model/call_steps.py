"""A call as a generator: it yields what it needs from the store and receives the answer. It does no I/O itself.

Whoever runs the call decides how it waits: :func:`drive` waits on the calling thread, the server resumes the call
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
"""One question to the store (open a sandbox, count rules, write a status, move the clock).

Calling it asks the store, waits, and returns the answer or raises :class:`simulator.core.errors.StateUnreachable`."""


class ExternalNeed(ABC):
    """Something that neither this call nor the store can bring about, such as the release of a call that is held.

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
            need = answered(steps, need)
    except StopIteration as done:
        value: T = done.value
        return value


def until_external(steps: Steps[Any], need: Need) -> ExternalNeed:
    """Run a computation on this thread up to the first need that the store cannot answer.

    Raises :class:`StopIteration` with its value when there is none.
    """
    while not isinstance(need, ExternalNeed):
        need = answered(steps, need)
    return need


def answered(steps: Steps[Any], need: Need) -> Need:
    """Ask one need, wait for it, and hand it to the computation; the next one that it yields."""
    try:
        found = need()
    except Exception as error:  # noqa: BLE001 - the computation receives it, and decides
        return steps.throw(error)
    return steps.send(found)
