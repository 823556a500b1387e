"""GET /v1/listed/info: who may ask, and what comes (docs/sources/jquants.md §4)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest

from simulator.apis.jquants.settings import Account
from tests.apis.jquants.client import (
    DAY,
    DEAD_ID_TOKEN,
    LISTED_INFO,
    MICROSECOND,
    NOT_SUBSCRIBED,
    SECOND,
    JQuants,
)
from tests.apis.jquants.conftest import Start

COLUMNS = [
    *("Date", "Code", "CompanyName", "CompanyNameEnglish", "Sector17Code", "Sector17CodeName", "Sector33Code"),
    *("Sector33CodeName", "ScaleCategory", "MarketCode", "MarketCodeName"),
]
MARGIN_COLUMNS = ["MarginCode", "MarginCodeName"]
SAMPLE = {
    "Date": "2022-11-11",
    "Code": "86970",
    "CompanyName": "日本取引所グループ",
    "CompanyNameEnglish": "Japan Exchange Group,Inc.",
    "Sector17Code": "16",
    "Sector17CodeName": "金融（除く銀行）",
    "Sector33Code": "7200",
    "Sector33CodeName": "その他金融業",
    "ScaleCategory": "TOPIX Large70",
    "MarketCode": "0111",
    "MarketCodeName": "プライム",
    "MarginCode": "1",
    "MarginCodeName": "信用",
}


def with_plan(start: Start, plan: str) -> tuple[JQuants, str]:
    account = Account("a@example.com", "secret", plan)
    jquants = start(accounts=(account,))
    token = jquants.world.issue_id_token(
        "a@example.com", jquants.clock.now(), family="f", auth_time=jquants.clock.now()
    )
    return jquants, token.token


def at(jquants: JQuants, *moment: int) -> str:
    """Move the clock; answers an ID token of that moment."""
    jquants.clock.set(at=datetime(*moment, tzinfo=UTC))  # type: ignore[misc] # year, month, day, …
    return jquants.id_token()


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(None, id="no header"),
        pytest.param("", id="empty"),
        pytest.param("Bearer", id="the word alone"),
        pytest.param("Bearer ", id="an empty token, as the official client sends it"),
        pytest.param("Bearer NIL", id="NIL, as a Lisp client sends it"),
        pytest.param("Bearer undefined", id="undefined"),
        pytest.param("Bearer a.b.c", id="no token of ours"),
        pytest.param("Basic dXNlcjpwYXNzd29yZA==", id="another scheme"),
        pytest.param("Bearer é", id="no ASCII"),
    ],
)
@pytest.mark.parametrize("query", ["", "date=nonsense", "date=1066-10-14"], ids=["plain", "bad date", "far date"])
def test_without_a_good_token_it_is_401_whatever_is_asked(jquants: JQuants, header: str | None, query: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = jquants.service.get(f"{LISTED_INFO}?{query}", headers=headers)
    assert (answer.status, answer.json) == (401, DEAD_ID_TOKEN)
    assert answer.body == b'{"message": "The incoming token is invalid or expired."}'


def test_a_refresh_token_opens_no_data(jquants: JQuants) -> None:
    answer = jquants.listed_info(jquants.refresh_token())
    assert (answer.status, answer.json) == (401, DEAD_ID_TOKEN)


def test_two_authorization_headers_open_nothing(jquants: JQuants) -> None:
    token = f"Bearer {jquants.id_token()}"
    answer = jquants.listed_info("", headers=[("Authorization", token), ("Authorization", token)])
    assert answer.status == 401


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "BEARER  {}", "{}"])
def test_the_word_bearer_may_be_small_or_missing(jquants: JQuants, form: str) -> None:
    token = jquants.id_token()
    assert jquants.listed_info(token, headers={"Authorization": form.format(token)}).status == 200


def test_an_id_token_dies_after_its_day(jquants: JQuants) -> None:
    """One step inside, at the edge, past it; a new one works again."""
    refresh_token = jquants.refresh_token()
    token = jquants.id_token(refresh_token)
    jquants.clock.advance(DAY - SECOND)
    assert jquants.listed_info(token).status == 200
    jquants.clock.advance(SECOND)
    assert jquants.listed_info(token).json == DEAD_ID_TOKEN
    jquants.clock.advance(SECOND)
    assert jquants.listed_info(token).json == DEAD_ID_TOKEN
    assert jquants.listed_info(jquants.id_token(refresh_token)).status == 200


def test_an_id_token_counts_from_the_second_it_was_born_in(jquants: JQuants) -> None:
    """Born at .999999, it dies one microsecond less than a day later, and a microsecond before that it lives."""
    jquants.clock.advance(SECOND - MICROSECOND)
    token = jquants.id_token()
    jquants.clock.advance(DAY - SECOND)
    assert jquants.listed_info(token).status == 200
    jquants.clock.advance(MICROSECOND)
    assert jquants.listed_info(token).json == DEAD_ID_TOKEN


def test_an_id_token_outlives_the_refresh_token_it_came_from(jquants: JQuants) -> None:
    refresh_token = jquants.refresh_token()
    jquants.clock.advance(7 * DAY - SECOND)
    token = jquants.id_token(refresh_token)
    jquants.clock.advance(SECOND)
    assert jquants.refresh(refresh_token).status == 403
    assert jquants.listed_info(token).status == 200


def test_the_documents_sample_is_answered_to_the_letter(jquants: JQuants) -> None:
    answer = jquants.listed_info(jquants.id_token(), "code=86970&date=2022-11-11")
    assert answer.json == {"info": [SAMPLE]}
    assert list(answer.json["info"][0]) == [*COLUMNS, *MARGIN_COLUMNS]
    assert '"CompanyName": "日本取引所グループ"'.encode() in answer.body, "UTF-8, not escapes"


@pytest.mark.parametrize(
    ("plan", "columns"),
    [
        pytest.param("free", COLUMNS, id="free"),
        pytest.param("light", COLUMNS, id="light"),
        pytest.param("standard", COLUMNS + MARGIN_COLUMNS, id="standard"),
        pytest.param("premium", COLUMNS + MARGIN_COLUMNS, id="premium"),
    ],
)
def test_every_row_has_the_columns_of_the_plan(start: Start, plan: str, columns: list[str]) -> None:
    jquants, token = with_plan(start, plan)
    rows = jquants.listed_info(token).json["info"]
    assert len(rows) > 1
    assert [list(row) for row in rows] == [columns] * len(rows)
    assert all(isinstance(value, str) for row in rows for value in row.values())
    assert [row["Code"] for row in rows] == sorted({row["Code"] for row in rows})


def test_without_a_plan_there_is_no_data(start: Start) -> None:
    jquants, token = with_plan(start, "none")
    answer = jquants.listed_info(token, "date=nonsense")
    assert (answer.status, answer.json) == (403, NOT_SUBSCRIBED)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        pytest.param("code=86970", ["86970"], id="five digits"),
        pytest.param("code=8697", ["86970"], id="four digits"),
        pytest.param("code=99999", [], id="unknown"),
        pytest.param("code=86970&code=", None, id="empty counts as absent, so all"),
        pytest.param("code=&date=", None, id="as the official client sends it"),
    ],
)
def test_a_code_chooses_issues(jquants: JQuants, query: str, codes: list[str] | None) -> None:
    token = jquants.id_token()
    answer = jquants.listed_info(token, query)
    assert answer.status == 200
    everything = [row["Code"] for row in jquants.listed_info(token).json["info"]]
    assert [row["Code"] for row in answer.json["info"]] == (everything if codes is None else codes)


def dates_of(jquants: JQuants, token: str, query: str = "") -> set[str]:
    return {row["Date"] for row in jquants.listed_info(token, query).json["info"]}


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        pytest.param("20221111", "2022-11-11", id="without hyphens"),
        pytest.param("2022-11-11", "2022-11-11", id="with hyphens"),
        pytest.param("2022-11-12", "2022-11-14", id="a Saturday"),
        pytest.param("2022-11-23", "2022-11-24", id="a holiday"),
        pytest.param("2023-12-31", "2024-01-04", id="the turn of the year"),
        pytest.param("2019-04-27", "2019-05-07", id="ten days of accession"),
        pytest.param("2008-05-07", "2008-05-07", id="the first day"),
        pytest.param("2008-05-06", "2008-05-07", id="before the first day: the first day"),
        pytest.param("1066-10-14", "2008-05-07", id="long before it"),
        pytest.param("2024-01-05", "2024-01-04", id="tomorrow, whose list is not out"),
        pytest.param("9999-12-31", "2024-01-04", id="the last day there is"),
    ],
)
def test_a_date_chooses_a_business_days_list(jquants: JQuants, asked: str, answered: str) -> None:
    """The clock stands at nine in the morning of 4 January 2024 in Japan."""
    assert dates_of(jquants, jquants.id_token(), f"date={asked}") == {answered}


@pytest.mark.parametrize(
    ("moment", "today", "future"),
    [
        pytest.param((2024, 1, 4, 8, 29, 59), "2024-01-04", "2024-01-04", id="17:29:59 in Japan"),
        pytest.param((2024, 1, 4, 8, 30), "2024-01-04", "2024-01-05", id="17:30: tomorrow's list is out"),
        pytest.param((2024, 1, 4, 15), "2024-01-05", "2024-01-05", id="midnight in Japan"),
        pytest.param((2024, 1, 5, 8, 30), "2024-01-05", "2024-01-09", id="a Friday before a holiday"),
        pytest.param((2024, 1, 6, 9), "2024-01-09", "2024-01-09", id="on a Saturday, the next business day's"),
    ],
)
def test_today_is_japans_and_the_next_list_comes_out_at_half_past_five(
    jquants: JQuants, moment: tuple[int, ...], today: str, future: str
) -> None:
    token = at(jquants, *moment)
    assert dates_of(jquants, token) == {today}
    assert dates_of(jquants, token, "date=2030-01-01") == {future}


@pytest.mark.parametrize(
    "asked", ["2022-02-30", "20221301", "2022-1-1", "2022/11/11", "221111", "today", "２０２２１１１１", "00000101"]
)
def test_a_date_on_no_calendar_is_400(jquants: JQuants, asked: str) -> None:
    answer = jquants.listed_info(jquants.id_token(), f"date={quote(asked)}")
    assert answer.status == 400
    assert list(answer.json) == ["message"]


@pytest.mark.parametrize(
    ("plan", "first", "last"),
    [
        pytest.param("free", date(2021, 10, 12), date(2023, 10, 12), id="free"),
        pytest.param("light", date(2019, 1, 4), None, id="light"),
        pytest.param("standard", date(2014, 1, 4), None, id="standard"),
    ],
)
def test_dates_outside_the_plan_are_400_with_its_dates(start: Start, plan: str, first: date, last: date | None) -> None:
    """Both ends are inside, the days beyond them are not."""
    jquants, token = with_plan(start, plan)
    inside = [first] if last is None else [first, last]
    outside = [first - DAY] if last is None else [first - DAY, last + DAY]
    text = (
        f"Your subscription covers the following dates: {first} ~ {last or ''}. "
        "If you want more data, please check other plans:  https://jpx-jquants.com/"
    )
    for day in inside:
        assert jquants.listed_info(token, f"date={day}").status == 200
    for day in outside:
        answer = jquants.listed_info(token, f"date={day}")
        assert (answer.status, answer.json) == (400, {"message": text})


def test_the_free_plan_sees_the_last_list_it_covers(start: Start) -> None:
    jquants, token = with_plan(start, "free")
    assert dates_of(jquants, token) == {"2023-10-12"}


@pytest.mark.parametrize("plan", ["free", "light", "premium"])
@pytest.mark.parametrize("year", [1, 5, 2100, 9999])
def test_any_year_of_the_clock_has_a_list_or_a_refusal(start: Start, plan: str, year: int) -> None:
    jquants, _ = with_plan(start, plan)
    jquants.clock.set(at=datetime(year, 12, 31, tzinfo=UTC))
    now = jquants.clock.now()
    token = jquants.world.issue_id_token("a@example.com", now, family="f", auth_time=now).token
    for query in ("", "date=0001-01-01", "date=9999-12-31"):
        assert jquants.listed_info(token, query).status in {200, 400}


def test_a_leap_day_has_a_window_too(start: Start) -> None:
    jquants, _ = with_plan(start, "light")
    jquants.clock.set(at=datetime(2024, 2, 29, tzinfo=UTC))
    now = jquants.clock.now()
    token = jquants.world.issue_id_token("a@example.com", now, family="f", auth_time=now).token
    assert jquants.listed_info(token, "date=2019-02-28").status == 200
    assert jquants.listed_info(token, "date=2019-02-27").status == 400
