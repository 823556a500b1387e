"""Stories from public incident reports, told in YAML and played by a client that copes and by one that does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.scenario.clients import JQuants, Uid2, statuses
from tests.service import Serve

SECOND = timedelta(seconds=1)


def _file(name: str, rules: str, head: str = "") -> str:
    return f"version: 1\nname: {name}\n{head}rules:\n{rules}"


ROTATED_SECRET = _file(
    "rotated-secret",
    """
  - id: rotation
    when: {operation: jquants.listed_info}
    occurs: {nth: 2}
    then: {revoke: all}
""",
)


def test_a_rotated_signing_secret_puts_everybody_out_at_once(serve: Serve) -> None:
    """The good client logs in again when its refresh token is refused, too; the bad one only refreshes."""
    service = serve(scenario=ROTATED_SECRET)
    client = JQuants(service)
    token = client.token()
    id_token = client.refresh(token).json["idToken"]
    service.clock.advance(SECOND)
    assert statuses(lambda: client.data(id_token), 3) == [200, 200, 401]

    bad = client.refresh(token)
    assert bad.status == 403

    service.clock.advance(SECOND)
    good = client.refresh(client.token())
    assert client.data(good.json["idToken"]).status == 200


SINGLE_USE = _file(
    "single-use",
    """
  - id: reuse
    when: {operation: uid2.token_refresh, state: used}
    then: [{error: uid2.invalid_token}, {revoke: family}]
  - id: use
    when: {operation: uid2.token_refresh}
    then: {set_state: {to: used, per: token}}
""",
)


def test_single_use_refresh_tokens_and_reuse_kills_the_family(serve: Serve) -> None:
    """The good client uses each token once; the bad one replays the first and loses its whole login."""
    client = Uid2(serve(scenario=SINGLE_USE))
    good = client.token()
    for _ in range(3):
        answer = client.refresh(good)
        assert answer.status == 200
        good = answer.json["body"]["refresh_token"]

    first = client.token()
    second = client.refresh(first).json["body"]["refresh_token"]
    assert client.refresh(first).status == 400
    assert client.refresh(second).status == 400
    assert client.refresh(good).status == 200


LOCK_OUT = _file(
    "lock-out",
    """
  - id: locked
    when: {operation: jquants.auth_user, state: [five-minutes, ten-minutes]}
    then: {respond: {status: 429, headers: {Retry-After: 300}, json: {message: Too many attempts}}}
  - id: wrong-password
    continue: true
    when: {operation: jquants.auth_user, not: {json: {password: password}}}
    occurs: {nth: 5, per: client}
    then: {set_state: {to: five-minutes, for: 5m, per: client}}
  - id: again
    continue: true
    when: {operation: jquants.auth_user, not: {json: {password: password}}}
    occurs: {nth: 6, per: client}
    then: {set_state: {to: ten-minutes, for: 10m, per: client}}
""",
)


def test_five_wrong_passwords_lock_out_for_five_minutes_and_then_for_ten(serve: Serve) -> None:
    """The good client waits as long as it is told; the bad one goes on trying, and is locked out for longer."""
    service = serve(scenario=LOCK_OUT)
    client = JQuants(service)

    def wrong() -> int:
        return service.post("/v1/token/auth_user", body=b'{"mailaddress": "user@example.com", "password": "x"}').status

    assert [wrong() for _ in range(5)] == [400] * 5
    assert client.login().status == 429
    service.clock.advance(timedelta(minutes=5))
    assert client.login().status == 200

    assert wrong() == 400
    service.clock.advance(timedelta(minutes=9))
    assert client.login().status == 429
    service.clock.advance(timedelta(minutes=1))
    assert client.login().status == 200


LAG = _file(
    "replication-lag",
    """
  - id: not-there-yet
    when: {operation: jquants.listed_info, token: {younger_than: 3s}}
    then: {error: jquants.idtoken_invalid}
""",
)


def test_a_new_token_is_not_replicated_for_three_seconds(serve: Serve) -> None:
    """The good client tries the fresh token again a little later; the bad one refreshes, and is never served."""
    service = serve(scenario=LAG)
    client = JQuants(service)
    token = client.token()

    bad = [client.data(client.refresh(token).json["idToken"]).status for _ in range(5)]
    assert bad == [401] * 5

    fresh = client.refresh(token).json["idToken"]
    assert client.data(fresh).status == 401
    service.clock.advance(timedelta(seconds=3))
    assert client.data(fresh).status == 200


MAINTENANCE = _file(
    "maintenance",
    """
  - id: saturday-night
    when: {operation: "jquants.*", wall_clock: {days: [sat], from: "02:00", to: "06:00", offset: "+09:00"}}
    then: {respond: {status: 503, headers: {Retry-After: 14400}, json: {message: Under maintenance}}}
""",
)


def test_maintenance_every_saturday_night_in_japan(serve: Serve) -> None:
    service = serve(scenario=MAINTENANCE)
    client = JQuants(service)
    seen = []
    for moment in ("2024-01-05T16:59:59", "2024-01-05T17:00:00", "2024-01-05T20:59:59", "2024-01-05T21:00:00"):
        service.clock.set(at=datetime.fromisoformat(moment).replace(tzinfo=UTC))
        seen.append(client.login().status)

    assert seen == [200, 503, 503, 200]


RELEASE = _file(
    "release",
    """
  - id: next-release
    when: {operation: uid2.token_generate}
    then: [{add: {body.region: us}}, {headers: {add: {Deprecation: "true"}}}]
""",
)


@pytest.mark.parametrize("strict", [False, True])
def test_a_release_adds_a_field_and_a_header(serve: Serve, strict: bool) -> None:
    """The bad client takes only the fields that it knows, and breaks."""
    known = {"advertising_token", "refresh_token", "identity_expires", "refresh_expires", "refresh_from"}
    answer = Uid2(serve(profile="observed", scenario=RELEASE)).generate()
    fields = set(answer.json["body"])

    assert answer.header("Deprecation") == "true"
    assert known & fields
    taken = (fields if strict else fields & known) - {"refresh_response_key"}
    assert (taken <= known) is not strict


BROWN_OUT = _file(
    "brown-out",
    """
  - id: begin
    continue: true
    when: {operation: jquants.auth_refresh, clock: {from: 1m}}
    occurs: {first: 1}
    then: {set_state: {to: degraded, for: 10m}}
  - id: black
    when: {operation: jquants.auth_refresh, state: degraded, state_age: {from: 5m}}
    then: {error: jquants.server_error}
  - id: brown
    when: {operation: jquants.auth_refresh, state: degraded}
    sequence: [{then: {error: jquants.server_error}}, {then: {log: served}}]
    at_end: loop
""",
)


def test_a_brown_out_becomes_a_black_out_and_recovers_by_itself(serve: Serve) -> None:
    service = serve(scenario=BROWN_OUT)
    client = JQuants(service)
    token = client.token()

    def after(span: timedelta, calls: int = 2) -> list[int]:
        service.clock.advance(span)
        return statuses(lambda: client.refresh(token), calls)

    assert after(timedelta(0)) == [200, 200]
    assert after(timedelta(minutes=1), 3) == [200, 500, 200]
    assert after(timedelta(minutes=5)) == [500, 500]
    assert after(timedelta(minutes=5)) == [200, 200]


def test_one_account_is_broken_and_the_others_are_served(serve: Serve) -> None:
    when = "{operation: uid2.token_refresh, subject: ann@example.com}"
    rules = f"\n  - {{id: broken, when: {when}, then: {{error: uid2.server_error}}}}\n"
    client = Uid2(serve(scenario=_file("one-account", rules)))

    assert client.refresh(client.token("ann@example.com")).status == 500
    assert client.refresh(client.token("ben@example.com")).status == 200
