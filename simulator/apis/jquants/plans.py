"""Subscription plans: what each includes, and which dates it covers when (docs/sources/jquants.md §4.1, §4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from simulator.apis.jquants import facts
from simulator.core.moment import later

JAPAN_IS_AHEAD: Final = timedelta(hours=9)
"""Japan's offset from UTC, all year. Dates in this API are dates in Japan."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The dates that a plan covers, both ends included; ``end`` None: no end."""

    start: date
    end: date | None

    def holds(self, day: date) -> bool:
        """Whether the plan covers this day."""
        return self.start <= day and (self.end is None or day <= self.end)


def japan_time(at: datetime) -> datetime:
    """The wall clock in Japan at this moment. Its time zone is UTC, so use only its fields."""
    return later(at, JAPAN_IS_AHEAD)


def includes(plan: facts.Plan, least: facts.Plan) -> bool:
    """Whether ``plan`` is at least ``least``."""
    return facts.PLANS.index(plan) >= facts.PLANS.index(least)


def coverage(plan: facts.Plan, at: datetime) -> Coverage:
    """What the plan covers at this moment. "none" is treated like "free"."""
    today = japan_time(at).date()
    if plan == "premium":
        return Coverage(facts.DATA_BEGIN, None)
    if plan in {"free", "none"}:
        end = max(today, date.min + facts.FREE_DELAY) - facts.FREE_DELAY
        return Coverage(_years_before(end, facts.YEARS_COVERED["free"]), end)
    return Coverage(_years_before(today, facts.YEARS_COVERED[plan]), None)


def _years_before(day: date, years: int) -> date:
    if day.year <= years:
        return date.min
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February, in a year without one
        return day.replace(year=day.year - years, day=28)
