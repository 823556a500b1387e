"""Dates in requests, and the days on which Tokyo trades."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from simulator.apis.jquants import facts
from simulator.apis.jquants.data.holidays import is_national_holiday
from simulator.apis.jquants.plans import coverage, japan_time
from simulator.core.errors import Rejection

NEXT_DAY_IS_OUT: Final = time(17, 30)
"""From this time in Japan on, the next business day's list can be had (official page of /listed/info)."""

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_FORMS: Final = re.compile(r"(\d{4})(\d\d)(\d\d)|(\d{4})-(\d\d)-(\d\d)", re.ASCII)


def parse_date(text: str) -> date:
    """``20221111`` or ``2022-11-11`` (jquants.md §4.3). Rejects: date_invalid."""
    found = _FORMS.fullmatch(text)
    if found is None:
        raise Rejection("date_invalid")
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        raise Rejection("date_invalid") from None


def is_business_day(day: date) -> bool:
    """Whether Tokyo trades: no weekend, no national holiday, not the turn of the year (31 December to 3 January)."""
    turn_of_the_year = (day.month, day.day) in {(12, 31), (1, 1), (1, 2), (1, 3)}
    return day.weekday() < _SATURDAY and not turn_of_the_year and not is_national_holiday(day)


def business_day_from(day: date) -> date:
    """The day itself if Tokyo trades on it, else the next one on which it does (or the calendar's end)."""
    while day < date.max and not is_business_day(day):
        day += _DAY
    return day


def newest_list(at: datetime) -> date:
    """The latest day whose list is out: today's, from half past five the next business day's.

    On a day without trading, the next business day's ("休業日において…直近の翌営業日", same page).
    """
    now = japan_time(at)
    today = now.date()
    current = business_day_from(today)
    if current == today and now.time() >= NEXT_DAY_IS_OUT and today < date.max:
        return business_day_from(today + _DAY)
    return current


def list_day(asked: str | None, plan: facts.Plan, at: datetime) -> date:
    """The business day whose list answers the date ``asked`` (None: today).

    A future date is the newest list's; before the first day of data the premium plan gets the
    first list (both: same page). Outside the plan's dates: outside_subscription. Rejects: date_invalid as well.
    Without a date the free plan gets the last list that it covers [INF].
    """
    covered = coverage(plan, at)
    newest = newest_list(at)
    if asked is None:
        current = business_day_from(japan_time(at).date())
        return current if covered.end is None else business_day_from(covered.end)
    day = parse_date(asked)
    if plan == "premium":
        day = max(day, facts.DATA_BEGIN)
    if not covered.holds(day):
        raise Rejection("outside_subscription")
    return min(business_day_from(day), newest)
