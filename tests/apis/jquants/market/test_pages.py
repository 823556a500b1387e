"""Paging: each row once, a new key on every page, none on the last; a key of another query is refused."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis.jquants.market.answers import answer, source
from simulator.apis.jquants.market.endpoints import ENDPOINTS
from simulator.apis.jquants.market.pages import _seal
from simulator.apis.jquants.market.query import parse_query
from simulator.apis.jquants.plans import coverage, japan_time
from tests.apis.jquants.market.market import EVENING, ask, pages, parameters

WIDE = {
    "daily_quotes": ["code=86970&from=2022-06-01", "date=2023-12-22"],
    "prices_am": [""],
    "trades_spec": ["from=2022-01-01"],
    "weekly_margin_interest": ["code=72350&from=2019-01-01", "date=2023-12-22"],
    "short_selling": ["sector33code=0050&from=2022-06-01", "date=2023-12-22"],
    "short_selling_positions": ["code=21750", "disclosed_date=2023-12-20"],
    "daily_margin_interest": ["code=71820", "code=151A"],
    "breakdown": ["code=21750&from=2022-06-01", "date=2023-12-22"],
    "indices": ["code=0028&from=2022-06-01", "date=2023-12-22"],
    "topix": ["from=2022-06-01", "to=2009-01-01"],
    "statements": ["code=86970", "date=2023-11-10"],
    "fs_details": ["code=28110", "date=2023-11-10"],
    "dividend": ["code=86970", "code=99730"],
    "announcement": [""],
    "index_option": ["date=2023-12-22", "date=2012-06-01"],
    "futures": ["date=2023-12-22", "date=2008-05-07"],
    "options": ["date=2023-12-22", "date=2023-12-22&category=EQOP"],
}
AFTERNOON = datetime(2023, 12, 22, 6, tzinfo=UTC)
"""Three o'clock in Japan: prices_am answers too."""
QUERIES = [(key, query) for key, queries in WIDE.items() for query in queries]
MOMENTS = st.datetimes(
    datetime(2023, 12, 22, 18),
    datetime(2025, 6, 30),
    timezones=st.just(UTC),
)


def everything(key: str, query: str, at: datetime) -> list[object]:
    """All rows of a query, made without pages."""
    now = japan_time(at)
    wanted = parse_query(ENDPOINTS[key], parameters(query), "premium", coverage("premium", at), now)
    keys, row = source(ENDPOINTS[key])
    return [json.loads(json.dumps(row(found, wanted))) for found in keys(wanted)]


@given(st.sampled_from(QUERIES), MOMENTS)
@settings(max_examples=60, deadline=None)
def test_paging_to_the_end_visits_each_row_once_in_order(query: tuple[str, str], at: datetime) -> None:
    key, text = query
    if key == "prices_am" and ask(key, text, at=at)[0] == 210:
        return
    read = list(pages(key, text, at=at))
    assert [row for page in read for row in page] == everything(key, text, at)
    assert all(len(page) == ENDPOINTS[key].page for page in read[:-1])
    assert len(read) == 1 or len(read[-1]) > 0, "no empty last page"


@pytest.mark.parametrize("key", sorted(set(WIDE) - {"announcement"}))
def test_real_queries_have_more_than_one_page(key: str) -> None:
    sizes = [sum(1 for _ in pages(key, query)) for query in WIDE[key]]
    assert max(sizes) > 1 or key in {"short_selling_positions", "daily_margin_interest", "dividend"}


def test_the_key_is_a_string_that_changes_and_is_absent_at_the_end() -> None:
    keys = []
    given_ = parameters("code=86970&from=2023-01-01")
    while True:
        document = json.loads(answer(ENDPOINTS["daily_quotes"], given_, "premium", EVENING).body)
        if "pagination_key" not in document:
            break
        keys.append(document["pagination_key"])
        given_["pagination_key"] = keys[-1]
    assert len(keys) == len(set(keys)) == 2
    for key in keys:
        first, second, end = key.split(".")
        assert first
        assert second
        assert end == "", "it looks like value1.value2."
        assert all(char.isalnum() or char in "-_" for char in first + second), "clients paste it unencoded"


@pytest.mark.parametrize("key", [key for key, endpoint in ENDPOINTS.items() if endpoint.page is not None])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("value1.value2.", id="the documents' example"),
        pytest.param("garbage", id="garbage"),
        pytest.param(".", id="a full stop"),
        pytest.param("MjAyMw.AAAAAAAAAAAA.", id="of the right form"),
        pytest.param("あ.é.", id="no ASCII"),
    ],
)
def test_a_key_that_was_never_given_out_is_400(key: str, text: str) -> None:
    given_ = {**parameters("date=2023-12-22&code=86970&disclosed_date=2023-12-20&sector33code=0050")}
    reply = answer(ENDPOINTS[key], {**given_, "pagination_key": text}, "premium", EVENING)
    assert (reply.status, json.loads(reply.body)) == (400, {"message": "'pagination_key' is invalid."})


def _resumed_at(key: str, place: str) -> tuple[int, object]:
    """The answer to a key with the right seal around anything: a client that reads this source can make one."""
    at = AFTERNOON if key == "prices_am" else EVENING
    given_ = parameters(WIDE[key][0])
    reply = answer(ENDPOINTS[key], {**given_, "pagination_key": f"{place}.{_seal(key, given_, place)}."}, "premium", at)
    return reply.status, json.loads(reply.body)


@pytest.mark.parametrize("key", [key for key, endpoint in ENDPOINTS.items() if endpoint.page is not None])
@pytest.mark.parametrize("place", ["A", "é", "_w"], ids=["not base64", "not ASCII", "not UTF-8"])
def test_a_key_with_the_right_seal_around_no_text_is_400(key: str, place: str) -> None:
    assert _resumed_at(key, place) == (400, {"message": "'pagination_key' is invalid."})


@pytest.mark.parametrize("key", [key for key, endpoint in ENDPOINTS.items() if endpoint.page is not None])
def test_a_key_with_the_right_seal_around_another_number_of_values_is_400(key: str) -> None:
    size = {"topix": 1, "announcement": 3, "index_option": 3, "futures": 3, "options": 3}.get(key, 2)
    for values in {size - 1, size + 1, 9} - {0}:
        place = urlsafe_b64encode("\n".join("x" * values).encode()).decode().rstrip("=")
        assert _resumed_at(key, place) == (400, {"message": "'pagination_key' is invalid."}), values


@pytest.mark.parametrize("key", [key for key, endpoint in ENDPOINTS.items() if endpoint.page is None])
def test_an_endpoint_without_pages_ignores_a_key(key: str) -> None:
    assert ask(key, "pagination_key=A.B.") == ask(key, "")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("code=86970&from=2022-01-02", id="another period"),
        pytest.param("code=72350&from=2022-01-01", id="another code"),
        pytest.param("code=8697&from=2022-01-01", id="the same code, written otherwise"),
        pytest.param("code=86970&from=2022-01-01&to=2023-01-01", id="one parameter more"),
    ],
)
def test_a_key_belongs_to_its_query(query: str) -> None:
    """The client repeats the very same query (docs/sources/jquants.md §4.3)."""
    _, document = ask("daily_quotes", "code=86970&from=2022-01-01")
    key = document["pagination_key"]
    status, refused = ask("daily_quotes", f"{query}&pagination_key={key}")
    assert (status, refused) == (400, {"message": "'pagination_key' is invalid."})
    status, _ = ask("breakdown", f"code=86970&from=2022-01-01&pagination_key={key}")
    assert status == 400, "nor to another endpoint"


def test_the_order_of_parameters_does_not_matter() -> None:
    _, document = ask("daily_quotes", "code=86970&from=2022-01-01")
    key = document["pagination_key"]
    status, _ = ask("daily_quotes", f"pagination_key={key}&from=2022-01-01&code=86970")
    assert status == 200


def test_a_clock_that_moves_between_pages_neither_repeats_nor_skips_a_row() -> None:
    """A day passes with every page: the free plan's dates move on at both ends."""
    at, given_ = EVENING, parameters("code=86970")
    read: list[str] = []
    while True:
        document = json.loads(answer(ENDPOINTS["daily_quotes"], given_, "free", at).body)
        read += [row["Date"] for row in document["daily_quotes"]]
        if "pagination_key" not in document:
            break
        given_ = {**given_, "pagination_key": document["pagination_key"]}
        at += timedelta(days=1)
    whole = {row["Date"] for page in pages("daily_quotes", "code=86970", plan="free", at=at) for row in page}
    assert read == sorted(set(read))
    assert whole <= set(read)


def test_a_later_page_may_find_nothing_more() -> None:
    """The clock is set back between two pages: what was to come is not there yet."""
    _, document = ask("topix", "from=2023-01-01")
    query = f"from=2023-01-01&pagination_key={document['pagination_key']}"
    assert ask("topix", query, at=datetime(2023, 2, 1, tzinfo=UTC)) == (200, {"topix": []})
