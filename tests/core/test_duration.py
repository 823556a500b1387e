from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.duration import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("24h", timedelta(hours=24), id="hours"),
        pytest.param("1500ms", timedelta(milliseconds=1500), id="milliseconds"),
        pytest.param("7d", timedelta(days=7), id="days"),
        pytest.param("2w", timedelta(days=14), id="weeks"),
        pytest.param("15m", timedelta(minutes=15), id="m is minutes, not months"),
        pytest.param("0.5s", timedelta(milliseconds=500), id="a fraction"),
        pytest.param("1h30m", timedelta(minutes=90), id="compound"),
        pytest.param("250us", timedelta(microseconds=250), id="microseconds"),
        pytest.param("0s", timedelta(0), id="nothing"),
    ],
)
def test_a_number_with_its_unit_is_a_duration(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        pytest.param("5", '"5s" or "5ms"', id="no unit"),
        pytest.param("12:30", "clock times are ambiguous", id="a clock time"),
        pytest.param("", '"24h"', id="empty"),
        pytest.param("5 s", '"24h"', id="a space"),
        pytest.param("-5s", '"24h"', id="a sign where none is allowed"),
        pytest.param("5S", '"24h"', id="wrong case"),
        pytest.param("٥s", '"24h"', id="digits of another script"),
        pytest.param("1e3s", '"24h"', id="an exponent"),
        pytest.param("0.5us", "finer than a microsecond", id="too fine"),
        pytest.param("9999999999999d", "longer than any clock", id="too long"),
    ],
)
def test_anything_else_is_refused_with_a_remedy(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=f'"{text}"') as refusal:
        parse_duration(text)
    assert hint in str(refusal.value)


def test_a_sign_is_read_where_it_is_allowed() -> None:
    assert parse_duration("-5m", signed=True) == timedelta(minutes=-5)
    assert parse_duration("+5m", signed=True) == timedelta(minutes=5)


@given(st.timedeltas())
def test_writing_and_reading_are_inverse(span: timedelta) -> None:
    assert parse_duration(format_duration(span), signed=True) == span


@given(st.text(max_size=12))
def test_no_text_raises_anything_but_a_value_error(text: str) -> None:
    try:
        span = parse_duration(text, signed=True)
    except ValueError:
        return
    assert parse_duration(format_duration(span), signed=True) == span
