"""A connection to a simulation, in memory: bytes in, bytes out, and the faults of a real one.

It uses the transport's own reader, plan and faults; only the socket is missing. A client's HTTP
library therefore receives the same bytes, and raises the same exceptions, as on the network.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final, NoReturn

from simulator.core.clock import pause
from simulator.core.errors import SimulatorError
from simulator.core.model.call import Reply, Request
from simulator.server.delivery.plan import steps
from simulator.server.delivery.steps import Close, HoldOpen, Reset, Send, Step, Wait
from simulator.server.http.answer import CONTINUE, render
from simulator.server.http.limits import Limits
from simulator.server.http.reader import RequestReader
from simulator.server.http.refusal import RequestRefused

PEER: Final = "127.0.0.1"
"""The peer's address, as over loopback: only loopback callers may override a call by header."""
_LIMITS: Final = Limits()


class Wire:
    """The client's end of one connection. ``number`` identifies it in the journal.

    A wait within the client's timeout takes real time; a longer one raises TimeoutError
    at once, because nothing would happen before it. A client without a timeout that would wait forever
    receives a :class:`SimulatorError`.
    """

    def __init__(self, answer: Callable[[Request], Reply], *, number: int = 0, secure: bool = False) -> None:
        self._answer = answer
        self._reader = RequestReader(_LIMITS, PEER, connection=number, secure=secure)
        self._coming: deque[Iterator[Step]] = deque()
        self._arrived = b""
        self._over = False

    def send(self, data: bytes) -> None:
        """Send the client's bytes. Raises :class:`BrokenPipeError` once the simulator has ended the connection."""
        if self._over:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        self._reader.feed(data)
        try:
            while (request := self._reader.next()) is not None:
                reply = self._answer(request.incoming)
                self.deliver(reply, request.incoming.method, minor=request.minor, keep_alive=request.keep_alive)
        except RequestRefused as refused:
            answer = render(refused.reply(), method=self._reader.method, keep_alive=False)
            self._coming.append(iter((Send(answer.whole), Close())))
        if self._reader.continue_due:
            self._reader.continue_due = False
            self._coming.append(iter((Send(CONTINUE),)))

    def deliver(self, reply: Reply, method: str, *, minor: int = 1, keep_alive: bool = True) -> None:
        """Put an answer on the wire, by its delivery plan."""
        rendered = render(reply, method=method, minor=minor, keep_alive=keep_alive)
        self._coming.append(steps(rendered, reply.delivery))
        if not keep_alive:
            self._coming.append(iter((Close(),)))

    def receive(self, most: int, patience: float | None) -> bytes:
        """At most ``most`` bytes; b"" at the end of the connection. patience: the client's time-out in seconds.

        Raises :class:`TimeoutError` and :class:`ConnectionResetError`.
        """
        while not self._arrived and not self._over:
            step = self._next()
            match step:
                case Send(head, body):
                    self._arrived = head + body
                case Wait(span):
                    _wait(span, patience)
                case HoldOpen(hold):
                    if hold is None:
                        _time_out(patience)
                    _wait(hold, patience)
                case Reset():
                    self._end()
                    raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
                case Close():
                    self._end()
                case None:
                    _time_out(patience)  # no request is pending, so the simulator sends nothing
        taken, self._arrived = self._arrived[:most], self._arrived[most:]
        return taken

    @property
    def idle(self) -> bool:
        """Whether it is open with nothing to read, and so fit for another request (like a select on a real socket)."""
        return not (self._over or self._arrived or self._next_is_there())

    def _next(self) -> Step | None:
        while self._coming:
            step = next(self._coming[0], None)
            if step is not None:
                return step
            self._coming.popleft()
        return None

    def _next_is_there(self) -> bool:
        step = self._next()
        if step is None:
            return False
        self._coming.appendleft(iter((step,)))
        return True

    def _end(self) -> None:
        self._over = True
        self._coming.clear()


def _wait(span: timedelta, patience: float | None) -> None:
    if patience is not None and span.total_seconds() > patience:
        _time_out(patience)
    pause(span)


def _time_out(patience: float | None) -> NoReturn:
    if patience is None:
        raise SimulatorError(
            "the simulator says nothing more, and this client would wait for ever.", remedy="Give it a time-out."
        )
    raise TimeoutError("timed out")
