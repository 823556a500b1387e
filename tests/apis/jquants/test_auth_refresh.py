"""POST /v1/token/auth_refresh: a refresh token for an ID token (docs/sources/jquants.md §0.1, §2)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from simulator.apis.jquants.settings import Account, JQuantsSettings
from simulator.core.model.api import PROFILES, ProfileName
from tests.apis.jquants.client import (
    AUTH_REFRESH,
    DAY,
    DEAD_REFRESH_TOKEN,
    HOUR,
    MICROSECOND,
    NOT_SUBSCRIBED,
    SECOND,
    WEEK,
    JQuants,
    a_world,
)
from tests.apis.jquants.conftest import Start
from tests.service import Serve

REQUIRED = b'{"message": "\'refreshtoken\' is required."}'
INCORRECT = b'{"message": "Your refresh token may be incorrect or expired."}'
STATUS_OF_A_DEAD_TOKEN: dict[ProfileName, int] = {"documented": 403, "observed": 400}


def test_a_refresh_answers_an_id_token_and_nothing_else(jquants: JQuants) -> None:
    """As the published curl sample sends it: the token in the query, no header, no body."""
    answer = jquants.refresh(jquants.refresh_token())
    assert answer.status == 200
    assert answer.body == b'{"idToken": "' + answer.json["idToken"].encode() + b'"}'
    assert answer.header("content-type") == "application/json"


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="no query"),
        pytest.param("?", id="empty query"),
        pytest.param("?refreshtoken=", id="empty value, as the official notebook ships it"),
        pytest.param("?refreshtoken", id="name without a value"),
        pytest.param("?refreshToken=abc", id="camel case, as auth_user spells it"),
        pytest.param("?REFRESHTOKEN=abc", id="upper case"),
        pytest.param("?refresh_token=abc", id="with an underscore"),
        pytest.param("?a=1&=2&&b", id="other parameters"),
        pytest.param("?refreshtoken=abc&refreshtoken=", id="the last of two is empty"),
    ],
)
def test_a_missing_token_is_400(start: Start, profile: ProfileName, query: str) -> None:
    answer = start(profile=profile).service.post(AUTH_REFRESH + query)
    assert (answer.status, answer.body) == (400, REQUIRED)


def test_a_token_in_the_body_is_a_missing_token(jquants: JQuants) -> None:
    body = b'{"refreshtoken": "' + jquants.refresh_token().encode() + b'"}'
    answer = jquants.service.post(AUTH_REFRESH, headers={"Content-Type": "application/json"}, body=body)
    assert (answer.status, answer.body) == (400, REQUIRED)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    "value",
    [
        pytest.param("never-issued", id="never issued"),
        pytest.param("%20", id="a blank"),
        pytest.param("....", id="five empty parts"),
        pytest.param("a+b%2Fc%3D", id="base64 of another kind"),
        pytest.param("%ff%fe", id="undecodable"),
        pytest.param("%", id="broken percent-encoding"),
        pytest.param("undefined", id="a client's undefined"),
    ],
)
def test_a_wrong_token_is_refused_as_the_profile_says(start: Start, profile: ProfileName, value: str) -> None:
    answer = start(profile=profile).refresh(value)
    assert (answer.status, answer.body) == (STATUS_OF_A_DEAD_TOKEN[profile], INCORRECT)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_dead_refresh_token_is_refused_alike(start: Start, profile: ProfileName) -> None:
    """Expired, revoked, of another sandbox, of an account that is gone: one status, one text."""
    jquants = start(profile=profile)
    foreign = a_world(key=b"another sandbox's key".ljust(32)).issue_refresh_token(
        "user@example.com", jquants.clock.now()
    )
    gone = jquants.world.refresh_tokens.make("gone@example.com", jquants.clock.now(), jquants.clock.now() + WEEK)
    old = jquants.refresh_token()
    answers = [jquants.refresh(foreign.token), jquants.refresh(gone)]
    jquants.clock.advance(WEEK)
    answers.append(jquants.refresh(old))
    expected = (STATUS_OF_A_DEAD_TOKEN[profile], INCORRECT)
    assert [(answer.status, answer.body) for answer in answers] == [expected] * 3


def test_a_sandbox_does_not_know_the_tokens_of_another(serve: Serve) -> None:
    service = serve(only="jquants")
    token = JQuants(service).refresh_token()
    assert service.post(f"/sandbox/other{AUTH_REFRESH}?refreshtoken={token}").json == DEAD_REFRESH_TOKEN
    assert service.post(f"/sandbox/default{AUTH_REFRESH}?refreshtoken={token}").status == 200


@pytest.mark.parametrize("profile", PROFILES)
def test_an_account_that_lost_its_plan_refreshes_no_more(start: Start, profile: ProfileName) -> None:
    """A login would be refused already, so the token was made to order."""
    jquants = start(profile=profile, accounts=(Account("a@example.com", "secret", "none"),))
    token = jquants.world.issue_refresh_token("a@example.com", jquants.clock.now()).token
    answer = jquants.refresh(token)
    assert (answer.status, answer.json) == (403, NOT_SUBSCRIBED)


@pytest.mark.parametrize(
    ("inside", "past"),
    [
        pytest.param(WEEK - SECOND, SECOND, id="by the second"),
        pytest.param(WEEK - MICROSECOND, MICROSECOND, id="by the microsecond"),
    ],
)
def test_a_refresh_token_dies_at_the_end_of_its_week(jquants: JQuants, inside: timedelta, past: timedelta) -> None:
    """One step inside the week it works; at the edge it is dead, and stays so."""
    token = jquants.refresh_token()
    jquants.clock.advance(inside)
    assert jquants.refresh(token).status == 200
    jquants.clock.advance(past)
    assert jquants.refresh(token).json == DEAD_REFRESH_TOKEN
    jquants.clock.advance(SECOND)
    assert jquants.refresh(token).json == DEAD_REFRESH_TOKEN


def test_use_neither_spends_nor_prolongs_a_refresh_token(jquants: JQuants) -> None:
    token = jquants.refresh_token()
    for _ in range(7):
        assert jquants.refresh(token).status == 200
        jquants.clock.advance(DAY - SECOND)
    jquants.clock.advance(7 * SECOND)
    assert jquants.refresh(token).json == DEAD_REFRESH_TOKEN


def test_a_clock_set_back_revives_nothing_but_what_was_alive_then(jquants: JQuants) -> None:
    token = jquants.refresh_token()
    jquants.clock.advance(WEEK)
    assert jquants.refresh(token).json == DEAD_REFRESH_TOKEN
    jquants.clock.advance(-HOUR)
    assert jquants.refresh(token).status == 200


def test_the_world_sets_the_lifetime_of_a_refresh_token(start: Start) -> None:
    jquants = start(settings=JQuantsSettings(refresh_token_lifetime=HOUR))
    token = jquants.refresh_token()
    jquants.clock.advance(HOUR - MICROSECOND)
    assert jquants.refresh(token).status == 200
    jquants.clock.advance(MICROSECOND)
    assert jquants.refresh(token).json == DEAD_REFRESH_TOKEN


def test_an_id_token_is_no_refresh_token(jquants: JQuants) -> None:
    answer = jquants.refresh(jquants.id_token())
    assert (answer.status, answer.body) == (403, INCORRECT)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param({"Content-Type": "application/json"}, b"", id="JSON without a body, as tap-jquants"),
        pytest.param({"Content-Type": "application/json"}, b"{}", id="an empty object, as the Ruby gem"),
        pytest.param({"Authorization": "Bearer "}, b"", id="an empty Bearer"),
        pytest.param({"Content-Type": "application/json"}, b"not JSON", id="no JSON at all"),
        pytest.param(
            {
                "User-Agent": "jqapi-python/2.2.0 p/3.11.7",
                "Accept": "*/*",
                "Connection": "keep-alive",
                "Content-Length": "0",
            },
            b"",
            id="the official client",
        ),
    ],
)
def test_headers_and_body_do_not_matter(jquants: JQuants, headers: dict[str, str], body: bytes) -> None:
    token = jquants.refresh_token()
    answer = jquants.service.post(f"{AUTH_REFRESH}?refreshtoken={token}", headers=headers, body=body)
    assert answer.status == 200


def test_the_token_may_be_percent_encoded_whole(jquants: JQuants) -> None:
    token = jquants.refresh_token()
    encoded = "".join(f"%{ord(char):02X}" for char in token)
    assert quote(token, safe="") == token, "it needs no encoding"
    assert jquants.refresh(encoded).status == 200


def test_a_raw_plus_is_a_blank_and_makes_the_token_wrong(jquants: JQuants) -> None:
    """What the wire makes of it, in both profiles; it does not even help to put it before or behind."""
    token = jquants.refresh_token()
    for spoilt in (token + "+", "+" + token, token.replace("-", "+", 1)):
        assert jquants.refresh(spoilt).json == DEAD_REFRESH_TOKEN


def test_of_a_repeated_parameter_the_last_counts(jquants: JQuants) -> None:
    token = jquants.refresh_token()
    query = "refreshtoken={}&refreshtoken={}"
    assert jquants.service.post(f"{AUTH_REFRESH}?{query.format('wrong', token)}").status == 200
    assert jquants.service.post(f"{AUTH_REFRESH}?{query.format(token, 'wrong')}").status == 403


def test_a_doubled_slash_still_finds_the_operation(jquants: JQuants) -> None:
    token = jquants.refresh_token()
    assert jquants.service.post(f"//v1/token/auth_refresh?refreshtoken={token}").status == 200
