"""One client's connection: reads requests and sends the answers in the same order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Final, cast

from simulator.core.errors import SimulatorError
from simulator.core.model.call import Delivery, Reply
from simulator.server.deadline import Deadline
from simulator.server.delivery.pending import PendingDelivery
from simulator.server.delivery.plan import steps
from simulator.server.delivery.steps import Step
from simulator.server.http.answer import CONTINUE, render
from simulator.server.http.limits import PIPELINE
from simulator.server.http.reader import ParsedRequest, RequestReader
from simulator.server.http.refusal import RequestRefused, refusal
from simulator.server.server_state import ServerState, crashed, logger
from simulator.server.sockets import shrink_tls_buffer

LINGER: Final = timedelta(seconds=2)
"""How long the rest of a request is discarded after an answer that did not wait for it.

Closing at once would reset the connection, and the client would lose the answer."""
TURN: Final = 32
"""Requests of one connection that are answered before other connections get a turn: one read may bring thousands."""


class Connection(asyncio.Protocol):
    """Reads requests, asks for answers and sends them, one after the other."""

    __slots__ = (
        "_arriving", "_busy", "_deadline", "_departing", "_draining", "_ended", "_idle", "_making", "_reader",
        "_reading", "_secure", "_serving", "_transport", "_under_way", "_writable",
    )  # fmt: skip

    _transport: asyncio.Transport
    _reader: RequestReader

    def __init__(self, serving: ServerState, *, secure: bool) -> None:
        self._serving = serving
        self._secure = secure
        self._arriving = False  # a request has begun and its deadline is set
        self._busy = False  # an answer is being made or delivered; requests behind it wait
        self._ended = False  # no further request is read: the client has closed its side, or the server stops
        self._draining = False  # the last answer is sent; later bytes are discarded
        self._reading = True
        self._writable = True
        self._departing: tuple[ParsedRequest, Reply] | None = None  # made in this turn, sent in the next
        self._making: asyncio.Future[Reply] | None = None  # the answer that the application or the store makes
        self._under_way: PendingDelivery | None = None
        self._idle = serving.limits.idle  # a scenario can make it shorter or longer
        self._deadline = Deadline(serving.loop, self._too_late)

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        self._transport = cast(asyncio.Transport, transport)
        if self._secure:
            shrink_tls_buffer(transport)
        peer = transport.get_extra_info("peername")
        serving = self._serving
        self._reader = RequestReader(
            serving.limits, peer[0] if peer else "", connection=serving.add(self), secure=self._secure
        )
        if len(serving.connections) > serving.limits.connections:
            self._refuse(
                RequestRefused(
                    HTTPStatus.SERVICE_UNAVAILABLE, f"More than {serving.limits.connections} connections are open."
                )
            )
        else:
            self._deadline.set(serving.limits.idle)

    def data_received(self, data: bytes) -> None:
        """Bytes have arrived."""
        if self._draining:
            return
        self._reader.feed(data)
        if not self._busy and self._writable:
            self._advance()
        elif self._reading and self._reader.buffered > PIPELINE:
            self._reading = False
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """The client sends no more. A half-close while an answer waits on a timer counts as a disconnect.

        An answer that the application is still making is sent first (not under TLS, which has no half-close);
        a finished answer is sent now.
        """
        self._ended = True
        if self._secure:
            self._depart()
        return self._busy and self._under_way is None and not self._is_held() and not self._secure

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended; remove every reference to it."""
        self._serving.remove(self)
        self._draining = True
        if self._under_way is not None:
            self._under_way.cancel()
            self._under_way = None
        self._leave_held()
        self._deadline.cancel()

    def pause_writing(self) -> None:
        """The client reads more slowly than we answer: answer no further request meanwhile."""
        self._writable = False

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._writable = True
        if not self._busy and not self._draining:
            self._advance()

    # What the server calls

    def shut(self) -> None:
        """The server stops. An answer that waits is dropped; an answer that is being made is still sent."""
        self._ended = True
        if self._under_way is not None or self._is_held():
            self._transport.abort()
        elif not self._busy:
            self._finish(unread=False)

    def _is_held(self) -> bool:
        """Whether the call waits for a test to release it."""
        return self._making is not None and self._making in self._serving.held

    def _leave_held(self) -> None:
        """End the wait of a held call: the client has disconnected."""
        if self._making is not None and self._making in self._serving.held:
            self._making.cancel()

    def abort(self) -> None:
        """The server has stopped: close the connection at once."""
        self._transport.abort()

    def _advance(self) -> None:
        """Answer the requests that have arrived, until none is complete or an answer must wait."""
        reader = self._reader
        left = TURN
        try:
            while not self._busy and self._writable and not self._draining:
                request = reader.next()
                if request is None:
                    break
                self._arriving = False
                self._handle(request)
                left -= 1
                if not left and reader.buffered and not self._busy:
                    self._busy = True
                    self._serving.loop.call_soon(self._next_turn)
        except RequestRefused as refused:
            self._refuse(refused)
        if self._draining:
            return
        if self._ended and not self._busy:
            self._finish(unread=False)
            return
        if not self._reading and reader.buffered <= PIPELINE:
            self._reading = True
            self._transport.resume_reading()
        if reader.continue_due and not self._busy:
            reader.continue_due = False
            self._transport.write(CONTINUE)
        self._watch()

    def _next_turn(self) -> None:
        """Continue after other connections have had their turn."""
        self._busy = False
        if not self._draining:
            self._advance()

    def _handle(self, request: ParsedRequest) -> None:
        incoming, serving = request.incoming, self._serving
        reply = serving.direct(incoming)
        if isinstance(reply, Reply):
            # answers that leave together wake the clients' machine once: an eighth of a call at 64 connections
            if serving.after_turn or serving.loop.is_crowded():
                self._busy = True
                self._departing = request, reply
                serving.loop.call_soon(self._depart)
            else:
                self._respond(request, reply)
            return
        self._busy = True
        made = self._making = serving.indirect(incoming) if reply is None else reply
        made.add_done_callback(partial(self._made, request))

    def _depart(self) -> None:
        """Send the answer that was kept for the next turn, unless it has been sent."""
        departing, self._departing = self._departing, None
        if departing is not None:
            self._answered(*departing)

    def _made(self, request: ParsedRequest, made: asyncio.Future[Reply]) -> None:
        """The application, the store or the release of a held call has answered."""
        self._making = None
        if made.cancelled():
            self._busy = False
            return
        self._answered(request, crashed() if made.exception() else made.result())  # the crash is in the log already

    def _answered(self, request: ParsedRequest, reply: Reply) -> None:
        """Continue with an answer that was waited for."""
        self._busy = False
        if self._draining:
            return
        self._respond(request, reply)
        if not self._draining:
            self._advance()

    def _respond(self, request: ParsedRequest, reply: Reply) -> None:
        incoming, minor, keep_alive = request
        plan = reply.delivery
        try:
            answer = render(reply, method=incoming.method, minor=minor, keep_alive=keep_alive)
            if plan.idle is not None:
                self._idle = plan.idle
            if plan.delay or plan.fault or plan.dribble or plan.close:
                self._deliver(steps(answer, plan), plan, keep_alive=keep_alive, unread=incoming.oversized)
                return
        except SimulatorError as error:  # invalid headers or an unknown fault
            logger.error("%s %s: %s", incoming.method, incoming.path, error)
            wrong = refusal(HTTPStatus.INTERNAL_SERVER_ERROR, f"This answer of the simulator's cannot be sent: {error}")
            answer = render(wrong, method=incoming.method, minor=minor, keep_alive=keep_alive)
        self._transport.write(answer.whole)
        if not keep_alive:
            self._finish(unread=incoming.oversized)

    def _deliver(self, way: Iterator[Step], plan: Delivery, *, keep_alive: bool, unread: bool) -> None:
        done = partial(self._delivered, keep_alive=keep_alive, unread=unread)
        under_way = PendingDelivery(
            way, plan, self._transport, self._serving, done=done, end=partial(self._finish, unread=False)
        )
        self._busy = True
        self._under_way = under_way
        if under_way.run():
            self._busy = False
            self._under_way = None
            if not keep_alive:
                self._finish(unread=unread)

    def _delivered(self, *, keep_alive: bool, unread: bool) -> None:
        """A delivery plan has ended, and the connection is still usable."""
        self._busy = False
        self._under_way = None
        if keep_alive:
            self._advance()
        else:
            self._finish(unread=unread)

    def _refuse(self, refused: RequestRefused) -> None:
        self._transport.write(render(refused.reply(), method=self._reader.method, keep_alive=False).whole)
        self._finish(unread=True)

    def _finish(self, *, unread: bool) -> None:
        """The last answer is sent. ``unread``: more bytes of the request follow and are discarded."""
        self._draining = True
        if not unread:
            self._transport.close()
            self._deadline.set(self._serving.limits.idle)  # also for a client that never reads the answer
            return
        if self._transport.can_write_eof():
            self._transport.write_eof()
        if not self._reading:
            self._reading = True
            self._transport.resume_reading()
        self._deadline.set(LINGER)

    # Time

    def _watch(self) -> None:
        """Set the deadline: none while we work, one for a request to arrive, one for the next request to begin."""
        if self._busy:
            self._deadline.clear()
        elif not self._reader.partial:
            self._deadline.set(self._idle)
        elif not self._arriving:
            self._arriving = True
            self._deadline.set(self._serving.limits.arrival)

    def _too_late(self) -> None:
        """A deadline has passed."""
        if self._draining or not self._writable:
            self._transport.abort()
        elif not self._arriving:
            self._finish(unread=False)
        else:
            seconds = self._serving.limits.arrival.total_seconds()
            self._refuse(RequestRefused(HTTPStatus.REQUEST_TIMEOUT, f"The request took over {seconds:g} s to arrive."))
