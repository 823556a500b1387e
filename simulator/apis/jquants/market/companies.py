"""The listed companies. 日本取引所グループ (86970) has the documents' values; every other company is invented.

There is at least one company in each sector, so that every filter finds something, and there are difficult cases: a
preferred share besides its common share, a fund, a code with a letter, a late listing, a delisting, splits and a
consolidation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from simulator.apis.jquants.market.sectors import BEFORE_2022_04_04, MARGIN, SECTOR17, SECTOR33, SEGMENTS

ANCHOR: Final = date(2023, 3, 24)
"""The day on which every company's price is its ``price`` (the documents' sample day)."""
NEW_SEGMENTS: Final = date(2022, 4, 4)
BEGINNING: Final = date(2008, 1, 1)

Standard = Literal["JP", "IFRS", "US"]


@dataclass(frozen=True, slots=True)
class Split:
    """A split or consolidation of shares.

    ex_date: the first trading day at the new price. factor: new price over old: 0.5 for one share into two.
    """

    ex_date: date
    factor: float


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """A listed issue. There is one object for each; comparison and hash are by identity.

    code: five characters; the fifth is 0 for common shares. scale: "TOPIX …", or "-" if it is not in the index.
    market: today's code. price: yen, unadjusted, on ANCHOR. turnover: typical yen per day. shares: number issued.
    step: a typical day's move, as a fraction of the price. year_end: the fiscal year's last month.
    """

    code: str
    name: str
    english: str
    sector: str
    scale: str
    market: str
    price: float
    turnover: float
    shares: int
    step: float = 0.012
    margin: str = "2"
    year_end: int = 3
    standard: Standard = "JP"
    listed: date = BEGINNING
    delisted: date | None = None
    splits: tuple[Split, ...] = ()

    def is_listed(self, day: date) -> bool:
        """From its first trading day until the day before it is delisted."""
        return self.listed <= day and (self.delisted is None or day < self.delisted)

    @property
    def files_statements(self) -> bool:
        """True for common shares; funds and preferred shares have no reports."""
        return self.sector != "9999" and self.code.endswith("0")

    def info(self, day: date, *, margin: bool) -> dict[str, object]:
        """The row of /listed/info; Standard and Premium get the margin columns.

        Source: docs/sources/jquants.md §4.5.
        """
        sector33, sector17 = SECTOR33[self.sector]
        market = self.market if day >= NEW_SEGMENTS else BEFORE_2022_04_04[self.market]
        row: dict[str, object] = {
            "Date": day.isoformat(),
            "Code": self.code,
            "CompanyName": self.name,
            "CompanyNameEnglish": self.english,
            "Sector17Code": sector17,
            "Sector17CodeName": SECTOR17[sector17],
            "Sector33Code": self.sector,
            "Sector33CodeName": sector33,
            "ScaleCategory": self.scale,
            "MarketCode": market,
            "MarketCodeName": SEGMENTS[market],
        }
        if margin:
            row |= {"MarginCode": self.margin, "MarginCodeName": MARGIN[self.margin]}
        return row


_C = Company
_M = 1_000_000


def _prime() -> Iterator[Company]:
    """Large and middle-sized companies."""
    large, core, mid = "TOPIX Large70", "TOPIX Core30", "TOPIX Mid400"
    yield _C(
        "86970", "日本取引所グループ", "Japan Exchange Group,Inc.", "7200", large, "0111", 2045, 4.5e9, 528 * _M,
        step=0.008, margin="1", standard="IFRS",
    )  # fmt: skip
    yield _C("13110", "青嶺水産", "Aomine Fisheries Co.,Ltd.", "0050", mid, "0111", 2860, 6e8, 31 * _M)
    yield _C("16010", "北斗資源開発", "Hokuto Resources Inc.", "1050", mid, "0111", 1310, 2e9, 140 * _M, year_end=12)
    yield _C(
        "18070", "紅葉建設", "Koyo Construction Corporation", "2050", mid, "0111", 1642, 1.1e9, 90 * _M,
        splits=(Split(date(2018, 9, 26), 0.5),),
    )  # fmt: skip
    yield _C("28110", "みのり食品", "Minori Foods Co.,Ltd.", "3050", mid, "0111", 4015, 1.6e9, 88 * _M, step=0.009)
    yield _C("34120", "東雲紡", "Shinonome Spinning Co.,Ltd.", "3100", mid, "0111", 742, 4e8, 110 * _M)
    yield _C("38710", "白河製紙", "Shirakawa Paper Mills Co.,Ltd.", "3150", mid, "0111", 588, 7e8, 230 * _M)
    yield _C(
        "40440", "瑞穂化成", "Mizuho Kasei Corporation", "3200", large, "0111", 3475, 5.2e9, 210 * _M,
        standard="IFRS", splits=(Split(date(2024, 9, 27), 0.2),),
    )  # fmt: skip
    yield _C(
        "45270", "長命製薬", "Chomei Pharmaceutical Co.,Ltd.", "3250", core, "0111", 4580, 9e9, 640 * _M,
        step=0.009, standard="IFRS",
    )  # fmt: skip
    yield _C("50060", "南海石油", "Nankai Petroleum Co.,Ltd.", "3300", mid, "0111", 468, 1.3e9, 420 * _M)
    yield _C("51230", "弾正ゴム", "Danjo Rubber Co.,Ltd.", "3350", mid, "0111", 1203, 9e8, 150 * _M, year_end=12)
    yield _C("52240", "玻璃工業", "Hari Glass Industries,Ltd.", "3400", mid, "0111", 4890, 1.9e9, 52 * _M)
    yield _C(
        "54290", "磐城製鋼", "Iwaki Steel Corporation", "3450", large, "0111", 3120, 6.4e9, 180 * _M,
        splits=(Split(date(2010, 9, 28), 10.0),),
    )  # fmt: skip
    yield _C("57190", "銅山金属", "Dozan Metals Co.,Ltd.", "3500", mid, "0111", 2233, 2.4e9, 115 * _M, step=0.014)
    yield _C("63870", "大和精機", "Yamato Seiki Corporation", "3600", large, "0111", 22450, 1.1e10, 62 * _M)
    yield _C(
        "67680", "灯電機", "Tomoshibi Electric Corporation", "3650", core, "0111", 11840, 2.6e10, 1_240 * _M,
        standard="US",
    )  # fmt: skip
    yield _C(
        "72350", "疾風自動車", "Hayate Motor Corporation", "3700", core, "0111", 1861, 4.1e10, 3_100 * _M,
        standard="IFRS", splits=(Split(date(2021, 9, 29), 0.2),),
    )  # fmt: skip


def _prime_services() -> Iterator[Company]:
    large, core, mid = "TOPIX Large70", "TOPIX Core30", "TOPIX Mid400"
    yield _C("77440", "刻計器", "Kizami Instruments Inc.", "3750", mid, "0111", 6120, 2.2e9, 48 * _M)
    yield _C("79580", "遊楽", "Yuraku Inc.", "3800", mid, "0111", 2904, 1.5e9, 77 * _M)
    yield _C("95160", "東山電力", "Higashiyama Electric Power Co.,Inc.", "4050", mid, "0111", 655, 1.8e9, 480 * _M)
    yield _C("90380", "海道鉄道", "Kaido Railway Company", "5050", large, "0111", 7310, 3.3e9, 205 * _M, step=0.008)
    yield _C("91180", "白波汽船", "Shiranami Kisen Kaisha,Ltd.", "5100", mid, "0111", 3240, 8e9, 130 * _M, step=0.016)
    yield _C("92150", "大空航空", "Oozora Airlines Co.,Ltd.", "5150", mid, "0111", 2810, 3.9e9, 300 * _M)
    yield _C("93350", "港倉庫", "Minato Warehouse Co.,Ltd.", "5200", "TOPIX Small 1", "0111", 2125, 2e8, 33 * _M)
    yield _C(
        "94610", "結通信", "Musubi Communications Corporation", "5250", core, "0111", 4010, 1.7e10, 2_300 * _M,
        step=0.007, standard="IFRS", splits=(Split(date(2015, 3, 27), 0.3333333), Split(date(2025, 3, 28), 0.5)),
    )  # fmt: skip
    yield _C(
        "80870", "丸交易", "Maru Trading Corporation", "6050", core, "0111", 4390, 1.4e10, 1_400 * _M, standard="IFRS"
    )
    yield _C("99730", "暖簾", "Noren Holdings Co.,Ltd.", "6100", large, "0111", 5670, 4.4e9, 190 * _M, year_end=2)
    yield _C("83970", "五街道銀行", "Gokaido Bank,Ltd.", "7050", core, "0111", 843, 2.9e10, 6_200 * _M)
    yield _C("86180", "武蔵野証券", "Musashino Securities Co.,Ltd.", "7100", mid, "0111", 497, 3.1e9, 900 * _M)
    yield _C("87610", "安堵火災海上保険", "Ando Marine & Fire Insurance", "7150", large, "0111", 2580, 5.8e9, 510 * _M)
    yield _C("88120", "千代田地所", "Chiyoda Estate Co.,Ltd.", "8050", large, "0111", 2466, 6.1e9, 340 * _M)


def _others() -> Iterator[Company]:
    """Smaller companies, and the difficult cases."""
    yield _C("21750", "手習", "Tenarai Inc.", "9050", "-", "0112", 1180, 6e7, 12 * _M, year_end=9, margin="1")
    yield _C("59720", "鋼線工作所", "Kosen Works,Ltd.", "3550", "TOPIX Small 2", "0112", 1015, 4e7, 9 * _M, margin="1")
    yield _C("21600", "茶寮", "Saryo Co.,Ltd.", "3050", "TOPIX Mid400", "0111", 4425, 1.1e9, 89 * _M, year_end=4)
    yield _C(
        "21605", "茶寮 優先株式", "Saryo Co.,Ltd. Preferred Stock", "3050", "-", "0111", 1894, 6e7, 34 * _M, margin="3"
    )
    yield _C(
        "13990", "標準TOPIX連動型上場投資信託", "Hyojun TOPIX ETF", "9999", "-", "0109", 2051, 9e8, 80 * _M, step=0.008
    )
    yield _C(
        "71820", "早瀬ソフトウェア", "Hayase Software Inc.", "5250", "-", "0113", 968, 1.9e8, 14 * _M, step=0.022,
        margin="1", year_end=6, listed=date(2019, 6, 26), splits=(Split(date(2020, 12, 29), 0.25),),
    )  # fmt: skip
    yield _C(
        "151A0", "薬研バイオ", "Yagen Bio Inc.", "3250", "-", "0113", 1410, 2.6e8, 21 * _M, step=0.025,
        margin="1", year_end=12, listed=date(2024, 2, 28),
    )  # fmt: skip
    yield _C(
        "65210", "旧式電工", "Kyushiki Denko Co.,Ltd.", "3650", "TOPIX Small 2", "0112", 377, 3e7, 18 * _M,
        margin="1", delisted=date(2021, 7, 29),
    )  # fmt: skip


@cache
def companies() -> MappingProxyType[str, Company]:
    """Every company, delisted ones included, by code, sorted by code."""
    rows = sorted((*_prime(), *_prime_services(), *_others()), key=lambda company: company.code)
    return MappingProxyType({company.code: company for company in rows})


def find(code: str) -> Company | None:
    """The company of a code of five characters, or of four for the common share; None for an unknown code.

    Source: docs/sources/jquants.md §4.3.
    """
    return companies().get(code if len(code) == 5 else code + "0")
