"""Moments in RFC 3339 form, always with a time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

PATTERN: Final = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})"
"""A moment, for JSON schemas; no anchors."""
FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)
"""The calendar's ends."""
_LONGEST_TEXT: Final = 100
"""Characters; a moment with nanoseconds and a zone has 35."""
_RFC3339 = re.compile(PATTERN, re.ASCII)


def parse_moment(text: str) -> datetime:
    """Read ``2024-01-04T09:00:00+09:00`` as an aware moment in UTC, exact to the microsecond.

    What is finer is cut off: other languages write nanoseconds, and RFC 3339 §5.6 sets no end to the digits.

    Raises :class:`ValueError` that names the value and shows a right one.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f'"{text[:20]}…" is not an RFC 3339 moment: it has {len(text)} characters')
    if not _RFC3339.fullmatch(text):
        raise ValueError(f'"{text}" is not an RFC 3339 moment; write it with its zone, such as "2024-01-04T00:00:00Z"')
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise ValueError(f'"{text}" is not on the calendar: {wrong}') from None


def format_moment(moment: datetime) -> str:
    """Write a moment as :func:`parse_moment` reads it, in UTC, with a fraction only where there is one."""
    text = moment.astimezone(UTC).isoformat(timespec="microseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def later(moment: datetime, span: timedelta) -> datetime:
    """``moment + span``; beyond the calendar the first or the last moment it has: clocks may show any year."""
    try:
        return moment + span
    except OverflowError:
        return LAST if span > timedelta(0) else FIRST
