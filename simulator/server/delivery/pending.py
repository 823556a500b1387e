"""Carries out an answer's steps with the loop's timers: no thread and no task for an answer that waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta

from simulator.core.model.call import Delivery
from simulator.server.delivery.steps import Close, HoldOpen, Reset, Send, Step, Wait
from simulator.server.server_state import ServerState
from simulator.server.sockets import abort_with_reset


class PendingDelivery:
    """An answer that is being delivered.

    ``run`` takes all steps that need no wait and returns whether the answer is complete. Later steps run
    on timers; ``done`` is called once the answer is complete, ``end`` when the steps close the connection.
    """

    __slots__ = ("_done", "_due", "_end", "_plan", "_scope", "_serving", "_steps", "_timer", "_transport")

    def __init__(
        self,
        steps: Iterator[Step],
        plan: Delivery,
        transport: asyncio.Transport,
        serving: ServerState,
        *,
        done: Callable[[], None],
        end: Callable[[], None],
    ) -> None:
        self._steps = steps
        self._plan: Delivery | None = plan
        self._scope = plan.sandbox
        self._transport = transport
        self._serving = serving
        self._done = done
        self._end = end
        self._due = serving.loop.time()  # waits add up from here, so that many short ones do not drift
        self._timer: asyncio.TimerHandle | None = None

    def run(self) -> bool:
        """Take steps until one waits or ends the connection (False), or none is left (True)."""
        for step in self._steps:
            match step:
                case Send(head, body):
                    self._transport.write(head + body)
                case Wait(span):
                    self._wake_after(span)
                    return False
                case HoldOpen(hold):
                    self._serving.hold(self._scope, self)
                    if hold is not None:
                        self._wake_after(hold)
                    return False
                case Close():
                    self._tell("sent")
                    self._end()
                    return False
                case Reset():
                    self._tell("sent")
                    abort_with_reset(self._transport)
                    return False
        self._tell("sent")
        return True

    def release(self) -> None:
        """Continue, because a hanging answer was released."""
        self._tell("freed")
        self.resume()

    def resume(self) -> None:
        """Continue after a wait: at the timer, or when released."""
        self._settle()
        if self.run():
            self._done()

    def cancel(self) -> None:
        """Drop the answer: the client has disconnected, or the server stops."""
        self._tell("left")
        self._settle()
        self._steps = iter(())

    def _tell(self, how: str) -> None:
        """Report once how the delivery ended; later reports are ignored."""
        if self._plan is not None:
            self._serving.ended(self._plan, how)
            self._plan = None

    def _wake_after(self, span: timedelta) -> None:
        self._due += span.total_seconds()
        self._timer = self._serving.loop.call_at(self._due, self.resume)

    def _settle(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._serving.forget(self._scope, self)
