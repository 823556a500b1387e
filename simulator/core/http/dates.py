"""HTTP dates (RFC 9110 §5.6.7), the one place where they are written."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from simulator.core.clock import from_seconds, to_seconds


def http_date(moment: datetime) -> str:
    """``Thu, 04 Jan 2024 00:00:00 GMT``; seconds rounded down."""
    return date_of(to_seconds(moment))


@lru_cache(maxsize=64)
def date_of(second: int) -> str:
    """The same for whole seconds since 1970. Raises :class:`OverflowError` outside years 1 to 9999."""
    return format_datetime(from_seconds(second), usegmt=True)
