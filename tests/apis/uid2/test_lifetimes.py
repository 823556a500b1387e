"""Lifetimes on the virtual clock, each edge from both sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator.apis.uid2.settings import Uid2Settings
from simulator.core.clock import to_milliseconds
from tests.apis.uid2.conftest import Publish
from tests.apis.uid2.publisher import STRANGER, Publisher

DAY = timedelta(hours=24)
MILLISECOND = timedelta(milliseconds=1)
START = to_milliseconds(datetime(2024, 1, 4, tzinfo=UTC))


def test_moments_are_milliseconds_from_the_answer_s_own_moment(observed: Publisher) -> None:
    body = observed.tokens(email="user@example.com")
    assert (body["identity_expires"], body["refresh_expires"], body["refresh_from"]) == (
        START + 3_600_000,
        START + 86_400_000,
        START + 900_000,
    )


def test_moments_are_cut_to_the_millisecond(observed: Publisher) -> None:
    observed.clock.advance(timedelta(microseconds=1_999))
    assert observed.tokens(email="user@example.com")["refresh_from"] == START + 1 + 900_000


@pytest.mark.parametrize(
    ("step", "status"),
    [
        pytest.param(-MILLISECOND, "success", id="a millisecond before"),
        pytest.param(timedelta(0), "success", id="at the very instant"),
        pytest.param(timedelta(microseconds=999), "success", id="within that millisecond"),
        pytest.param(MILLISECOND, "expired_token", id="a millisecond after"),
        pytest.param(DAY, "expired_token", id="a day after"),
    ],
)
def test_a_refresh_token_lives_through_the_instant_of_its_expiry(
    either: Publisher, step: timedelta, status: str
) -> None:
    token = either.login()
    either.clock.advance(DAY + step)
    assert either.refresh(token).json["status"] == status


def test_each_refresh_starts_the_life_anew_and_the_old_token_keeps_its_own(either: Publisher) -> None:
    """Sliding, without an end, and without rotation."""
    first = token = either.login()
    for _ in range(5):
        either.clock.advance(DAY)
        token = either.refresh(token).json["body"]["refresh_token"]
    assert either.refresh(first).json["status"] == "expired_token"
    assert either.refresh(token).json["status"] == "success"


def test_an_old_refresh_token_stays_usable_until_its_own_end(either: Publisher) -> None:
    token = either.login()
    for _ in range(3):
        assert either.refresh(token, STRANGER).json["status"] == "success"


def test_an_expired_identity_does_not_keep_from_refreshing(either: Publisher) -> None:
    token = either.login()
    either.clock.advance(timedelta(hours=2))
    assert either.refresh(token).json["status"] == "success"


@pytest.mark.parametrize(
    ("step", "status"), [(timedelta(0), "optout"), (MILLISECOND, "expired_token")], ids=["alive", "expired"]
)
def test_an_opted_out_person_s_token_expires_like_any_other(either: Publisher, step: timedelta, status: str) -> None:
    """Expired is told before opted out (docs/sources/uid2.md §3.2 step 6)."""
    token = either.login("optout@example.com")
    either.clock.advance(DAY + step)
    assert either.refresh(token).json["status"] == status


CUT_OFF = datetime(2021, 3, 8, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "status"),
    [(CUT_OFF - MILLISECOND, "optout"), (CUT_OFF, "success"), (CUT_OFF + MILLISECOND, "success")],
    ids=["before", "at", "after"],
)
def test_an_identity_established_before_the_cut_off_is_answered_as_opted_out(
    either: Publisher, at: datetime, status: str
) -> None:
    """2021-03-08T17:00:00Z; only a clock in the past gets there (docs/sources/uid2.md §3.2 step 5)."""
    either.clock.set(at=at)
    assert either.refresh(either.login()).json["status"] == status


def test_a_deprecated_token_is_so_even_when_it_has_expired(observed: Publisher) -> None:
    observed.clock.set(at=CUT_OFF - DAY)
    token = observed.login()
    observed.clock.advance(DAY * 3)
    assert observed.refresh(token).json == {"status": "optout"}
    assert observed.refresh(token, STRANGER).json == {"status": "optout"}


def test_a_refresh_keeps_the_moment_of_establishment(either: Publisher) -> None:
    token = either.login()
    either.clock.advance(timedelta(hours=5))
    again = either.refresh(token).json["body"]["refresh_token"]
    opened, reopened = either.world.open_refresh(token), either.world.open_refresh(again)
    assert opened.established == reopened.established == opened.created
    assert reopened.created - opened.created == timedelta(hours=5)
    assert opened.family == reopened.family
    assert opened.token_id != reopened.token_id


def test_lifetimes_come_from_the_world(publish: Publish) -> None:
    publisher = publish(
        "observed",
        Uid2Settings(
            identity_lifetime=timedelta(minutes=10),
            refresh_from=timedelta(minutes=5),
            refresh_lifetime=timedelta(minutes=15),
        ),
    )
    body = publisher.tokens(email="user@example.com")
    assert body["identity_expires"] - START == 600_000
    assert body["refresh_from"] - START == 300_000
    assert body["refresh_expires"] - START == 900_000
    publisher.clock.advance(timedelta(minutes=15))
    assert publisher.refresh(body["refresh_token"]).json["status"] == "success"
    publisher.clock.advance(MILLISECOND)
    assert publisher.refresh(body["refresh_token"]).json["status"] == "expired_token"


@pytest.mark.parametrize("year", [1, 1969, 9999])
def test_tokens_work_at_the_ends_of_time(observed: Publisher, year: int) -> None:
    """What would expire after the last moment a clock can show expires then."""
    observed.clock.set(at=datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC))
    token = observed.login()
    assert observed.refresh(token).json["status"] == ("success" if year == 9999 else "optout")
