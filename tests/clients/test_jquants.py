"""The released J-Quants clients, over TLS: from a password to a data frame, and what they do when a token dies.

The official client's figures were measured on the real classes (docs/sources/jquants.md §5.1); here they are measured
again.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clients.drive import Driven
from simulator.testing import Handle

pytestmark = pytest.mark.slow

Drive = Callable[..., Driven]
LOGIN, REFRESH, DATA = "jquants.auth_user", "jquants.auth_refresh", "jquants.listed_info"
TRADING_DAYS_OF_2023 = 246
"""As the exchange's calendar has them."""


def came(service: Handle) -> list[tuple[str, int]]:
    return [(entry.operation, entry.status) for entry in service.journal]


def test_a_password_becomes_a_data_frame(jquants: Drive, service: Handle) -> None:
    driven = jquants("data")

    assert came(service) == [(LOGIN, 200), (REFRESH, 200), (DATA, 200)]
    assert driven.steps[0] == {"step": "data", "rows": 38, "columns": 13, "first": "13110", "calls": 3}


def test_every_page_of_a_year_comes_once(jquants: Drive, service: Handle) -> None:
    driven = jquants("pages")

    assert driven.steps[0]["rows"] == TRADING_DAYS_OF_2023
    assert [entry.status for entry in service.calls("jquants.daily_quotes")] == [200, 200, 200]


def test_an_id_token_is_renewed_after_23_hours_by_the_clients_own_clock(jquants: Drive, service: Handle) -> None:
    """A minute before they use it, a minute after they do not; the service would have taken it for another hour."""
    jquants("data", "later:22h59m", "data", "later:2m", "data")

    assert came(service) == [(LOGIN, 200), (REFRESH, 200), (DATA, 200), (DATA, 200), (REFRESH, 200), (DATA, 200)]


@pytest.mark.parametrize(
    ("days", "logins"), [pytest.param("5d23h", 1, id="in its week"), pytest.param("6d1h", 2, id="after six days")]
)
def test_the_official_client_logs_in_again_after_six_days(
    official: Drive, service: Handle, days: str, logins: int
) -> None:
    official("data", f"later:{days}", "data")

    assert len(service.calls(LOGIN)) == logins


def test_the_community_client_uses_a_refresh_token_until_it_is_refused(pyjquants: Drive, service: Handle) -> None:
    pyjquants("data", "later:8d", "data")

    assert came(service)[3:] == [(REFRESH, 400), (LOGIN, 200), (REFRESH, 200), (DATA, 200)]


def test_the_official_client_logs_in_again_when_its_refresh_token_is_dead(official: Drive, service: Handle) -> None:
    dead = service.token("jquants", "refresh_token", age="8d")

    driven = official("data", JQUANTS_API_REFRESH_TOKEN=dead)

    assert came(service) == [(REFRESH, 400), (LOGIN, 200), (REFRESH, 200), (DATA, 200)]
    assert driven.waits == (5.0,)
    assert driven.steps[0]["rows"] == 38


def test_the_official_client_never_recovers_from_the_documented_refusal(official: Drive, service: Handle) -> None:
    """The page says 403 where the service said 400, and 400 is all the client looks for."""
    service.load({"profile": "documented", "rules": []})
    dead = service.token("jquants", "refresh_token", age="8d")

    driven = official("data", JQUANTS_API_REFRESH_TOKEN=dead)

    assert came(service) == [(REFRESH, 403)]
    assert driven.steps[0]["raised"] == "HTTPError"


def test_a_refusal_shows_the_refresh_token_in_the_exception(official: Drive, service: Handle) -> None:
    """So it ends up in logs: the token is a part of the URL, and the exception has the URL."""
    dead = service.token("jquants", "refresh_token", age="8d")

    driven = official("data", JQUANTS_API_REFRESH_TOKEN=dead, JQUANTS_API_MAIL_ADDRESS="")

    assert came(service) == [(REFRESH, 400)]
    assert driven.steps[0]["raised"] == "HTTPError"
    assert driven.steps[0]["shows_token"]


def test_without_a_password_nobody_is_asked_once_six_days_are_over(official: Drive, service: Handle) -> None:
    token = service.token("jquants", "refresh_token")

    driven = official("data", "later:6d1h", "data", JQUANTS_API_REFRESH_TOKEN=token, JQUANTS_API_MAIL_ADDRESS="")

    assert came(service) == [(REFRESH, 200), (DATA, 200)]
    assert driven.crash == "ValueError: mail_address/password are required"


def test_the_official_client_gives_up_after_three_refused_refreshes(official: Drive, service: Handle) -> None:
    service.load({"rules": [{"when": {"operation": REFRESH}, "then": {"error": "jquants.refreshtoken_invalid"}}]})

    driven = official("refresh")

    assert came(service) == [(LOGIN, 200), (REFRESH, 400)] * 3
    assert driven.waits == (5.0, 5.0)
    assert driven.steps[0]["raised"] == "RetryError"


def test_the_community_client_logs_in_without_end(pyjquants: Drive, service: Handle) -> None:
    """Nothing but Python's limit of recursion stops it: two calls a step down, 1,900 unless it is lowered."""
    service.load({"rules": [{"when": {"operation": REFRESH}, "then": {"error": "jquants.refreshtoken_invalid"}}]})

    driven = pyjquants("refresh", CLIENT_RECURSION="200")

    assert driven.crash.startswith("RecursionError")
    assert len(service.calls(LOGIN)) > 100
    assert len(service.calls(REFRESH)) > 100


def test_the_official_client_repeats_a_failing_call_three_times_at_once(official: Drive, service: Handle) -> None:
    """Over https; the retries are mounted nowhere else. The fourth call comes without any wait."""
    statuses = (429, 500, 502, 503, 504)
    fails = [{"times": 3, "then": {"respond": {"status": status}}} for status in statuses]
    passes = {"times": 1, "then": {"log": "the fourth"}}
    steps = [step for failing_thrice in fails for step in (failing_thrice, passes)]
    service.load({"rules": [{"when": {"operation": REFRESH}, "sequence": steps}]})

    driven = official("refresh", *("later:24h", "refresh") * 4)

    assert [entry.status for entry in service.calls(REFRESH)] == [
        one for status in statuses for one in (status, status, status, 200)
    ]
    assert driven.waits == ()


def test_the_official_client_gives_up_at_the_fourth_failure(official: Drive, service: Handle) -> None:
    fails = {"when": {"operation": REFRESH}, "occurs": {"first": 4}, "then": {"error": "jquants.server_error"}}
    service.load({"rules": [fails]})

    driven = official("data")

    assert came(service) == [(LOGIN, 200), *[(REFRESH, 500)] * 4]
    assert driven.steps[0]["raised"] == "RetryError"


def test_the_official_client_waits_as_it_is_told(official: Drive, service: Handle) -> None:
    """Five calls a minute: the sixth is told when to come again, and comes then."""
    service.load("rate-limit-seconds")

    driven = official("data", "data", "data", "data")

    assert [entry.status for entry in service.journal] == [200, 200, 200, 200, 200, 429, 200]
    assert driven.waits == (60.0,)


def test_the_official_client_does_not_renew_a_token_that_data_was_refused_with(
    official: Drive, service: Handle
) -> None:
    service.load("jquants-id-token-dies")

    driven = official("data", "data", "data", "data")

    assert came(service)[2:] == [(DATA, 200), (DATA, 200), (DATA, 401), (DATA, 401)]
    assert [step.get("raised") for step in driven.steps] == [None, None, "HTTPError", "HTTPError"]


def test_the_community_client_renews_it_once(pyjquants: Drive, service: Handle) -> None:
    service.load("jquants-id-token-dies")

    pyjquants("data", "data", "data", "data")

    assert came(service)[2:] == [(DATA, 200), (DATA, 200), (DATA, 401), (REFRESH, 200), (DATA, 200), (DATA, 200)]


def test_a_success_without_its_token_is_a_crash(official: Drive, service: Handle) -> None:
    service.load("jquants-token-missing")

    driven = official("data", "data")

    assert driven.crash == "KeyError: 'idToken'"
    assert came(service) == [(LOGIN, 200), (REFRESH, 200)]


def test_the_asynchronous_client_holds_its_token_until_the_program_logs_in(kabukit: Drive, service: Handle) -> None:
    driven = kabukit("data", "pages", "later:25h", "data", "login", "data")

    assert [step.get("rows", step.get("raised")) for step in driven.steps if step["step"] in {"data", "pages"}] == [
        38, TRADING_DAYS_OF_2023, "HTTPStatusError", 38
    ]  # fmt: skip
    assert [entry.status for entry in service.calls(DATA)] == [200, 401, 200]
