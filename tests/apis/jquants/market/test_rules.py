"""Every endpoint's rules, over the wire: which parameters it needs, whom it serves, what it refuses.

Source: docs/sources/jquants.md §4.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from simulator.apis.jquants.facts import PLANS
from simulator.apis.jquants.market.endpoints import ENDPOINTS, Dataset
from simulator.apis.jquants.settings import Account
from tests.apis.jquants.client import DEAD_ID_TOKEN, NOT_SUBSCRIBED, JQuants
from tests.apis.jquants.conftest import Start
from tests.apis.jquants.market.market import EVENING, NARROW
from tests.service import Answer

ALL = pytest.mark.parametrize("key", ENDPOINTS)
SECOND = timedelta(seconds=1)

PATHS = {
    "info": "/listed/info",
    "daily_quotes": "/prices/daily_quotes",
    "prices_am": "/prices/prices_am",
    "trades_spec": "/markets/trades_spec",
    "weekly_margin_interest": "/markets/weekly_margin_interest",
    "short_selling": "/markets/short_selling",
    "short_selling_positions": "/markets/short_selling_positions",
    "daily_margin_interest": "/markets/daily_margin_interest",
    "breakdown": "/markets/breakdown",
    "trading_calendar": "/markets/trading_calendar",
    "indices": "/indices",
    "topix": "/indices/topix",
    "statements": "/fins/statements",
    "fs_details": "/fins/fs_details",
    "dividend": "/fins/dividend",
    "announcement": "/fins/announcement",
    "index_option": "/option/index_option",
    "futures": "/derivatives/futures",
    "options": "/derivatives/options",
}
LEAST_PLANS = {
    "free": {"info", "daily_quotes", "trading_calendar", "statements", "announcement"},
    "light": {"trades_spec", "topix"},
    "standard": {
        *("weekly_margin_interest", "short_selling", "short_selling_positions", "daily_margin_interest"),
        *("indices", "index_option"),
    },
    "premium": {"prices_am", "breakdown", "fs_details", "dividend", "futures", "options"},
}
ONE_OF = {
    **dict.fromkeys(
        ["daily_quotes", "weekly_margin_interest", "daily_margin_interest", "breakdown", "indices"], "'date','code'"
    ),
    **dict.fromkeys(["statements", "fs_details", "dividend"], "'date','code'"),
    "short_selling": "'date','sector33code'",
    "short_selling_positions": "'code','disclosed_date','calculated_date'",
}
SPANS = {
    **dict.fromkeys(["daily_quotes", "weekly_margin_interest", "daily_margin_interest"], "code=86970&from={}&to={}"),
    **dict.fromkeys(["breakdown", "dividend"], "code=86970&from={}&to={}"),
    **dict.fromkeys(["trades_spec", "trading_calendar", "topix"], "from={}&to={}"),
    "indices": "code=0000&from={}&to={}",
    "short_selling": "sector33code=0050&from={}&to={}",
    "short_selling_positions": "code=86970&disclosed_date_from={}&disclosed_date_to={}",
}


class Client:
    """Somebody with a plan, at nine in the evening of 4 January 2024 in Japan unless moved."""

    def __init__(self, start: Start, plan: str = "premium") -> None:
        account = Account("a@example.com", "secret", plan)
        self.jquants: JQuants = start(accounts=(account,))
        self.at(EVENING)

    def at(self, moment: datetime) -> None:
        self.jquants.clock.set(at=moment)
        self.token = self.jquants.world.issue_id_token("a@example.com", moment, family="f", auth_time=moment).token

    def get(self, key: str, query: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.jquants.service.get(f"/v1{PATHS[key]}?{query}", headers=headers)


@pytest.fixture
def client(start: Start) -> Client:
    return Client(start)


def test_the_table_has_each_endpoint_at_its_path_once() -> None:
    assert {key: endpoint.path for key, endpoint in ENDPOINTS.items()} == PATHS


@ALL
def test_a_query_finds_rows_under_the_endpoints_key(client: Client, key: str) -> None:
    answer = client.get(key, NARROW[key])
    assert answer.status == 200
    assert answer.header("content-type") == "application/json"
    assert set(answer.json) <= {key, "pagination_key"}
    assert len(answer.json[key]) > 0


@ALL
def test_a_bad_token_is_401_whatever_else_is_wrong(client: Client, key: str) -> None:
    client.token = "no token of ours"
    answer = client.get(key, "date=nonsense&code=x&pagination_key=y")
    assert (answer.status, answer.json) == (401, DEAD_ID_TOKEN)


@ALL
def test_a_plan_below_the_endpoints_is_403_before_any_parameter(start: Start, key: str) -> None:
    least = next(plan for plan, keys in LEAST_PLANS.items() if key in keys)
    below = PLANS[PLANS.index(least) - 1]
    answer = Client(start, below).get(key, "date=nonsense")
    assert (answer.status, answer.json) == (403, NOT_SUBSCRIBED)
    assert Client(start, least).get(key, "date=nonsense").status != 403


@pytest.mark.parametrize("key", sorted(set(ENDPOINTS) - set(ONE_OF) - {"index_option", "futures", "options"}))
def test_some_endpoints_need_no_parameter(client: Client, key: str) -> None:
    assert client.get(key).status == 200


@pytest.mark.parametrize("query", ["", "code=&date=&sector33code=", "from=2023-12-01&to=2023-12-22"])
@pytest.mark.parametrize("key", ONE_OF)
def test_others_need_one_of_several(client: Client, key: str, query: str) -> None:
    """An empty one is absent, and a period alone is none of them."""
    answer = client.get(key, query)
    text = f"This API requires at least 1 parameter as follows; {ONE_OF[key]}."
    assert (answer.status, answer.json) == (400, {"message": text})


@pytest.mark.parametrize("key", ["index_option", "futures", "options"])
def test_derivatives_need_a_date(client: Client, key: str) -> None:
    answer = client.get(key, "date=&code=86970")
    assert (answer.status, answer.json) == (400, {"message": "'date' is required."})


@pytest.mark.parametrize("key", SPANS)
def test_a_period_runs_forward(client: Client, key: str) -> None:
    """From must not be younger than to; the same day twice is a period of one day."""
    older, younger = ENDPOINTS[key].span or ("", "")
    turned = client.get(key, SPANS[key].format("2023-12-22", "2023-12-21"))
    assert (turned.status, turned.json) == (400, {"message": f"'{older}' must be older than '{younger}'"})
    assert client.get(key, SPANS[key].format("2023-12-22", "20231222")).status == 200
    assert client.get(key, SPANS[key].format("2023-12-21", "2023-12-22")).status == 200


@pytest.mark.parametrize("key", [key for key, endpoint in ENDPOINTS.items() if endpoint.issue])
@pytest.mark.parametrize("code", ["1", "869", "869700", "86_70", "abcd", "８６９７"])
def test_a_code_has_four_or_five_digits(client: Client, key: str, code: str) -> None:
    query = f"date=2023-12-22&code={quote(code)}"
    answer = client.get(key, query)
    assert (answer.status, answer.json) == (400, {"message": "'code' must be 4 or 5 digits."})


def date_parameters(endpoint: Dataset) -> tuple[str, ...]:
    return (*endpoint.days, *(endpoint.span or ()))


@pytest.mark.parametrize(
    ("key", "name"), [(key, name) for key, endpoint in ENDPOINTS.items() for name in date_parameters(endpoint)]
)
def test_a_date_is_on_the_calendar(client: Client, key: str, name: str) -> None:
    for wrong in ("20240230", "2024-1-1", "yesterday"):
        answer = client.get(key, f"code=86970&sector33code=0050&date=2023-12-22&{name}={wrong}")
        text = f"'{name}' must be a date in the format YYYYMMDD or YYYY-MM-DD."
        assert (answer.status, answer.json) == (400, {"message": text})


@pytest.mark.parametrize("key", [key for key, endpoint in ENDPOINTS.items() if "date" in endpoint.days])
def test_both_forms_of_a_date_are_the_same_date(client: Client, key: str) -> None:
    assert client.get(key, "date=20231222").json[key] == client.get(key, "date=2023-12-22").json[key]


@pytest.mark.parametrize("key", ["daily_quotes", "weekly_margin_interest", "breakdown", "statements", "dividend"])
def test_four_digits_are_the_common_share(client: Client, key: str) -> None:
    """2160 is 21600, never the preferred share 21605."""
    five, four = client.get(key, "code=21600").json[key], client.get(key, "code=2160").json[key]
    assert four == five != []
    assert {row.get("Code", row.get("LocalCode")) for row in four} == {"21600"}


@pytest.mark.parametrize("key", [key for key, endpoint in ENDPOINTS.items() if endpoint.issue and key != "prices_am"])
def test_an_unknown_code_finds_nothing(client: Client, key: str) -> None:
    answer = client.get(key, "code=9999&date=2023-12-22")
    assert (answer.status, answer.json) == (200, {key: []})


@pytest.mark.parametrize("key", [key for key in ENDPOINTS if "date" in ENDPOINTS[key].days and key != "info"])
def test_a_day_without_trading_finds_nothing(client: Client, key: str) -> None:
    """The official client asks for every day of a period, Sundays too."""
    answer = client.get(key, "date=2023-12-24")
    assert (answer.status, answer.json) == (200, {key: []})


@pytest.mark.parametrize("key", [key for key, endpoint in ENDPOINTS.items() if endpoint.windowed])
@pytest.mark.parametrize(
    ("plan", "first", "last"),
    [
        pytest.param("free", "2021-10-12", "2023-10-12", id="free"),
        pytest.param("light", "2019-01-04", None, id="light"),
        pytest.param("standard", "2014-01-04", None, id="standard"),
        pytest.param("premium", "2008-05-07", None, id="premium"),
    ],
)
def test_dates_outside_the_plan_are_refused(start: Start, key: str, plan: str, first: str, last: str | None) -> None:
    """One day outside, at the edge, for each parameter that is a date."""
    least = next(name for name, keys in LEAST_PLANS.items() if key in keys)
    if PLANS.index(plan) < PLANS.index(least) or (key, plan) == ("info", "premium"):
        return
    client = Client(start, plan)
    text = (
        f"Your subscription covers the following dates: {first} ~ {last or ''}. "
        "If you want more data, please check other plans:  https://jpx-jquants.com/"
    )
    days = [(first, -1)] if last is None else [(first, -1), (last, 1)]
    for name in date_parameters(ENDPOINTS[key]):
        for day, step in days:
            beyond = datetime.fromisoformat(day).date() + timedelta(days=step)
            query = f"code=86970&sector33code=0050&date={day}&{name}="
            assert client.get(key, query + day).status == 200
            answer = client.get(key, f"{query}{beyond}")
            assert (answer.status, answer.json) == (400, {"message": text})


def test_without_a_date_the_plan_cuts_what_is_found(start: Start) -> None:
    """The free plan: two years, twelve weeks late."""
    client = Client(start, "free")
    days = [row["Date"] for row in client.get("trading_calendar").json["trading_calendar"]]
    assert (days[0], days[-1]) == ("2021-10-12", "2023-10-12")
    assert client.get("daily_quotes", "code=86970").json["daily_quotes"][0]["Date"] == "2021-10-12"


def test_the_morning_comes_out_at_noon_and_goes_at_six(client: Client) -> None:
    """Japan's clock; one second before, at, and after each edge."""
    nothing = {"message": "No content due to outside the target time or a stock code does not exist."}
    noon, six = datetime(2024, 1, 4, 3, tzinfo=UTC), datetime(2024, 1, 4, 21, tzinfo=UTC)
    for moment, status in [
        (noon - SECOND, 210),
        (noon, 200),
        (noon + SECOND, 200),
        (six - SECOND, 200),
        (six, 210),
        (six + SECOND, 210),
    ]:
        client.at(moment)
        answer = client.get("prices_am", "code=86970")
        assert answer.status == status, moment
        if status == 210:
            assert answer.json == nothing
        else:
            assert [row["Date"] for row in answer.json["prices_am"]] == ["2024-01-04"]


@pytest.mark.parametrize(
    ("moment", "query"),
    [
        pytest.param(datetime(2024, 1, 6, 5, tzinfo=UTC), "", id="a Saturday afternoon"),
        pytest.param(datetime(2024, 1, 8, 5, tzinfo=UTC), "", id="a holiday"),
        pytest.param(EVENING, "code=9999", id="an unknown code"),
        pytest.param(EVENING, "code=65210", id="a company that is listed no more"),
        pytest.param(EVENING, "code=151A", id="one that is not listed yet"),
    ],
)
def test_no_morning_is_210(client: Client, moment: datetime, query: str) -> None:
    client.at(moment)
    answer = client.get("prices_am", query)
    assert (answer.status, answer.reason) == (210, "Unknown")


@pytest.mark.parametrize(
    ("key", "query", "hour", "minute"),
    [
        pytest.param("daily_quotes", "date=2024-01-04", 16, 30, id="quotes at half past four"),
        pytest.param("topix", "from=2024-01-04", 16, 30, id="TOPIX"),
        pytest.param("indices", "date=2024-01-04", 16, 30, id="indices"),
        pytest.param("short_selling", "date=2024-01-04", 16, 30, id="short selling"),
        pytest.param("breakdown", "date=2024-01-04", 18, 0, id="breakdown at six"),
        pytest.param("futures", "date=2024-01-04", 27, 0, id="futures at three in the morning"),
        pytest.param("options", "date=2024-01-04", 27, 0, id="options"),
        pytest.param("index_option", "date=2024-01-04", 27, 0, id="index options"),
        pytest.param("trades_spec", "from=2024-01-10", 24 * 6 + 18, 0, id="investors, four business days after"),
        pytest.param("weekly_margin_interest", "date=2023-12-29", 24 + 16, 30, id="margin two business days later"),
    ],
)
def test_figures_come_out_at_their_hour(client: Client, key: str, query: str, hour: int, minute: int) -> None:
    """Counted from midnight of 4 January 2024 in Japan: nothing one second before, rows from then on."""
    out = datetime(2024, 1, 3, 15, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    counts = []
    for moment in (out - SECOND, out, out + SECOND):
        client.at(moment)
        counts.append(len(client.get(key, query).json[key]))
    assert counts[0] == 0
    assert counts[1] == counts[2] > 0


def test_tomorrows_reports_are_announced_at_seven(client: Client) -> None:
    """One second before, what was announced last stands; from seven on, the next business day's."""
    seven = datetime(2023, 11, 13, 10, tzinfo=UTC)
    dates = []
    for moment in (seven - SECOND, seven, seven + SECOND):
        client.at(moment)
        dates.append({row["Date"] for row in client.get("announcement").json["announcement"]} - {""})
    assert dates == [{"2023-11-09"}, {"2023-11-14"}, {"2023-11-14"}]


def test_some_announcements_have_no_date_yet(client: Client) -> None:
    """The official page has "" for undecided; most are decided."""
    dates: list[str] = []
    for day in range(5, 16):
        client.at(datetime(2023, 5, day, 10, tzinfo=UTC))
        dates += [row["Date"] for row in client.get("announcement").json["announcement"]]
    assert 0 < dates.count("") < len(dates) / 4


def test_too_many_rows_are_413(client: Client) -> None:
    """No query about one day gets there; the whole calendar does in 2034, one issue's whole history in 2049."""
    client.at(datetime(2034, 3, 30, 14, 59, 59, tzinfo=UTC))
    assert len(client.get("trading_calendar").json["trading_calendar"]) == 9735
    client.at(datetime(2034, 12, 31, tzinfo=UTC))
    answer = client.get("trading_calendar")
    text = "Response data is too large. Specify parameters to reduce the acquired data range."
    assert (answer.status, answer.json) == (413, {"message": text})
    assert client.get("trading_calendar", "from=2030-01-01").status == 200
    for year, status in ((2048, 200), (2049, 413)):
        client.at(datetime(year, 12, 31, 14, 59, 59, tzinfo=UTC))
        assert client.get("daily_quotes", "code=86970").status == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods_get_the_gateways_answer(client: Client, method: str) -> None:
    answer = client.jquants.service.send(method, "/v1/indices/topix")
    text = "Missing Authentication Token. The method or resources may not be supported."
    assert (answer.status, answer.json) == (403, {"message": text})
