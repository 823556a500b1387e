"""The stories of the shipped scenarios, as a client lives through them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from http.client import RemoteDisconnected
from typing import Any

import pytest

from simulator.core.model.call import Reply, Request
from tests.scenario.clients import KEY, LOGIN, RULE_HEADER, SECOND, JQuants, Uid2, plays, statuses
from tests.service import Answer, Service


@plays("jquants-outage")
def _(service: Service) -> None:
    client = JQuants(service)
    token = client.token()
    first, second, third, fourth = (client.refresh(token) for _ in range(4))

    assert (first.status, first.header("Retry-After"), first.json) == (503, "2", {"message": "Service Unavailable"})
    assert (second.status, second.header(RULE_HEADER)) == (503, "warming-up")
    assert (third.status, third.header("Content-Type"), third.header(RULE_HEADER)) == (502, "text/html", "gateway-page")
    assert third.body == b"<html><body>502 Bad Gateway</body></html>"
    assert (fourth.status, list(fourth.json), fourth.header(RULE_HEADER)) == (200, ["idToken"], None)


@plays("uid2-outage")
def _(service: Service) -> None:
    client = Uid2(service)
    token = client.token()

    assert statuses(lambda: client.refresh(token), 5) == [503, 503, 500, 200, 200]


@plays("jquants-id-token-dies")
def _(service: Service) -> None:
    client = JQuants(service)
    token = client.token()
    id_token = client.refresh(token).json["idToken"]
    assert statuses(lambda: client.data(id_token), 4) == [200, 200, 401, 401]

    fresh = client.refresh(token).json["idToken"]
    assert statuses(lambda: client.data(fresh), 3) == [200, 200, 200]


@plays("jquants-refresh-token-expired")
def _(service: Service) -> None:
    client = JQuants(service)
    token = client.token()
    assert statuses(lambda: client.refresh(token), 3) == [200, 403, 403]

    fresh = client.token()
    assert statuses(lambda: client.refresh(fresh), 2) == [200, 200]


@plays("uid2-refresh-token-expired")
def _(service: Service) -> None:
    client = Uid2(service)
    token = client.token()
    assert client.refresh(token).json["status"] == "success"
    assert client.refresh(token).json == {"message": "Expired Token presented", "status": "expired_token"}

    assert client.refresh(client.token()).json["status"] == "success"


@plays("jquants-locked-out")
def _(service: Service) -> None:
    client = JQuants(service)
    token = client.token()

    assert statuses(client.login, 2) == [200, 200]
    assert statuses(lambda: client.refresh(token), 2) == [200, 403]
    assert client.login().json == {"message": "'mailaddress' or 'password' is incorrect."}
    assert statuses(lambda: client.refresh(token), 2) == [403, 403]


@plays("uid2-locked-out")
def _(service: Service) -> None:
    client = Uid2(service)
    token = client.token()
    first, second = client.refresh(token), client.refresh(token)

    assert (first.json["status"], second.json["status"]) == ("success", "expired_token")
    assert (client.generate().status, client.generate().json) == (401, {"status": "unauthorized"})


def _five_a_minute(service: Service) -> Answer:
    """Five calls pass, of whatever API; the sixth is refused until the minute is over, to the microsecond."""
    jquants, uid2 = JQuants(service), Uid2(service)
    assert [*statuses(jquants.login, 3), *statuses(uid2.generate, 2)] == [200] * 5
    service.clock.advance(SECOND * 30)
    refused = jquants.login()
    assert (refused.status, refused.json) == (429, {"message": "Too Many Requests"})
    assert uid2.generate().status == 429

    service.clock.advance(SECOND * 30 - timedelta(microseconds=1))
    assert jquants.login().status == 429
    service.clock.advance(timedelta(microseconds=1))
    assert jquants.login().status == 200
    return refused


@plays("rate-limit-seconds")
def _(service: Service) -> None:
    assert _five_a_minute(service).header("Retry-After") == "30"


@plays("rate-limit-date")
def _(service: Service) -> None:
    assert _five_a_minute(service).header("Retry-After") == "Thu, 04 Jan 2024 00:01:00 GMT"


@plays("rate-limit-silent")
def _(service: Service) -> None:
    assert _five_a_minute(service).header("Retry-After") is None


@plays("gateway-html")
def _(service: Service) -> None:
    client = JQuants(service)
    first, second = client.login(), client.login()

    assert [(one.status, one.header("Content-Type"), b"<html>" in one.body) for one in (first, second)] == [
        (502, "text/html", True),
        (504, "text/html", True),
    ]
    assert client.login().status == 200


@plays("jquants-token-missing")
def _(service: Service) -> None:
    client = JQuants(service)
    token = client.token()

    assert (client.refresh("wrong").status, client.refresh(token).json) == (403, {})
    assert list(client.refresh(token).json) == ["idToken"]


@plays("uid2-token-missing")
def _(service: Service) -> None:
    client = Uid2(service)
    token = client.token()

    assert client.refresh(token).json == {"body": {}, "status": "success"}
    assert set(client.refresh(token).json["body"]) >= {"advertising_token", "refresh_token"}


def _planned(service: Service, method: str, target: str, body: bytes = b"") -> Reply:
    """The reply with its delivery plan, before anybody waits."""
    path, _, query = target.partition("?")
    headers = {name.lower(): value for name, value in KEY.items()}
    return service.simulation.answer(Request(method, path, query, headers, body))


@plays("slow-answer")
def _(service: Service) -> None:
    plans = [_planned(service, "POST", "/v1/token/auth_user", LOGIN) for _ in range(2)]

    assert [(plan.status, plan.delivery.delay) for plan in plans] == [(200, SECOND * 35), (200, timedelta(0))]


@plays("lost-answer")
def _(service: Service) -> None:
    client = Uid2(service)
    token = client.token()
    with pytest.raises((ConnectionResetError, RemoteDisconnected)):
        client.refresh(token)

    assert client.refresh(token).json["status"] == "success"
    journal = service.simulation.sandboxes.get("default").journal.entries()
    assert [entry.operation for entry in journal] == ["uid2.token_generate", "uid2.token_refresh", "uid2.token_refresh"]
    assert [issued.kind for issued in journal[1].issued] == ["advertising_token", "refresh_token"]


@plays("uid2-opt-out-between-refreshes")
def _(service: Service) -> None:
    client = Uid2(service)
    token, other = client.token(), client.token("other@example.com")

    assert [client.refresh(token).json["status"] for _ in range(3)] == ["success", "optout", "optout"]
    assert client.refresh(other).json["status"] == "success"
    assert client.refresh(client.token()).json == {"status": "optout"}


@plays("uid2-opted-out-from-the-start")
def _(service: Service) -> None:
    client = Uid2(service)

    assert client.refresh(client.token()).json == {"status": "optout"}
    assert client.refresh(client.token("other@example.com")).json["status"] == "success"


@plays("jquants-short-lived-tokens")
def _(service: Service) -> None:
    client = JQuants(service)
    token = client.token()
    id_token = client.refresh(token).json["idToken"]
    assert client.data(id_token).status == 200

    service.clock.advance(SECOND * 2)
    assert client.data(id_token).status == 401
    service.clock.advance(SECOND * 8 - timedelta(microseconds=1))
    assert client.refresh(token).status == 200
    service.clock.advance(timedelta(microseconds=1))
    assert client.refresh(token).status == 403


@plays("uid2-short-lived-tokens")
def _(service: Service) -> None:
    client = Uid2(service)
    token = client.token()
    service.clock.advance(SECOND * 10)
    assert client.refresh(token).json["status"] == "success"

    service.clock.advance(timedelta(milliseconds=1))
    assert client.refresh(token).json["status"] == "expired_token"


@plays("clock-skew")
def _(service: Service) -> None:
    """Born five minutes in the future, a refresh token of a day lives five minutes longer than a day."""
    client = Uid2(service)
    token = client.token()
    service.clock.advance(timedelta(hours=24, minutes=5))
    assert client.refresh(token).json["status"] == "success"

    service.clock.advance(timedelta(milliseconds=1))
    assert client.refresh(token).json["status"] == "expired_token"


@plays("uid2-milliseconds-as-seconds")
def _(service: Service) -> None:
    client = Uid2(service)
    begun = 1_704_326_400  # 2024-01-04T00:00:00Z, when the test begins

    for body in (client.generate().json["body"], client.refresh(client.token()).json["body"]):
        assert body["identity_expires"] == begun + 3_600
        assert body["refresh_from"] == begun + 900
        assert body["refresh_expires"] == begun + 86_400


@plays("chaos")
def _(service: Service) -> None:
    """400 calls of each API: the seed's own numbers, which no release may change unnoticed."""
    plans = [_planned(service, "POST", "/v1/token/auth_user", LOGIN) for _ in range(400)]
    plans += [_planned(service, "GET", "/v1/token/generate?email=user@example.com") for _ in range(400)]
    statuses = Counter(plan.status for plan in plans)
    lost = sum(plan.delivery.fault is not None for plan in plans)

    assert (dict(statuses), lost) == ({200: 716, 500: 84}, 40)
    assert all(timedelta(0) < plan.delivery.delay <= timedelta(milliseconds=500) for plan in plans)


@plays("outage-window")
def _(service: Service) -> None:
    client = JQuants(service)
    minutes = timedelta(minutes=10)
    tick = timedelta(microseconds=1)
    found = []
    for step in (minutes - tick, tick, minutes - tick, tick):
        service.clock.advance(step)
        found.append(client.login().status)

    assert found == [200, 503, 503, 200]


@plays("jquants-retired")
def _(service: Service) -> None:
    answer = JQuants(service).login()

    assert (answer.status, answer.body, answer.header(RULE_HEADER)) == (403, b'{"message":"Forbidden"}', "retired")
    assert JQuants(service).data("x").body == answer.body
    assert Uid2(service).generate().status == 200


def _is_not_found(answer: Answer) -> bool:
    page = b"<html><body><h1>Resource not found</h1></body></html>"
    return (answer.status, answer.header("Content-Type"), answer.body) == (404, "text/html; charset=utf-8", page)


@plays("uid2-retired")
def _(service: Service) -> None:
    assert _is_not_found(Uid2(service).generate())
    for path in (
        "/v1/token/refresh",
        "/v1/token/validate",
        "/v1/identity/map",
        "/v1/identity/buckets",
        "/v1/key/latest",
    ):
        assert _is_not_found(service.get(path))
    assert service.post("/v2/token/generate").status == 401
    assert service.get("/ops/healthcheck").status == 200
    assert JQuants(service).login().status == 200


@plays("uid2-euid-production")
def _(service: Service) -> None:
    assert service.get("/v1/token/generate").status == 404, "today's operator"
    world: Any = service.simulation.sandboxes.default.world("uid2")
    settings = world.settings
    spans = (settings.identity_lifetime, settings.refresh_lifetime, settings.refresh_from)
    assert spans == (timedelta(hours=72), timedelta(days=30), timedelta(hours=1))
    assert settings.identity_scope == "EUID"
    assert JQuants(service).login().status == 200


@plays("uid2-gone")
def _(service: Service) -> None:
    assert _is_not_found(Uid2(service).generate())
    assert _is_not_found(service.post("/v2/token/generate"))
    assert _is_not_found(service.post("/v3/identity/map"))
    assert _is_not_found(service.get("/ops/healthcheck"))
    assert JQuants(service).login().status == 200
