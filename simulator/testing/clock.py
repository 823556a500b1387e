"""A sandbox's clock for tests, optionally together with the test process's own clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from simulator.control.client import ControlClient
from simulator.core.duration import parse_duration
from simulator.core.errors import UsageError
from simulator.core.moment import parse_moment

Span = str | timedelta
"""``"25h"``, ``"1h30m"``, or a timedelta. A bare number is refused: it has no unit."""
Moment = str | datetime
"""RFC 3339, or an aware datetime."""


class Traveller(Protocol):
    """Moves the process's time: freezegun's frozen time, time-machine's traveller, their pytest fixtures."""

    def move_to(self, destination: datetime, /) -> object:
        """The process's time is ``destination`` from now on."""


class VirtualClock:
    """The clock of one sandbox.

    It moves by a span, to an event of a token, or to any moment. Each method returns the new moment.
    Raises :class:`UsageError` for a span without a unit, a moment without a zone and a step back
    (:meth:`set` goes back as well).
    """

    def __init__(self, plane: ControlClient) -> None:
        self._plane = plane
        self._travellers: list[Traveller] = []

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return self._plane.reading().now

    @property
    def frozen(self) -> bool:
        """Whether the clock is frozen."""
        return self._plane.reading().frozen

    def advance(self, by: Span) -> datetime:
        """Advance by ``"25h"``."""
        span = read_span(by)
        if span < timedelta(0):
            raise UsageError(f"clock: {by!r} is a step back.", remedy="set() goes to any moment, also a past one.")
        if self._travellers:
            return self._arrive(self.now() + span)
        return self._plane.advance(span)

    def advance_to(self, event: str, *, plus: Span = timedelta(0)) -> datetime:
        """Advance to the next ``"id_token_expires"`` (or another event of the API), and ``plus`` beyond it."""
        moment = self._plane.advance_to(event, read_span(plus))
        return self._arrive(moment) if self._travellers else moment

    def set(self, at: Moment) -> datetime:
        """Set any moment, also a past one; the clock stays frozen or running."""
        moment = read_moment(at)
        return self._arrive(moment) if self._travellers else self._plane.set_clock(at=moment).now

    def freeze(self, at: Moment | None = None) -> datetime:
        """Freeze the clock, at this moment or at the current one."""
        self._plane.set_clock(frozen=True)
        return self.now() if at is None else self.set(at)

    def run(self, *, rate: float = 1.0) -> datetime:
        """Run again, at ``rate`` virtual seconds per real second."""
        return self._plane.set_clock(frozen=False, rate=rate).now

    def take_along(self, *travellers: Traveller) -> None:
        """Move the process's time as well, now and at each later step, by ``move_to`` of each traveller.

        With freezegun: ``with freeze_time() as frozen: sim.clock.take_along(frozen)``; with time-machine the same
        with the result of ``travel(…)``. The sandbox is then frozen when they are. Without any: move none.
        """
        self._travellers[:] = travellers
        if travellers:
            self._arrive(self.now())
            self._plane.set_clock(frozen=True)

    def _arrive(self, moment: datetime) -> datetime:
        # The process moves first: a sandbox in it measures time by the process's clock, and is corrected afterwards.
        for traveller in self._travellers:
            traveller.move_to(moment)
        return self._plane.set_clock(at=moment).now


def read_span(given: Span) -> timedelta:
    """A span as a timedelta. Raises :class:`UsageError` with a valid example."""
    if isinstance(given, timedelta):
        return given
    if not isinstance(given, str):
        raise UsageError(f"clock: {given!r} is not a duration.", remedy=f'Give "{given}h" or a timedelta.')
    try:
        return parse_duration(given, signed=True)
    except ValueError as wrong:
        raise UsageError(f"clock: {wrong}.") from None


def read_moment(given: Moment) -> datetime:
    """A moment as an aware datetime. Raises :class:`UsageError` for one without its zone."""
    if isinstance(given, datetime):
        if given.tzinfo is None:
            raise UsageError(f"clock: {given.isoformat()} has no time zone.", remedy="Give tzinfo=UTC.")
        return given
    if not isinstance(given, str):
        raise UsageError(f"clock: {given!r} is not a moment.", remedy='Give "2024-01-04T00:00:00Z" or a datetime.')
    try:
        return parse_moment(given)
    except ValueError as wrong:
        raise UsageError(f"clock: {wrong}.") from None
