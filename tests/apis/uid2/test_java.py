"""Where Java is laxer or stricter than Python; every row was run on JDK 17."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis.uid2 import java


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("", b""),
        ("QQ", b"A"),
        ("QQ==", b"A"),
        ("QR==", b"A"),
        ("QR", b"A"),
        ("QQQ", b"A\x04"),
        ("QQQ=", b"A\x04"),
        ("QQQQ", b"A\x04\x10"),
        ("+/+/", b"\xfb\xff\xbf"),
    ],
)
def test_base64_that_java_takes(text: str, raw: bytes) -> None:
    assert java.basic_base64(text) == raw


@pytest.mark.parametrize(
    "text",
    [
        *("Q", "QQ=", "QQQ==", "QQ===", "====", "=", "QQQQ=", "QQQQ==", "QQQQQ", "QQQQQ=", "QQ==QQ=="),
        *("QQ==\n", " QQ==", "Q Q=", "Q-==", "Q_==", "é", "ＱＱ"),
    ],
)
def test_base64_that_java_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="not base64"):
        java.basic_base64(text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        ("aé日😊".encode(), "aé日😊"),
        (b"\xff\xc3", "\ufffd\ufffd"),
        (b"\xc0\x80", "\ufffd\ufffd"),
        (b"\xe0\x80\x80", "\ufffd\ufffd\ufffd"),
        (b"\xe3\x81A", "\ufffdA"),
        (b"\xf0\x9f\x98", "\ufffd"),
        (b"\xed\x9f\xbf", "\ud7ff"),
        (b"\xed\xa0\x80", "\ufffd"),
        (b"\xed\xa0\x80\xed\xb0\x80", "\ufffd\ufffd"),
        (b"\xed\xa0", "\ufffd"),
        (b"\xed\xbfA\xed", "\ufffdA\ufffd"),
    ],
    ids=repr,
)
def test_bytes_that_are_no_utf8_are_replaced_as_java_replaces_them(raw: bytes, text: str) -> None:
    assert java.utf8(raw) == text


@given(st.binary(max_size=40))
@settings(max_examples=50)
def test_what_was_encoded_is_decoded_padded_or_not(raw: bytes) -> None:
    text = java.to_base64(raw)
    assert text == b64encode(raw).decode()
    assert java.basic_base64(text) == java.basic_base64(text.rstrip("=")) == raw
    assert java.url_base64(urlsafe_b64encode(raw).decode().rstrip("=")) == raw


@pytest.mark.parametrize("text", ["+/+/", "-_+/", "Q=="])
def test_the_url_alphabet_does_not_mix(text: str) -> None:
    with pytest.raises(ValueError, match="not base64"):
        java.url_base64(text)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("2021-03-01T00:00", (2021, 3, 1, 0, 0, 0, 0)),
        ("2021-03-01t00:00", (2021, 3, 1, 0, 0, 0, 0)),
        ("2021-03-01T23:59:59", (2021, 3, 1, 23, 59, 59, 0)),
        ("2021-03-01T00:00:10.", (2021, 3, 1, 0, 0, 10, 0)),
        ("2021-03-01T00:00:10.7", (2021, 3, 1, 0, 0, 10, 700_000_000)),
        ("2021-03-01T00:00:10.000000001", (2021, 3, 1, 0, 0, 10, 1)),
        ("2024-02-29T00:00", (2024, 2, 29, 0, 0, 0, 0)),
        ("0000-01-01T00:00", (0, 1, 1, 0, 0, 0, 0)),
        ("-2021-03-01T00:00", (-2021, 3, 1, 0, 0, 0, 0)),
        ("+12021-03-01T00:00", (12021, 3, 1, 0, 0, 0, 0)),
        ("+02021-03-01T00:00", (2021, 3, 1, 0, 0, 0, 0)),
        ("+999999999-12-31T23:59", (999_999_999, 12, 31, 23, 59, 0, 0)),
    ],
)
def test_dates_that_java_takes(text: str, fields: tuple[int, ...]) -> None:
    assert tuple(java.local_date_time(text)) == fields


@pytest.mark.parametrize(
    "text",
    [
        *("", "2021-03-01", "1614556800", "1614556800000", "now"),
        *("2021-03-01T00:00Z", "2021-03-01T00:00:00Z", "2021-03-01T00:00:00+00:00", "2021-03-01T00:00[UTC]"),
        *("2021-03-01 00:00:00", " 2021-03-01T00:00", "2021-03-01T00:00 ", "2021-03-01T00:00\n"),
        *("2021-3-01T00:00", "2021-03-1T00:00", "2021-03-01T0:00", "2021-03-01T00:0", "21-03-01T00:00"),
        *("2021-03-01T24:00:00", "2021-03-01T24:00", "2021-03-01T00:60", "2021-03-01T00:00:60"),
        *("2021-00-01T00:00", "2021-13-01T00:00", "2021-03-00T00:00", "2021-03-32T00:00", "2021-04-31T00:00"),
        *("2021-02-29T00:00", "1900-02-29T00:00", "2021-02-30T00:00"),
        *("2021-03-01T00:00:", "2021-03-01T00:00.5", "2021-03-01T00:00:10,5", "2021-03-01T00:00:10.1234567891"),
        *("+2021-03-01T00:00", "12021-03-01T00:00", "-0000-03-01T00:00", "+1000000000-01-01T00:00"),
        "２０２１-03-01T00:00",
    ],
)
def test_dates_that_java_refuses(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not (an ISO local date-time|a date of the calendar|a time of day)"):
        java.local_date_time(text)


def test_moments_compare_in_time_s_order() -> None:
    moment = java.local(datetime(2021, 5, 13, 5, 17, 10, 717_000, tzinfo=UTC))
    assert java.local_date_time("2021-05-13T05:17:10.717") == moment
    assert java.local_date_time("2021-05-13T05:17:10.716999999") < moment
    assert java.local_date_time("2021-05-13T05:17:10.717000001") > moment
    assert java.local_date_time("-0001-12-31T23:59") < java.local_date_time("0000-01-01T00:00") < moment


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-12, "-12"),
        (10**30, "1" + "0" * 30),
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (100000.0, "100000.0"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (12345678.5, "1.23456785E7"),
        (-1.5e300, "-1.5E300"),
        (1e999, "Infinity"),
        (-1e999, "-Infinity"),
        ([], "[]"),
        ([1, "a", None, True], "[1, a, null, true]"),
        ({}, "{}"),
        ({"a": 1, "b": [2.0, {"c": None}]}, "{a=1, b=[2.0, {c=null}]}"),
    ],
)
def test_a_json_value_as_java_prints_it(value: object, text: str) -> None:
    assert java.text_of(value) == text


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "2021-03-01T00:00:00.000"), (10_000, "2021-03-01T00:00:00.010"), (717_999, "2021-03-01T00:00:00.717")],
)
def test_a_moment_has_three_digits_after_the_second(micros: int, text: str) -> None:
    assert java.milliseconds_text(datetime(2021, 3, 1, microsecond=micros, tzinfo=UTC)) == text
