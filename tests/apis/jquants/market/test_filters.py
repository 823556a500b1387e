"""Parameters choose rows: each row of the table differs in one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.apis.jquants.market.companies import companies
from tests.apis.jquants.market.market import pages, rows


def values(key: str, column: str, query: str) -> set[object]:
    """What a column holds over all pages."""
    return {row[column] for page in pages(key, query) for row in page}


@pytest.mark.parametrize(
    ("key", "query", "column", "expected"),
    [
        pytest.param("daily_quotes", "code=8697&from=20231201", "Code", {"86970"}, id="a code"),
        pytest.param("daily_quotes", "date=2023-12-22", "Date", {"2023-12-22"}, id="a day"),
        pytest.param(
            "daily_quotes", "code=8697&date=2023-12-22&from=2023-12-01", "Date", {"2023-12-22"}, id="a day first"
        ),
        pytest.param(
            "topix", "from=2023-12-21&to=2023-12-25", "Date", {f"2023-12-{d}" for d in (21, 22, 25)}, id="a period"
        ),
        pytest.param("trades_spec", "section=TSEGrowth&from=2023-01-01", "Section", {"TSEGrowth"}, id="a section"),
        pytest.param("trades_spec", "section=TSEPrime&to=2022-04-14", "Section", {"TSEPrime"}, id="since it exists"),
        pytest.param("trades_spec", "section=Nowhere", "Section", set(), id="an unknown section"),
        pytest.param(
            "short_selling", "sector33code=50&from=2023-12-01", "Sector33Code", {"0050"}, id="a sector in short"
        ),
        pytest.param("indices", "code=0028&from=2023-12-01", "Code", {"0028"}, id="an index"),
        pytest.param(
            "indices", "code=0001&from=2022-03-31", "Date", {"2022-03-31", "2022-04-01"}, id="one that has ended"
        ),
        pytest.param("trading_calendar", "holidaydivision=3", "HolidayDivision", {"3"}, id="holiday trading"),
        pytest.param("trading_calendar", "holidaydivision=2", "Date", {"2008-12-30", "2009-01-05"}, id="half days"),
        pytest.param("trading_calendar", "holidaydivision=9", "Date", set(), id="no such division"),
        pytest.param(
            "futures", "date=2023-12-22&category=NK225F", "DerivativesProductCategory", {"NK225F"}, id="a product"
        ),
        pytest.param(
            "futures", "date=2023-12-22&contract_flag=1", "CentralContractMonthFlag", {"1"}, id="central months"
        ),
        pytest.param(
            "options", "date=2023-12-22&category=EQOP&code=7235", "UnderlyingSSO", {"72350"}, id="a share's options"
        ),
        pytest.param("options", "date=2023-12-22&category=TOPIXE", "UnderlyingSSO", {"-"}, id="an index's"),
        pytest.param(
            "short_selling_positions", "calculated_date=2023-12-18", "CalculatedDate", {"2023-12-18"}, id="calculated"
        ),
        pytest.param(
            "short_selling_positions", "disclosed_date=2023-12-20", "DisclosedDate", {"2023-12-20"}, id="disclosed"
        ),
        pytest.param("statements", "date=2023-01-30", "DisclosedDate", {"2023-01-30"}, id="reports of a day"),
        pytest.param("dividend", "date=2023-10-30", "AnnouncementDate", {"2023-10-30"}, id="notices of a day"),
    ],
)
def test_a_parameter_chooses(key: str, query: str, column: str, expected: set[object]) -> None:
    assert values(key, column, query) == expected


def test_everybody_who_is_listed_is_quoted() -> None:
    quoted = [row["Code"] for page in pages("daily_quotes", "date=2023-12-22") for row in page]
    assert quoted == [row["Code"] for row in rows("info", "date=2023-12-22")]
    assert "65210" not in quoted, "struck off in 2021"
    assert "151A0" not in quoted, "listed in 2024"
    assert "65210" in {row["Code"] for row in rows("daily_quotes", "date=2021-07-28")}
    assert "65210" not in {row["Code"] for row in rows("daily_quotes", "date=2021-07-29")}


def test_a_code_with_a_letter_is_one() -> None:
    """Since 2024; its first day of trading is its first row."""
    found = rows("daily_quotes", "code=151A", at=datetime(2024, 3, 1, 12, tzinfo=UTC))
    assert [row["Date"] for row in found] == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert {(row["Code"], row["UpperLimit"], row["LowerLimit"]) for row in found[:1]} == {("151A0", "0", "0")}


def test_the_segments_had_other_names_before_they_were_redrawn() -> None:
    def names(day: str) -> set[str]:
        return {row["MarketCodeName"] for row in rows("info", f"date={day}")}

    assert names("2022-04-01") == {"東証一部", "東証二部", "マザーズ", "その他"}
    assert names("2022-04-04") == {"プライム", "スタンダード", "グロース", "その他"}


def test_every_sector_has_somebody() -> None:
    assert len({company.sector for company in companies().values()}) == 34


def test_an_index_option_is_the_same_contract_in_both_endpoints() -> None:
    one = {row["Code"]: row for page in pages("index_option", "date=2023-12-22") for row in page}
    other = {row["Code"]: row for page in pages("options", "date=2023-12-22&category=NK225E") for row in page}
    assert one.keys() == other.keys()
    assert len(one) == 210
    assert all(row.items() <= other[code].items() for code, row in one.items())
