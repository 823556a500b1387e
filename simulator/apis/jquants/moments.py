"""Moments that stay on the calendar: a test may set its clock to any year from 1 to 9999."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)


def later(moment: datetime, span: timedelta) -> datetime:
    """``moment + span``, or the first or last moment there is when that lies beyond it."""
    try:
        return moment + span
    except OverflowError:
        return LAST if span > timedelta(0) else FIRST
