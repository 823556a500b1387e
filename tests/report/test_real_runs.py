"""Tiny clients of the real APIs, through every door: the journal that a run leaves is judged as the toy ones are."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest

from simulator.report import Circumstances, Report, judge
from tests.service import Answer, Serve, Service

LOGIN = json.dumps({"mailaddress": "user@example.com", "password": "password"}).encode()
KEY = {"Authorization": "Bearer simulator-uid2-api-key"}

_SURE_OR_THREADS = {"fail", "warn"}
"""On connections of their own, calls a millisecond apart may be those of threads: then it is a warning."""
_SILENT = {"inconclusive"}
"""A client that gives up on an odd answer looks the same as one that dies of it."""

Client = Callable[[Service], object]


def report_on(service: Service, facts: Circumstances | None = None) -> Report:
    journal = service.simulation.sandboxes.get("default").journal.entries()
    return judge(journal, service.simulation.apis.values(), facts)


def outcomes(service: Service) -> dict[str, str]:
    return {verdict.name: str(verdict.outcome) for verdict in report_on(service).verdicts if verdict.outcome.weight}


def log_in(service: Service) -> str:
    token: str = service.post("/v1/token/auth_user", body=LOGIN).json["refreshToken"]
    return token


def refresh(service: Service, token: str) -> Answer:
    return service.post(f"/v1/token/auth_refresh?refreshtoken={token}")


def data(service: Service, token: str) -> Answer:
    return service.get("/v1/listed/info", headers={"Authorization": f"Bearer {token}"})


def generate(service: Service, mail: str) -> str:
    answer = service.get(f"/v1/token/generate?email={quote(mail)}", headers=KEY)
    token: str = answer.json["body"]["refresh_token"]
    return token


def renew(service: Service, token: str) -> Answer:
    return service.get(f"/v1/token/refresh?refresh_token={quote(token, safe='')}", headers=KEY)


def lives_a_good_life(service: Service) -> None:
    """A day passes, then a week: a 401 is answered by a refresh, a refusal by a login."""
    token = log_in(service)
    access = refresh(service, token).json["idToken"]
    assert data(service, access).status == 200
    service.clock.advance(timedelta(hours=25))
    assert data(service, access).status == 401
    access = refresh(service, token).json["idToken"]
    assert data(service, access).status == 200
    service.clock.advance(timedelta(days=7))
    assert refresh(service, token).status == 403
    access = refresh(service, log_in(service)).json["idToken"]
    assert data(service, access).status == 200


def forgets_who_opted_out(service: Service) -> None:
    token = generate(service, "optout@email.com")
    for _ in range(2):
        assert renew(service, token).json == {"status": "optout"}


def pastes_its_token(service: Service) -> None:
    token = generate(service, "user@example.com")
    service.get(f"/v1/token/refresh?refresh_token={token}", headers=KEY)
    renew(service, generate(service, "user@example.com"))


def refreshes_by_get(service: Service) -> None:
    token = log_in(service)
    assert service.get(f"/v1/token/auth_refresh?refreshtoken={token}").status == 403
    refresh(service, token)


def puts_its_token_into_the_body(service: Service) -> None:
    token = log_in(service)
    assert service.post("/v1/token/auth_refresh", body=json.dumps({"refreshtoken": token}).encode()).status == 400
    refresh(service, token)


def insists(service: Service) -> None:
    for _ in range(3):
        assert refresh(service, "a.dead.token").status == 403


def logs_in_for_each_call(service: Service) -> None:
    for _ in range(4):
        data(service, refresh(service, log_in(service)).json["idToken"])


def tells_its_agent(service: Service) -> None:
    token = log_in(service)
    service.post(f"/v1/token/auth_refresh?refreshtoken={token}", headers={"User-Agent": f"toy/1 {token}"})


def gives_up_on_a_refused_token(service: Service) -> None:
    token = log_in(service)
    service.clock.advance(timedelta(days=8))
    refresh(service, token)


@pytest.mark.parametrize(
    ("client", "earned"),
    [
        pytest.param(lives_a_good_life, {}, id="good life"),
        pytest.param(forgets_who_opted_out, {"ignores_optout": {"fail"}}, id="opt-out"),
        pytest.param(refreshes_by_get, {"wrong_method_or_place": {"fail"}}, id="GET for POST"),
        pytest.param(puts_its_token_into_the_body, {"wrong_method_or_place": {"fail"}}, id="body for query"),
        pytest.param(insists, {"retries_refusal": _SURE_OR_THREADS}, id="refused thrice"),
        pytest.param(logs_in_for_each_call, {"login_storm": _SURE_OR_THREADS}, id="logins"),
        pytest.param(tells_its_agent, {"token_leaks": {"fail"}}, id="User-Agent"),
        pytest.param(gives_up_on_a_refused_token, {"no_relogin": {"warn"}}, id="no login"),
    ],
)
def test_a_run_earns_what_the_client_did(serve: Serve, client: Client, earned: dict[str, set[str]]) -> None:
    service = serve()
    client(service)
    found = outcomes(service)
    assert {name: found[name] in wanted for name, wanted in earned.items()} == dict.fromkeys(earned, True)
    assert set(found) - set(earned) <= _OF_THE_HASTE


_OF_THE_HASTE = {"no_backoff", "new_connection_each_call"}
"""These clients repeat without a wait, and the doors open a connection a call: both seen rightly, neither the point."""


def test_a_token_pasted_into_the_query_is_seen_in_the_raw_query(serve: Serve) -> None:
    service = serve()
    pastes_its_token(service)
    assert outcomes(service)["not_encoded"] == "fail"


@pytest.mark.parametrize(
    ("scenario", "client", "verdict", "earned"),
    [
        pytest.param("gateway-html", log_in, "crash_on_odd_answer", _SILENT, id="silent after HTML"),
        pytest.param(
            "jquants-outage", lives_a_good_life, "ignores_retry_after", _SURE_OR_THREADS, id="deaf to Retry-After"
        ),
        pytest.param("jquants-token-missing", lives_a_good_life, "crash_on_odd_answer", _SILENT, id="no field"),
    ],
)
def test_a_shipped_scenario_brings_its_verdict_out(
    serve: Serve, scenario: str, client: Client, verdict: str, earned: set[str]
) -> None:
    """What these clients do not expect ends them, as it ends clients in the wild; outage is tried three times."""
    service = serve(scenario=scenario)
    for _ in range(3 if scenario == "jquants-outage" else 1):
        with pytest.raises((KeyError, json.JSONDecodeError)):
            client(service)
    assert next(str(one.outcome) for one in report_on(service).verdicts if one.name == verdict) in earned


def test_what_a_shipped_scenario_expects_is_in_the_report(serve: Serve) -> None:
    service = serve(scenario="uid2-opted-out-from-the-start")
    scenario = service.simulation.sandboxes.get("default").setup.scenario
    assert scenario is not None
    forgets_who_opted_out(service)
    report = report_on(service, Circumstances(scenario=scenario.name, expect=scenario.expect))
    assert [(one.text, str(one.outcome)) for one in report.expected] == [("ignores_optout", "fail")]
    assert report.is_failure()


def test_calls_that_differ_in_their_body_are_not_the_same_call(serve: Serve) -> None:
    """Three wrong passwords are three calls; the same one thrice is one that does not take no for an answer."""
    for passwords, earned in ((("a", "b", "c"), "pass"), (("a", "a", "a"), "fail|warn")):
        service = serve()
        for password in passwords:
            body = json.dumps({"mailaddress": "user@example.com", "password": password}).encode()
            assert service.post("/v1/token/auth_user", body=body).status == 400
        verdicts = {verdict.name: str(verdict.outcome) for verdict in report_on(service).verdicts}
        assert verdicts["retries_refusal"] in earned.split("|")
