"""The virtual clock: the only module that asks the time.

Everything a sandbox says about time comes from its :class:`Clock`: tokens,
expiry, rate windows, scenario windows, ``Date`` and the journal.

Until it is set, a clock shows the process's time, which it reads at each call, so that freezegun works in-process.
Once set, it follows that source in a straight line: ``at + (source - since) * rate``.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from simulator.core.errors import UsageError
from simulator.core.moment import FIRST, LAST, format_moment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = timedelta(milliseconds=1)
_SECOND = timedelta(seconds=1)


def process_time() -> int:
    """The process's wall clock in microseconds since 1970, UTC.

    Rounded to the nearest. freezegun converts through a float, which is up to a quarter of a microsecond off. Rounding
    down would make every second frozen moment one microsecond too early, and so UID2's figures one millisecond.
    """
    return (time.time_ns() + 500) // 1_000


ticks: Final = time.perf_counter
"""Seconds on a clock that only runs forward; for how long work took, never for moments."""

steady: Final[Callable[[], float]] = (
    partial(time.clock_gettime, time.CLOCK_MONOTONIC) if sys.platform != "win32" else time.monotonic
)
"""Seconds on the machine's own clock, forward only: freezing the process's time, as tests do, does not reach it."""


def pause(span: timedelta) -> None:
    """Wait for ``span`` of real time in this thread (in-process use only; our server uses timers)."""
    time.sleep(span.total_seconds())


def to_milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down: UID2's unit."""
    return (moment - EPOCH) // _MILLISECOND


def to_seconds(moment: datetime) -> int:
    """Whole seconds since 1970, rounded down: the unit of a JWT."""
    return (moment - EPOCH) // _SECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """The inverse of :func:`to_milliseconds`. Raises :class:`OverflowError` outside years 1 to 9999."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def from_seconds(seconds: int) -> datetime:
    """The inverse of :func:`to_seconds`. Raises :class:`OverflowError` outside years 1 to 9999."""
    return EPOCH + timedelta(seconds=seconds)


def to_microseconds(moment: datetime) -> int:
    """Microseconds since 1970: exact, the unit everything is stored in."""
    return (moment - EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """The inverse of :func:`to_microseconds`. Raises :class:`OverflowError` outside years 1 to 9999."""
    return EPOCH + timedelta(microseconds=microseconds)


_FIRST = to_microseconds(FIRST)
_LAST = to_microseconds(LAST)
"""The first and the last moment that a datetime can hold. A clock stops there."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """How virtual time follows the source: plain data, so that it can be shared between workers.

    since, at: microseconds since 1970, of the source and of the virtual clock at that instant.
    rate: virtual seconds a real second (1 = real speed, 60 = a minute a second).
    frozen: virtual time stands at ``at``; ``rate`` is kept for when it runs again.
    """

    since: int
    at: int
    rate: float = 1.0
    frozen: bool = False

    def read(self, source: int) -> int:
        """Virtual microseconds since 1970 when the source is at ``source``, within the years 1 to 9999.

        The source may step back, as a machine's clock does when it is corrected.
        """
        if self.frozen:
            return self.at
        passed = source - self.since
        return max(_FIRST, min(self.at + (passed if self.rate == 1.0 else round(passed * self.rate)), _LAST))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows: ``{"now", "frozen", "rate"}`` of the control plane."""

    now: datetime
    frozen: bool
    rate: float


class ClockBackwards(UsageError):
    """The clock was asked to go forward only, to a moment that lies behind it; it stays where it is."""

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__(f"clock: {format_moment(after)} lies before {format_moment(before)}.")
        self.before = before
        self.after = after


def adjusted(
    state: ClockState | None,
    source: int,
    *,
    at: datetime | None = None,
    by: timedelta = timedelta(0),
    frozen: bool | None = None,
    rate: float | None = None,
    forward: bool = False,
) -> tuple[ClockState, datetime, datetime]:
    """The state that follows ``state`` (None: the process's time), and the moments before and after.

    See :meth:`Clock.set`.
    """
    if at is not None and at.tzinfo is None:
        raise UsageError(f"clock: {at.isoformat()} has no time zone.", remedy=f'Write "{at.isoformat()}Z".')
    if rate is not None and not 0 < rate <= 1_000_000:
        raise UsageError(f"clock: rate {rate!r} is not above 0 and at most 1000000.", remedy="1 is real speed.")
    old = state or ClockState(since=source, at=source)
    before = from_microseconds(old.read(source))
    try:
        after = (before if at is None else at.astimezone(UTC)) + by
    except OverflowError:
        raise UsageError(f"clock: {before.isoformat()} moved by {by} is outside the years 1 to 9999.") from None
    if forward and after < before:
        raise ClockBackwards(before, after)
    new = ClockState(
        since=source,
        at=to_microseconds(after),
        rate=old.rate if rate is None else rate,
        frozen=old.frozen if frozen is None else frozen,
    )
    return new, before, after


def initial(
    source: int, *, at: datetime | None = None, frozen: bool | None = None, rate: float | None = None
) -> ClockState | None:
    """The state of a new clock. None (the process's time) when nothing is given."""
    if (at, frozen, rate) == (None, None, None):
        return None
    return adjusted(None, source, at=at, frozen=frozen, rate=rate)[0]


class Clock:
    """One sandbox's time. Safe to read and move from many threads.

    ``source`` gives microseconds since 1970 and is the process's time unless a test says otherwise.
    """

    def __init__(self, source: Callable[[], int] = process_time) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._state: ClockState | None = None

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        state = self._state
        source = self._source()
        return from_microseconds(source if state is None else state.read(source))

    @property
    def state(self) -> ClockState | None:
        """How it follows the source; None until it is set."""
        return self._state

    def read(self) -> Reading:
        """The moment, whether the clock is frozen, and its rate."""
        state = self._state
        source = self._source()
        if state is None:
            return Reading(from_microseconds(source), frozen=False, rate=1.0)
        return Reading(from_microseconds(state.read(source)), frozen=state.frozen, rate=state.rate)

    def set(
        self,
        *,
        at: datetime | None = None,
        by: timedelta = timedelta(0),
        frozen: bool | None = None,
        rate: float | None = None,
        forward: bool = False,
    ) -> tuple[datetime, datetime]:
        """Set any of the moment, ``frozen`` and the rate. The others stay.

        ``by`` is added to the moment. ``forward`` rejects a move backwards. Returns the moments before and after.
        Raises :class:`UsageError` for a moment without a time zone, for one outside years 1 to 9999 and for a
        rate that is not above 0 and at most 1,000,000, and :class:`ClockBackwards`.
        """
        moments = (EPOCH, EPOCH)

        def draw(state: ClockState | None) -> ClockState:
            nonlocal moments
            new, *both = adjusted(state, self._source(), at=at, by=by, frozen=frozen, rate=rate, forward=forward)
            moments = (both[0], both[1])
            return new

        self._update(draw)
        return moments

    def advance(self, by: timedelta, *, forward: bool = False) -> tuple[datetime, datetime]:
        """Move by a span, also backwards unless ``forward``. Returns the moments before and after, ``by`` apart.

        Raises :class:`UsageError` when that leaves years 1 to 9999, and :class:`ClockBackwards`.
        """
        return self.set(by=by, forward=forward)

    def reset(self, *, at: datetime | None = None, frozen: bool | None = None, rate: float | None = None) -> None:
        """Show the process's time again, or what is given, in one atomic step.

        Raises what :meth:`set` raises; the clock then stays as it is.
        """
        self._update(lambda _: initial(self._source(), at=at, frozen=frozen, rate=rate))

    def _update(self, draw: Callable[[ClockState | None], ClockState | None]) -> None:
        """Replace the state by what ``draw`` makes of it, atomically. Subclasses keep the state elsewhere."""
        with self._lock:
            self._state = draw(self._state)
