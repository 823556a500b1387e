"""A call that needs the store, on the event loop: it continues when the store has answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any

from simulator.core.model.call import Reply
from simulator.core.model.call_steps import AskAgain, CallSteps, ExternalNeed, Need

logger = logging.getLogger("simulator.server")

Start = Callable[[Need], "asyncio.Future[Any] | None"]
"""Asks the store without waiting; None: not possible, and the store has not been asked."""


class PendingCall:
    """Runs a call's generator from its first need to its reply, which ``made`` then holds.

    A need is asked with ``start``; if that is not possible, on a thread of ``waiting``.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        steps: CallSteps,
        *,
        start: Start,
        waiting: Executor,
        held: set[asyncio.Future[Reply]],
    ) -> None:
        self.made: asyncio.Future[Reply] = loop.create_future()
        self._loop = loop
        self._steps = steps
        self._start = start
        self._waiting = waiting
        self._held = held

    def ask(self, need: Need) -> None:
        """Ask the store; the call continues at a later turn of the loop."""
        if isinstance(need, ExternalNeed):
            self._wait_for(need)
            return
        found = self._start(need)
        if found is None:
            self._ask_on_thread(need)
        else:
            found.add_done_callback(partial(self._answered, need))

    def _wait_for(self, need: ExternalNeed) -> None:
        """Wait for a need outside the store. Cancelling ``made`` ends the call: the client has disconnected."""
        found = need.begin(self._loop)
        self._held.add(self.made)

        def left(made: asyncio.Future[Reply]) -> None:
            if made.cancelled():
                found.cancel()

        def over(_: asyncio.Future[Any]) -> None:
            self._held.discard(self.made)
            self.made.remove_done_callback(left)

        self.made.add_done_callback(left)
        found.add_done_callback(over)
        found.add_done_callback(partial(self._answered, need))

    def _ask_on_thread(self, need: Need) -> None:
        self._loop.run_in_executor(self._waiting, need).add_done_callback(partial(self._answered, need))

    def _answered(self, need: Need, found: asyncio.Future[Any]) -> None:
        if found.cancelled():  # the server has stopped, or the client of a held call has disconnected
            self._steps.close()
            self.made.cancel()
            return
        error = found.exception()
        try:
            if isinstance(error, AskAgain):
                self._ask_on_thread(need)
            else:
                self.ask(self._steps.send(found.result()) if error is None else self._steps.throw(error))
        except StopIteration as done:
            self._finish(self.made.set_result, done.value)
        except Exception as crash:  # the connection must get an answer
            logger.exception("unexpected error in a call that needed the store")
            self._finish(self.made.set_exception, crash)

    def _finish(self, settle: Callable[[Any], object], value: Reply | Exception) -> None:
        if not self.made.done():
            settle(value)
