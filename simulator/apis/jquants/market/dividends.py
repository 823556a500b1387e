"""/fins/dividend: dividend notices, both forecasts and decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from simulator.apis.jquants.market.companies import companies
from simulator.apis.jquants.market.filings import PERIODS, Filing, disclosed_between, dividend, filings, month_end
from simulator.apis.jquants.market.query import DataQuery, Key, Row, Source
from simulator.apis.jquants.market.trading_days import on_or_after, on_or_before, shift
from simulator.apis.jquants.market.value_noise import draw

SETTLED_IN_TWO_DAYS: Final = date(2019, 7, 16)
"""From this day on the ex-date is one business day before the record date; earlier it was two."""
INTERIM: Final = "1"
FINAL: Final = "2"
DECIDED: Final = "1"
FORECAST: Final = "2"
UNDECIDED: Final = "-"


class DividendNotice(NamedTuple):
    """The subject of a notice: which payment of which fiscal year, decided or forecast."""

    payment: str
    status: str
    year_end: date


def _notices(filing: Filing) -> Iterator[DividendNotice]:
    """The second quarter decides the interim dividend; the annual report decides the final one and forecasts both."""
    if filing.period == "2Q":
        yield DividendNotice(INTERIM, DECIDED, filing.year_end)
    elif filing.period == "FY":
        following = month_end(filing.year_end, 12)
        yield DividendNotice(FINAL, DECIDED, filing.year_end)
        yield DividendNotice(INTERIM, FORECAST, following)
        yield DividendNotice(FINAL, FORECAST, following)


def _reference(filing: Filing, place: int) -> str:
    """As in the documents' 201402241B00002: day of the notice, a letter, serial number."""
    serial = int(draw("notice", filing.number, place)[0] * 100_000)
    return f"{filing.disclosed:%Y%m%d}1B{serial:05d}"


def _keys(query: DataQuery) -> Sequence[Key]:
    return sorted(
        (filing.disclosed.isoformat(), _reference(filing, place), filing.company.code, str(filing.year_end.year),
         filing.period, str(place))
        for filing in disclosed_between(query.companies, query.start, query.end)
        for place, _ in enumerate(_notices(filing))
    )  # fmt: skip


def _notice(key: Key, _query: DataQuery) -> Row:
    announced, reference, code, year, period, place = key
    filing = filings(companies()[code], int(year))[PERIODS.index(period)]
    notice = tuple(_notices(filing))[int(place)]
    record = notice.year_end if notice.payment == FINAL else month_end(notice.year_end, -6)
    actual = on_or_before(record)
    rate = dividend(filing.company, notice.year_end) / 2
    vague = notice.status == FORECAST and draw("vague", code)[0] < 0.2
    pays = on_or_after(record + timedelta(days=70))
    return {
        "AnnouncementDate": announced,
        "AnnouncementTime": filing.time[:5],
        "Code": code,
        "ReferenceNumber": reference,
        "StatusCode": "1",
        "BoardMeetingDate": announced,
        "InterimFinalCode": notice.payment,
        "ForecastResultCode": notice.status,
        "InterimFinalTerm": f"{record:%Y-%m}",
        "GrossDividendRate": UNDECIDED if vague else rate,
        "RecordDate": record.isoformat(),
        "ExDate": shift(actual, -1 if actual >= SETTLED_IN_TWO_DAYS else -2).isoformat(),
        "ActualRecordDate": actual.isoformat(),
        "PayableDate": pays.isoformat() if notice.status == DECIDED else UNDECIDED,
        "CAReferenceNumber": reference,
        "DistributionAmount": "",
        "RetainedEarnings": "",
        "DeemedDividend": "",
        "DeemedCapitalGains": "",
        "NetAssetDecreaseRatio": "",
        "CommemorativeSpecialCode": "0",
        "CommemorativeDividendRate": "",
        "SpecialDividendRate": "",
    }


SOURCES: Final = {"dividend": Source(_keys, _notice)}
