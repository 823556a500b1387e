"""The table of the nineteen data endpoints. It generates nothing and imports no family.

Source of paths, parameters, keys and plans: docs/sources/jquants.md §4.4. ``ready`` and ``page`` are [INF]: the
documents say that data appear at certain hours and that long answers have pages; the numbers are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from simulator.apis.jquants.facts import Plan

ROW_LIMIT: Final = 10_000
"""A query that matches more rows is answered with 413 [INF]. No query about one day reaches it; the whole calendar does
in 2034, when it is longer than 27 years, and the whole history of one issue in 2049."""

PAGINATION_KEY: Final = "pagination_key"
"""The parameter, and the field of an answer with more pages (docs/sources/jquants.md §4.3)."""

CLOSE: Final = timedelta(hours=16, minutes=30)
EVENING: Final = timedelta(hours=18)
MIDNIGHT: Final = timedelta(0)
NEXT_MORNING: Final = timedelta(hours=27)
"""The day of the night session ends at 6:00; its figures appear at "27:00", 3:00 on the next day."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One data endpoint.

    key: of the list in the answer; the operation is ``jquants.<key>`` (``jquants.listed_info`` for info).
    path: below the API's base path. plan: the lowest plan that includes it. family: the module with its source.
    page: rows per page; None: no pages.
    one_of: at least one of these parameters is required. required: all of these are.
    days: parameters that are dates. span: the two that bound a period, older first.
    issue: ``code`` is the code of a share, and its form is checked.
    ready: how long after the start of a day in Japan its rows appear.
    windowed: the plan's dates apply.
    first_for_earlier: for Premium, a date before the first day of the data means that day [DOC].
    of_the_future: it has future days, as far as the calendar is published.
    also: further parameters that filter its rows.
    """

    key: str
    path: str
    plan: Plan
    family: str
    page: int | None = 100
    one_of: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    days: tuple[str, ...] = ("date",)
    span: tuple[str, str] | None = ("from", "to")
    issue: bool = True
    ready: timedelta = CLOSE
    windowed: bool = True
    first_for_earlier: bool = False
    of_the_future: bool = False
    also: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every query parameter that it reads, but for paging."""
        code = ("code",) if self.issue else ()
        names = (*self.required, *self.one_of, *code, *self.days, *(self.span or ()), *self.also)
        return tuple(dict.fromkeys(names))

    @property
    def operation(self) -> str:
        """The operation's name."""
        return "jquants.listed_info" if self.key == "info" else f"jquants.{self.key}"


_DATE_OR_CODE: Final = ("date", "code")

_ROWS: Final = (
    Dataset("info", "/listed/info", "free", "listings", page=None, span=None, ready=MIDNIGHT, first_for_earlier=True),
    Dataset("daily_quotes", "/prices/daily_quotes", "free", "prices", one_of=_DATE_OR_CODE),
    Dataset(
        "prices_am", "/prices/prices_am", "premium", "prices", page=20, days=(), span=None, windowed=False,
    ),
    Dataset(
        "trades_spec", "/markets/trades_spec", "light", "flows", page=50, days=(), issue=False, ready=EVENING,
        also=("section",),
    ),
    Dataset("weekly_margin_interest", "/markets/weekly_margin_interest", "standard", "margin", one_of=_DATE_OR_CODE),
    Dataset(
        "short_selling", "/markets/short_selling", "standard", "shorts", one_of=("date", "sector33code"), issue=False,
    ),
    Dataset(
        "short_selling_positions", "/markets/short_selling_positions", "standard", "shorts",
        one_of=("code", "disclosed_date", "calculated_date"), days=("disclosed_date", "calculated_date"),
        span=("disclosed_date_from", "disclosed_date_to"), ready=timedelta(hours=17, minutes=30),
    ),
    Dataset("daily_margin_interest", "/markets/daily_margin_interest", "standard", "margin", one_of=_DATE_OR_CODE),
    Dataset("breakdown", "/markets/breakdown", "premium", "flows", one_of=_DATE_OR_CODE, ready=EVENING),
    Dataset(
        "trading_calendar", "/markets/trading_calendar", "free", "listings", page=None, days=(), issue=False,
        of_the_future=True, also=("holidaydivision",),
    ),
    Dataset("indices", "/indices", "standard", "indices", one_of=_DATE_OR_CODE, issue=False),
    Dataset("topix", "/indices/topix", "light", "indices", days=(), issue=False),
    Dataset("statements", "/fins/statements", "free", "statements", 50, _DATE_OR_CODE, span=None, ready=EVENING),
    Dataset("fs_details", "/fins/fs_details", "premium", "statements", 20, _DATE_OR_CODE, span=None, ready=EVENING),
    Dataset("dividend", "/fins/dividend", "premium", "dividends", one_of=_DATE_OR_CODE, ready=timedelta(hours=19)),
    Dataset(
        "announcement", "/fins/announcement", "free", "statements", page=20, days=(), span=None, issue=False,
        windowed=False,
    ),
    Dataset(
        "index_option", "/option/index_option", "standard", "derivatives", required=("date",), span=None,
        issue=False, ready=NEXT_MORNING,
    ),
    Dataset(
        "futures", "/derivatives/futures", "premium", "derivatives", page=20, required=("date",), span=None,
        issue=False, ready=NEXT_MORNING, also=("category", "contract_flag"),
    ),
    Dataset(
        "options", "/derivatives/options", "premium", "derivatives", required=("date",), span=None,
        ready=NEXT_MORNING, also=("category", "contract_flag"),
    ),
)  # fmt: skip

ENDPOINTS: Final = MappingProxyType({endpoint.key: endpoint for endpoint in _ROWS})
"""Every endpoint by the key of its answer."""
