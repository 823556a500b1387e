"""Functions of Java's standard library that differ from Python's.

The operator runs on a JVM, which clients can observe: in the base64 and the dates that it accepts, and in the text of
a number in a list of mail addresses. Compared with JDK 17.
"""

from __future__ import annotations

import binascii
import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

BLANKS: Final = "".join(map(chr, range(0x21)))
"""The characters that ``String.trim`` removes: all up to the space."""

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?")
_TO_STANDARD = str.maketrans("-_", "+/")
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]?")
_REPLACEMENT: Final = "\ufffd".encode()


def basic_base64(text: str) -> bytes:
    """Decode as ``Base64.getDecoder()``: padding complete or absent, spare bits ignored.

    Raises :class:`ValueError` for another alphabet, blanks and partial padding (docs/sources/uid2.md §2.3, §4.1).
    """
    if _BASE64.fullmatch(text) is None:
        raise ValueError("not base64")
    return binascii.a2b_base64(text + "=" * (-len(text) % 4))


def url_base64(text: str) -> bytes:
    """Decode as ``Base64.getUrlDecoder()``: the same rules over ``-`` and ``_``. Raises :class:`ValueError`."""
    if "+" in text or "/" in text:
        raise ValueError("not base64url")
    return basic_base64(text.translate(_TO_STANDARD))


def utf8(raw: bytes) -> str:
    """Decode as ``new String(raw, UTF_8)``: invalid bytes become U+FFFD, an encoded surrogate a single one."""
    return _SURROGATE.sub(_REPLACEMENT, raw).decode("utf-8", "replace")


def to_base64(raw: bytes) -> str:
    """Encode as ``Base64.getEncoder()``: padded."""
    return binascii.b2a_base64(raw, newline=False).decode()


class LocalDateTime(NamedTuple):
    """A date-time without a zone, in the range of Java's years; ordered by time."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int = 0
    nanosecond: int = 0


_LOCAL_DATE_TIME = re.compile(
    # More than four digits of a year need a "+" in front, four must not have one (SignStyle.EXCEEDS_PAD).
    r"(?P<year>[0-9]{4}|\+[0-9]{5,10}|-[0-9]{4,10})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{0,9}))?)?"
)
_LAST_YEAR = 999_999_999


def local_date_time(text: str) -> LocalDateTime:
    """Read as ``DateTimeFormatter.ISO_LOCAL_DATE_TIME`` does. Raises :class:`ValueError`.

    Rejects zones, a space for ``T``, unpadded fields, 24:00 and dates that do not exist (docs/sources/uid2.md §3.6).
    """
    found = _LOCAL_DATE_TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not an ISO local date-time")
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    moment = LocalDateTime(
        year,
        month,
        day,
        int(found["hour"]),
        int(found["minute"]),
        int(found["second"] or 0),
        int((found["fraction"] or "").ljust(9, "0")),
    )
    negative_zero = year == 0 and found["year"].startswith("-")
    if abs(year) > _LAST_YEAR or negative_zero or not 1 <= month <= 12 or not 1 <= day <= _days(year, month):
        raise ValueError(f"{text!r} is not a date of the calendar")
    if moment.hour > 23 or moment.minute > 59 or moment.second > 59:
        raise ValueError(f"{text!r} is not a time of day")
    return moment


def local(moment: datetime) -> LocalDateTime:
    """A moment (UTC) that can be compared with a result of :func:`local_date_time`."""
    return LocalDateTime(
        moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond * 1000
    )


def milliseconds_text(moment: datetime) -> str:
    """A moment (UTC) as ``yyyy-MM-dd'T'HH:mm:ss.SSS``, without a zone (docs/sources/uid2.md §3.6)."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}"


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if calendar.isleap(year) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def text_of(value: object) -> str:
    """A parsed JSON value as ``Object.toString`` writes it: maps as ``{a=1}``, lists as ``[1, 2]``.

    Not recursive, because values can be nested as deep as :mod:`simulator.apis.uid2.jackson` accepts.
    """
    written: list[str] = []
    waiting = [value]
    while waiting:
        match waiting.pop():
            case list() as items:
                waiting += reversed(["[", *_joined([item] for item in items), "]"])
            case dict() as entries:
                waiting += reversed(["{", *_joined([f"{name}=", item] for name, item in entries.items()), "}"])
            case scalar:
                written.append(_scalar(scalar))
    return "".join(written)


def _joined(parts: Iterable[list[object]]) -> Iterator[object]:
    """The parts, separated by commas."""
    for number, part in enumerate(parts):
        if number:
            yield ", "
        yield from part


def _scalar(value: object) -> str:
    match value:
        case str():
            return value
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return _double(value)
        case _:
            return str(value)


def _double(value: float) -> str:
    """``Double.toString``: plain from 0.001 to 10,000,000, otherwise with an exponent (``1.0E10``)."""
    if value in {float("inf"), float("-inf")}:
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return str(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    written = "".join(map(str, digits))
    power = len(written) - 1 + int(exponent)
    return f"{'-' if sign else ''}{written[0]}.{written[1:] or '0'}E{power}"
