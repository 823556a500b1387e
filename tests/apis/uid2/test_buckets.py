"""Salts that are rotated by the sandbox's clock (docs/sources/uid2-current.md §D10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.apis.uid2.buckets import Buckets
from simulator.apis.uid2.person import Person, advertising_id, person_named
from simulator.apis.uid2.settings import Uid2Settings
from simulator.core.moment import FIRST, LAST
from tests.apis.uid2.calls import AT, make

DAY = timedelta(days=1)
USER = person_named("user@example.com")


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_salts_of_the_earlier_profiles_are_never_rotated(profile: Any) -> None:
    world = make(profile)
    for years in (0, 1, 50):
        at = AT + years * 365 * DAY
        assert world.raw_uid(USER, at) == advertising_id(USER)
        assert world.previous_raw_uid(USER, at) is None


def test_the_vector_holds_when_a_world_begins() -> None:
    assert make("current").raw_uid(USER, datetime(1970, 1, 1, tzinfo=UTC)) == advertising_id(USER)


@pytest.mark.parametrize("days", [0, 100, 364])
def test_a_bucket_is_rotated_at_365_days(days: int) -> None:
    buckets = Buckets.rotating(AT, days * DAY)
    rotation = AT + (365 - days) * DAY
    before, after = buckets.of(USER, rotation - timedelta(seconds=1)), buckets.of(USER, rotation)
    assert before.salt == after.previous_salt
    assert before.salt != after.salt
    assert (before.last_updated, after.last_updated) == (AT - days * DAY, rotation)
    assert before.bucket_id == after.bucket_id


def test_no_two_salts_are_the_same_but_the_first_ones() -> None:
    buckets = Buckets.rotating(AT, timedelta(0))
    people = [Person(USER.type, bytes(2) + bytes([number]) + bytes(29)) for number in range(16)]
    salts = [buckets.of(person, AT + year * 365 * DAY).salt for person in people for year in range(1, 6)]
    assert len(set(salts)) == 16 * 5


@pytest.mark.parametrize(
    ("age", "refresh_in"),
    [
        pytest.param(0, 30, id="new"),
        pytest.param(1, 29, id="a day"),
        pytest.param(29, 1, id="29 days"),
        pytest.param(30, 30, id="30 days"),
        pytest.param(364, 26, id="364 days"),
    ],
)
def test_the_next_rotation_is_at_a_multiple_of_30_days(age: int, refresh_in: int) -> None:
    assert Buckets.rotating(AT, age * DAY).of(USER, AT).refresh_from == AT + refresh_in * DAY


def test_it_counts_from_the_midnight_of_the_rotation() -> None:
    buckets = Buckets.rotating(AT + timedelta(hours=13), 2 * DAY)
    assert buckets.of(USER, AT + timedelta(hours=13)).refresh_from == AT + 28 * DAY


def test_a_multiple_that_has_passed_that_day_is_the_next_midnight() -> None:
    buckets = Buckets.rotating(AT + timedelta(hours=13), 30 * DAY - timedelta(hours=1))
    assert buckets.of(USER, AT + timedelta(hours=13)).refresh_from == AT + DAY


@pytest.mark.parametrize("at", [FIRST, LAST])
@pytest.mark.parametrize("began", [FIRST, AT, LAST])
def test_salts_have_an_answer_at_the_ends_of_the_calendar(at: datetime, began: datetime) -> None:
    found = Buckets.rotating(began, None).of(USER, at)
    assert found.last_updated <= found.refresh_from


@pytest.mark.parametrize("age", [timedelta(days=-1), timedelta(days=365)])
def test_a_salt_is_less_than_a_year_old(age: timedelta) -> None:
    with pytest.raises(ValueError, match="salt_age must be at least 0 and less than 365 days"):
        Uid2Settings(salt_age=age)
