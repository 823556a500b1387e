from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.clock import (
    Clock,
    ClockBackwards,
    ClockState,
    from_microseconds,
    from_milliseconds,
    from_seconds,
    to_microseconds,
    to_milliseconds,
    to_seconds,
)
from simulator.core.errors import UsageError

NOON = datetime(2024, 1, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
FIRST_SECOND = ClockState(since=0, at=to_microseconds(datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC)))


class Source:
    """A source of time that a test moves by hand."""

    def __init__(self) -> None:
        self.micros = to_seconds(NOON) * 1_000_000

    def __call__(self) -> int:
        return self.micros

    def run(self, span: timedelta) -> None:
        self.micros += span // timedelta(microseconds=1)


@pytest.fixture
def source() -> Source:
    return Source()


def test_an_untouched_clock_is_the_process_time(source: Source) -> None:
    clock = Clock(source)
    assert clock.now() == NOON
    source.run(SECOND)
    assert clock.now() == NOON + SECOND
    assert clock.state is None


def test_freezegun_works_on_an_untouched_clock() -> None:
    clock = Clock()
    with freeze_time("2030-05-06T07:08:09Z") as frozen:
        assert clock.now() == datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
        frozen.tick(timedelta(minutes=1))
        assert clock.now() == datetime(2030, 5, 6, 7, 9, 9, tzinfo=UTC)


@pytest.mark.parametrize("year", [1970, 2024, 2026, 2099])
@pytest.mark.parametrize("microsecond", [1, 999, 1_000, 2_000, 123_000, 123_456, 700_000, 999_999])
def test_a_moment_of_freezegun_is_read_to_the_microsecond(year: int, microsecond: int) -> None:
    """A microsecond too early would be a millisecond too early to UID2, which rounds down."""
    moment = datetime(year, 1, 5, 0, 0, 1, microsecond, tzinfo=UTC)
    with freeze_time(moment):
        assert Clock().now() == moment


def test_a_clock_set_to_another_moment_runs_on_from_there(source: Source) -> None:
    clock = Clock(source)
    past = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert clock.set(at=past) == (NOON, past)
    source.run(SECOND)
    assert clock.now() == datetime(2000, 1, 1, tzinfo=UTC)


def test_a_frozen_clock_stands_still_and_still_moves_when_told(source: Source) -> None:
    clock = Clock(source)
    clock.set(frozen=True)
    source.run(timedelta(days=3))
    assert clock.now() == NOON
    assert clock.advance(timedelta(hours=25)) == (NOON, NOON + timedelta(hours=25))
    source.run(timedelta(days=3))
    assert clock.now() == NOON + timedelta(hours=25)


def test_a_thawed_clock_runs_on_from_where_it_stood(source: Source) -> None:
    clock = Clock(source)
    clock.set(frozen=True, rate=60)
    source.run(timedelta(days=3))
    clock.set(frozen=False)
    assert clock.now() == NOON
    source.run(SECOND)
    assert clock.now() == NOON + timedelta(minutes=1), "the rate given while it stood still holds"


def test_a_rate_of_sixty_is_a_minute_a_second(source: Source) -> None:
    clock = Clock(source)
    clock.set(rate=60)
    source.run(SECOND)
    assert clock.now() == NOON + timedelta(minutes=1)
    clock.set(rate=0.5)
    source.run(2 * SECOND)
    assert clock.now() == NOON + timedelta(minutes=1) + SECOND, "a change of speed does not jump"


def test_what_is_not_named_stays(source: Source) -> None:
    clock = Clock(source)
    clock.set(rate=60, frozen=True)
    clock.set(at=NOON + SECOND)
    reading = clock.read()
    assert (reading.now, reading.frozen, reading.rate) == (NOON + SECOND, True, 60)


def test_time_may_go_backwards(source: Source) -> None:
    clock = Clock(source)
    assert clock.advance(timedelta(days=-365)) == (NOON, NOON - timedelta(days=365))


def test_a_reset_clock_is_the_process_time_again(source: Source) -> None:
    clock = Clock(source)
    clock.set(at=NOON - SECOND, frozen=True, rate=3)
    clock.reset()
    assert (clock.now(), clock.state) == (NOON, None)
    assert (clock.read().frozen, clock.read().rate) == (False, 1.0)


def test_a_clock_is_reset_to_a_beginning_in_one_step(source: Source) -> None:
    """Whoever reads while it happens sees the end of the old time or the beginning of the new, never the process's."""
    clock = Clock(source)
    seen: set[datetime] = set()
    clock.set(at=NOON - SECOND, frozen=True)
    reader = threading.Thread(target=lambda: seen.update(clock.now() for _ in range(2_000)))
    reader.start()
    for _ in range(500):
        clock.reset(at=NOON - SECOND, frozen=True)
    reader.join()
    assert seen == {NOON - SECOND}


def test_a_beginning_that_is_refused_resets_nothing(source: Source) -> None:
    clock = Clock(source)
    clock.set(at=NOON - SECOND, frozen=True)
    with pytest.raises(UsageError, match="rate"):
        clock.reset(rate=0)
    assert clock.now() == NOON - SECOND


def test_another_time_zone_is_the_same_moment(source: Source) -> None:
    clock = Clock(source)
    clock.set(at=datetime.fromisoformat("2024-01-04T21:00:00+09:00"), frozen=True)
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC


def test_a_move_that_must_go_forward_may_stand_still_but_not_go_back(source: Source) -> None:
    clock = Clock(source)
    clock.set(frozen=True)
    assert clock.advance(timedelta(0), forward=True) == (NOON, NOON)
    with pytest.raises(ClockBackwards, match="lies before"):
        clock.set(at=NOON - MICROSECOND, forward=True)
    assert clock.now() == NOON


def test_a_moment_and_a_span_add_up(source: Source) -> None:
    assert Clock(source).set(at=NOON + SECOND, by=-SECOND, frozen=True)[1] == NOON


def test_a_clock_that_runs_into_the_end_of_the_calendar_stays_there(source: Source) -> None:
    """Anything else would leave a sandbox that cannot even be told the time again."""
    clock = Clock(source)
    last = datetime.max.replace(tzinfo=UTC)
    clock.set(at=last - MICROSECOND, rate=1_000_000)
    source.run(SECOND)
    assert clock.now() == last
    assert clock.set(at=NOON)[0] == last


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf"), 1_000_001])
def test_an_impossible_rate_changes_nothing(source: Source, rate: float) -> None:
    clock = Clock(source)
    with pytest.raises(UsageError, match="rate"):
        clock.set(at=NOON + SECOND, rate=rate)
    assert clock.now() == NOON


def test_a_moment_without_a_zone_is_refused_with_a_remedy(source: Source) -> None:
    with pytest.raises(UsageError, match='Write "2024-01-04T12:00:00Z"'):
        Clock(source).set(at=datetime(2024, 1, 4, 12))


def test_leaving_the_calendar_is_refused_and_changes_nothing(source: Source) -> None:
    clock = Clock(source)
    with pytest.raises(UsageError, match="outside the years"):
        clock.advance(timedelta(days=3_000_000))
    assert clock.now() == NOON


@pytest.mark.parametrize(
    ("state", "source_us", "shown"),
    [
        pytest.param(FIRST_SECOND, -60_000_000, datetime.min.replace(tzinfo=UTC), id="below the first moment"),
        pytest.param(FIRST_SECOND, -1_000_000, datetime.min.replace(tzinfo=UTC), id="at the first moment"),
        pytest.param(
            FIRST_SECOND, -999_999, datetime.min.replace(microsecond=1, tzinfo=UTC), id="just after the first moment"
        ),
    ],
)
def test_a_machine_clock_that_steps_back_stops_virtual_time_at_year_1(
    state: ClockState, source_us: int, shown: datetime
) -> None:
    """The source is corrected backwards while the virtual clock is one second after the first moment."""
    assert from_microseconds(state.read(source_us)) == shown


def test_many_threads_that_advance_lose_no_step(source: Source) -> None:
    clock = Clock(source)
    clock.set(frozen=True)
    threads = [threading.Thread(target=lambda: [clock.advance(SECOND) for _ in range(200)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() == NOON + 1600 * SECOND


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)))
def test_wire_units_round_down_and_come_back(moment: datetime) -> None:
    assert timedelta(0) <= moment - from_seconds(to_seconds(moment)) < SECOND
    assert timedelta(0) <= moment - from_milliseconds(to_milliseconds(moment)) < timedelta(milliseconds=1)
