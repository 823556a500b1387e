"""The futures and options that exist on a day: products, contract months, strikes, codes.

Sources: the category lists of the official pages of /derivatives/futures and /derivatives/options (categories and
the days they begin); the samples there (form of codes: 169090005, 140014505, 130060018). Levels are invented;
all products settle on the second Friday, the rule of the index products [INF for the others].
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Final, Literal

from simulator.apis.jquants.facts import DATA_BEGIN
from simulator.apis.jquants.market.companies import companies
from simulator.apis.jquants.market.indices import level
from simulator.apis.jquants.market.quotes import close
from simulator.apis.jquants.market.trading_days import on_or_before, shift
from simulator.apis.jquants.market.value_noise import draw

RATE: Final = 0.2336
"""Interest for model prices, per cent per year (the sample of /option/index_option)."""
FRIDAY: Final = 4
STRIKES: Final = 10
"""Strikes on either side of the one at the money."""

Cycle = Literal["quarters", "months", "weeks"]


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A kind of contract.

    underlying: two digits, the end of its codes. level: of the underlying on the market's anchor day.
    tick: price step. unit: yen per point. volume: contracts per day in the busiest month. count: months listed.
    strike_step: between strikes, 0 for futures. share: the code of the underlying share, "" for an index.
    volatility: per cent per year. wanders: the index whose level it follows (a share option follows its share).
    """

    category: str
    underlying: str
    level: float
    tick: float
    unit: int
    volume: int
    cycle: Cycle = "quarters"
    count: int = 3
    strike_step: float = 0.0
    share: str = ""
    volatility: float = 18.0
    wanders: str = "0000"
    since: date = DATA_BEGIN

    @property
    def name(self) -> str:
        """Unique: the category, plus the share where a category has several products."""
        return f"{self.category}{self.share}"


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract month (and strike). month: YYYY-MM, or YYYY-WW for weekly options [DOC].

    place: 0 for the nearest month. steps: how many strikes from the money. put_call: 1 put, 2 call, "" for a future.
    """

    product: Product
    code: str
    month: str
    settles: date
    place: int
    strike: float = 0.0
    put_call: str = ""
    steps: int = 0

    @property
    def last_trading_day(self) -> date:
        """The business day before the special quotation."""
        return shift(self.settles, -1)

    @property
    def central(self) -> str:
        """Whether it is the central contract month: "1" or "0"."""
        return "1" if self.place == 0 else "0"

    def activity(self, day: date) -> float:
        """Contracts traded on a typical day; none in far months and strikes."""
        busy = (
            self.product.volume * 0.7 ** abs(self.steps) * (0.6 + 0.8 * draw("week", self.code, day.isocalendar())[0])
        )
        return busy / 8.0**self.place


_NIKKEI: Final = "N225"

NIKKEI_OPTIONS: Final = Product("NK225E", "18", 27_400, 1, 1_000, 4_000, "months", 5, strike_step=250, wanders=_NIKKEI)
"""The product of /option/index_option too."""


@cache
def futures() -> tuple[Product, ...]:
    """The products of /derivatives/futures."""
    return (
        Product("TOPIXF", "05", 1_950, 0.5, 10_000, 60_000, count=5),
        Product("TOPIXMF", "06", 1_950, 0.25, 1_000, 9_000, since=date(2008, 6, 16)),
        Product("MOTF", "22", 745, 1, 1_000, 4_000, wanders="0070", since=date(2016, 7, 19)),
        Product("NKVIF", "21", 19, 0.05, 10_000, 60, "months", 4, wanders="VI", since=date(2012, 2, 27)),
        Product("NKYDF", "20", 520, 1, 1_000, 20, count=2, wanders="YD", since=date(2010, 7, 26)),
        Product("NK225F", "18", 27_400, 10, 1_000, 45_000, count=5, wanders=_NIKKEI),
        Product("NK225MF", "19", 27_400, 5, 100, 600_000, "months", 5, wanders=_NIKKEI),
        Product("JN400F", "24", 17_600, 5, 100, 20_000, wanders="JN400", since=date(2014, 11, 25)),
        Product("REITF", "12", 1_790, 0.5, 1_000, 1_500, wanders="0075", since=date(2008, 6, 16)),
        Product("DJIAF", "23", 32_200, 1, 100, 300, wanders="DJIA", since=date(2012, 5, 28)),
        Product("JGBLF", "01", 147, 0.01, 1_000_000, 25_000, wanders="JGB"),
        Product("NK225MCF", "29", 27_400, 5, 10, 90_000, "months", 5, wanders=_NIKKEI, since=date(2023, 5, 29)),
        Product("TOA3MF", "31", 99.9, 0.0025, 250_000, 400, wanders="TONA", since=date(2023, 5, 29)),
    )


@cache
def options() -> tuple[Product, ...]:
    """The products of /derivatives/options; of those on shares, three."""
    on_shares = tuple(
        Product(
            "EQOP", number, companies()[code].price, 0.5, 100, 20, "months", 2,
            strike_step=round(companies()[code].price / 20, -1), share=code, volatility=28, since=date(2014, 11, 17),
        )
        for number, code in (("41", "72350"), ("42", "83970"), ("43", "86970"))
    )  # fmt: skip
    return (
        Product("TOPIXE", "05", 1_950, 0.5, 10_000, 200, "months", 3, strike_step=25),
        NIKKEI_OPTIONS,
        Product("JGBLFE", "01", 147, 0.01, 1_000_000, 900, "months", 2, strike_step=0.5, volatility=4, wanders="JGB"),
        *on_shares,
        Product(
            "NK225MWE", "28", 27_400, 1, 100, 700, "weeks", 2, strike_step=250, wanders=_NIKKEI,
            since=date(2023, 5, 29),
        ),
    )  # fmt: skip


@lru_cache(maxsize=256)
def underlying_price(product: Product, day: date) -> float:
    """The underlying's price at the close; less volatile where prices are near par (bonds, interest)."""
    if product.share:
        return close(companies()[product.share], day)
    moved = level(product.wanders, product.level, day)
    calm = product.wanders in {"JGB", "TONA"}
    return round(product.level + (moved - product.level) * 0.05, 3) if calm else moved


def special_quotation(year: int, month: int) -> date:
    """The second Friday, or the business day before it if that Friday is a holiday."""
    first = date(year, month, 1)
    return on_or_before(first + timedelta(days=(FRIDAY - first.weekday()) % 7 + 7))


def _months(product: Product, day: date) -> list[tuple[str, date]]:
    """The contract months that still trade on a day, nearest first, with their settlement days."""
    if product.cycle == "weeks":
        friday = day + timedelta(days=(FRIDAY - day.weekday()) % 7)
        weeks = [friday + timedelta(days=7 * place) for place in range(product.count + 1)]
        ends = [(f"{week:%G-%V}", on_or_before(week)) for week in weeks]
    else:
        every = 3 if product.cycle == "quarters" else 1
        numbers = [day.year * 12 + day.month - 1 + ahead for ahead in range((product.count + 1) * every)]
        ends = [
            (f"{number // 12}-{number % 12 + 1:02d}", special_quotation(number // 12, number % 12 + 1))
            for number in numbers
            if (number % 12 + 1) % every == 0
        ]
    return [(month, settles) for month, settles in ends if settles > day][: product.count]


def _code(product: Product, kind: str, month: str, strike: float) -> str:
    """Nine digits: 1, kind, year, month, strike, underlying; the year's digit is 9 for 2024, 0 for 2025."""
    year, _, number = month.partition("-")
    if not strike:
        return f"1{kind}{(int(year) + 5) % 10}{number}00{product.underlying}"
    scale = {0.5: 0.5, 25: 10, 250: 100}.get(product.strike_step, product.strike_step)
    return f"1{kind}{(int(year) + 5) % 10}{number}{int(strike / scale) % 100:02d}{product.underlying}"


@lru_cache(maxsize=16)
def contracts(product: Product, day: date) -> tuple[Contract, ...]:
    """Every contract of a product that trades on a business day."""
    found: list[Contract] = []
    for place, (month, settles) in enumerate(_months(product, day)):
        if not product.strike_step:
            found.append(Contract(product, _code(product, "6", month, 0), month, settles, place))
            continue
        middle = round(underlying_price(product, day) / product.strike_step)
        for steps in range(-min(STRIKES, middle - 1), STRIKES + 1):
            strike = float((middle + steps) * product.strike_step)
            found += [
                Contract(product, _code(product, kind, month, strike), month, settles, place, strike, put_call, steps)
                for kind, put_call in (("3", "1"), ("4", "2"))
            ]
    return tuple(found)


def find(name: str, code: str, day: date) -> Contract:
    """The contract of this code among those of a day; its product by name."""
    product = next(product for product in (*futures(), *options()) if product.name == name)
    return next(contract for contract in contracts(product, day) if contract.code == code)
