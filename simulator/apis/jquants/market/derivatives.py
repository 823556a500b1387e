"""/derivatives/futures, /derivatives/options and /option/index_option: contracts, sessions and model prices.

Futures follow their index; options have Black-Scholes prices with a volatility smile. The night session comes before
the day session. The rules of contracts are in :mod:`contracts`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Final

from simulator.apis.jquants.market.columns import COLUMNS
from simulator.apis.jquants.market.contracts import (
    NIKKEI_OPTIONS,
    RATE,
    Contract,
    Product,
    contracts,
    find,
    futures,
    options,
    underlying_price,
)
from simulator.apis.jquants.market.query import DataQuery, Key, Row, Source
from simulator.apis.jquants.market.trading_days import is_business_day
from simulator.apis.jquants.market.value_noise import between, draw

DETAILS_SINCE: Final = date(2016, 7, 19)
"""The first day with settlement prices, volatility and similar columns (official pages)."""
_DETAILS: Final = frozenset(
    {
        "Volume(OnlyAuction)",
        "EmergencyMarginTriggerDivision",
        "LastTradingDay",
        "SpecialQuotationDay",
        "SettlementPrice",
        "TheoreticalPrice",
        "BaseVolatility",
        "UnderlyingPrice",
        "ImpliedVolatility",
        "InterestRate",
        "CentralContractMonthFlag",
    }
)
NORMAL_MARGIN: Final = "002"
"""From "001 emergency margin, 002 settlement": this market has no emergencies."""
PUT: Final = "1"
YEAR: Final = 365.0


def _rounded(price: float, tick: float) -> float:
    return round(max(round(price / tick), 1) * float(tick), 4)


def base_volatility(product: Product, day: date) -> float:
    """At the money, per cent per year."""
    return round(product.volatility * (0.8 + 0.4 * draw("volatility", product.category, day.toordinal() // 7)[0]), 4)


def implied_volatility(contract: Contract, day: date) -> float:
    """Per cent per year; higher the further the strike is from the money."""
    away = math.log(contract.strike / underlying_price(contract.product, day))
    return round(base_volatility(contract.product, day) * (1 + 1.2 * abs(away) - 0.4 * away), 4)


def theoretical_price(contract: Contract, day: date) -> float:
    """Black-Scholes without dividends; for a future the price of its underlying with interest."""
    now = underlying_price(contract.product, day)
    years = max((contract.settles - day).days, 1) / YEAR
    if contract.strike == 0:
        return now * math.exp(RATE / 100 * years)
    deviation = implied_volatility(contract, day) / 100 * math.sqrt(years)
    first = (math.log(now / contract.strike) + RATE / 100 * years) / deviation + deviation / 2
    discounted = contract.strike * math.exp(-RATE / 100 * years)
    call = now * _normal(first) - discounted * _normal(first - deviation)
    return max(call - now + discounted if contract.put_call == PUT else call, 0.0)


def _normal(value: float) -> float:
    return 0.5 * (1 + math.erf(value / math.sqrt(2)))


def settlement_price(contract: Contract, day: date) -> float:
    """The theoretical price, rounded to the price step."""
    return _rounded(theoretical_price(contract, day), contract.product.tick)


_SESSIONS: Final = ("WholeDay", "NightSession", "DaySession")
_PRICES: Final = ("Open", "High", "Low", "Close")


def _traded(contract: Contract, day: date) -> Row:
    """Prices of the sessions, volume and turnover; zeros without trades, as in the documents."""
    spread, turn, high, low, later_high, later_low, busy, share = draw("contract", contract.code, day)
    volume = round(contract.activity(day) * (0.5 + busy))
    if volume == 0:
        row: Row = {f"{session}{price}": 0.0 for session in _SESSIONS for price in _PRICES}
        return row | {"Volume": 0.0, "TurnoverValue": 0.0, "Volume(OnlyAuction)": 0.0}
    tick, end = contract.product.tick, settlement_price(contract, day)
    span = max(end * (0.08 if contract.strike else 0.008), 2 * tick)
    opening = _rounded(end + span * (spread - 0.5), tick)
    morning = _rounded(between(opening, end, turn), tick)
    dawn = _rounded(between(opening, morning, 0.5) + span * 0.2 * (share - 0.5), tick)
    night = _session(opening, dawn, span * high, span * low, tick)
    daytime = _session(morning, end, span * later_high, span * later_low, tick)
    whole = (night[0], max(night[1], daytime[1]), min(night[2], daytime[2]), daytime[3])
    row = {
        f"{session}{name}": price
        for session, prices in zip(_SESSIONS, (whole, night, daytime), strict=True)
        for name, price in zip(_PRICES, prices, strict=True)
    }
    average = between(whole[2], whole[1], 0.3 + 0.4 * share)
    return row | {
        "Volume": float(volume),
        "TurnoverValue": float(round(volume * average * contract.product.unit)),
        "Volume(OnlyAuction)": float(volume - round(volume * 0.1 * share)),
    }


def _session(first: float, last: float, up: float, down: float, tick: float) -> tuple[float, float, float, float]:
    high, low = _rounded(max(first, last) + up / 2, tick), _rounded(min(first, last) - down / 2, tick)
    return first, max(high, first, last), min(low, first, last), last


def _row(contract: Contract, day: date) -> Row:
    """All columns of the three endpoints."""
    row: Row = {"Date": day.isoformat(), "Code": contract.code} | _traded(contract, day)
    row |= {f"MorningSession{price}": "" for price in _PRICES}  # no such session since 2011 [DOC]
    row |= {
        "DerivativesProductCategory": contract.product.category,
        "UnderlyingSSO": contract.product.share or "-",
        "OpenInterest": float(round(contract.activity(day) * 12)),
        "ContractMonth": contract.month,
        "EmergencyMarginTriggerDivision": NORMAL_MARGIN,
        "LastTradingDay": contract.last_trading_day.isoformat(),
        "SpecialQuotationDay": contract.settles.isoformat(),
        "SettlementPrice": settlement_price(contract, day),
        "CentralContractMonthFlag": contract.central,
    }
    if contract.strike:
        row |= {
            "StrikePrice": contract.strike,
            "PutCallDivision": contract.put_call,
            "TheoreticalPrice": round(theoretical_price(contract, day), 4),
            "BaseVolatility": base_volatility(contract.product, day),
            "UnderlyingPrice": underlying_price(contract.product, day),
            "ImpliedVolatility": implied_volatility(contract, day),
            "InterestRate": RATE,
        }
    if day < DETAILS_SINCE:
        row |= dict.fromkeys(_DETAILS & row.keys(), "")
    return row


def _keys(query: DataQuery, products: Sequence[Product]) -> Sequence[Key]:
    if query.start > query.end or not is_business_day(query.start):
        return []
    category, central = query.given.get("category"), query.given.get("contract_flag")
    wanted = [product for product in products if category in {None, product.category} and product.since <= query.start]
    if "code" in query.given:  # the underlying share of an option (official page)
        wanted = [product for product in wanted if product.share in {company.code for company in query.companies}]
    return sorted(
        (query.start.isoformat(), contract.code, contract.product.name)
        for product in wanted
        for contract in contracts(product, query.start)
        if central in {None, contract.central}
    )


def _source(key: str, products: Sequence[Product]) -> Source:
    def row(found: Key, _query: DataQuery) -> Row:
        day = date.fromisoformat(found[0])
        made = _row(find(found[2], found[1], day), day)
        return {column: made[column] for column in COLUMNS[key]}

    return Source(lambda query: _keys(query, products), row)


SOURCES: Final = {
    "futures": _source("futures", futures()),
    "options": _source("options", options()),
    "index_option": _source("index_option", (NIKKEI_OPTIONS,)),
}
