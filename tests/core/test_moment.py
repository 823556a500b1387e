from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.moment import format_moment, parse_moment


@pytest.mark.parametrize(
    "text",
    ["2024-01-04T00:00:00Z", "2024-01-04T09:00:00+09:00", "2024-01-03t23:59:59.999999z", "2024-01-04 00:00:00.5Z"],
)
def test_an_rfc_3339_moment_is_read_in_utc(text: str) -> None:
    assert abs((parse_moment(text) - datetime(2024, 1, 4, tzinfo=UTC)).total_seconds()) <= 0.5


@pytest.mark.parametrize(
    ("fraction", "microseconds"),
    [
        pytest.param(".1", 100_000, id="a tenth"),
        pytest.param(".123456", 123_456, id="microseconds"),
        pytest.param(".123456789", 123_456, id="nanoseconds, as Go and Java write them"),
        pytest.param(".9999999", 999_999, id="cut off, never rounded up"),
    ],
)
def test_a_fraction_may_have_any_number_of_digits(fraction: str, microseconds: int) -> None:
    assert parse_moment(f"2024-01-04T00:00:00{fraction}Z") == datetime(2024, 1, 4, 0, 0, 0, microseconds, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2024-01-04T00:00:00.Z", id="a point and no digit"),
        pytest.param("2024-01-04T00:00:00", id="no zone"),
        pytest.param("2024-01-04", id="a date"),
        pytest.param("20240104T000000Z", id="ISO 8601's short form"),
        pytest.param("2024-13-04T00:00:00Z", id="month 13"),
        pytest.param("0001-01-01T00:00:00+09:00", id="before year 1 in UTC"),
        pytest.param("1704326400", id="seconds"),
        pytest.param("", id="empty"),
    ],
)
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=f'"{text}"'.replace("+", r"\+")):
        parse_moment(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_writing_and_reading_are_inverse(moment: datetime) -> None:
    assert parse_moment(format_moment(moment)) == moment
