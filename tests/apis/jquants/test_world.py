"""Settings, what calls present, tokens made to order, and what a success hands out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.apis.jquants import API
from simulator.apis.jquants.settings import Account, JQuantsSettings
from simulator.core.model.api import Credentials, IssueOverrides, WorldContext
from simulator.core.model.call import Reply
from simulator.state.memory import MemoryStatusStore
from tests.apis.jquants.client import (
    DAY,
    HOUR,
    KEY,
    LISTED_INFO,
    MAIL,
    MICROSECOND,
    OPERATIONS,
    SECOND,
    WEEK,
    JQuants,
    a_world,
)
from tests.apis.jquants.conftest import Start
from tests.apis.jquants.test_errors import AT, a_call

NOW = datetime(2024, 1, 4, 9, 0, 0, 250_000, tzinfo=UTC)


def refreshed(token: str, at: datetime = NOW, terms: IssueOverrides | None = None) -> tuple[Reply, Credentials]:
    """What auth_refresh answers, and what it reads out of the call, at a moment."""
    world = WORLD if terms is None else WORLD.with_overrides(terms)
    operation = OPERATIONS["jquants.auth_refresh"]
    call = a_call("POST", operation.path, f"refreshtoken={token}")
    call = type(call)(call.method, call.path, call.raw_query, call.headers, call.body, at)
    credentials = operation.read(call, world)
    return operation.handle(credentials, call, world), credentials


WORLD = a_world()


def test_the_default_world_is_the_documented_one() -> None:
    assert JQuantsSettings() == JQuantsSettings(
        refresh_token_lifetime=WEEK,
        id_token_lifetime=DAY,
        accounts=(Account("user@example.com", "password", "premium"),),
        id_token_algorithm="HS256",
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"refresh_token_lifetime": timedelta(0)}, "refresh_token_lifetime", id="no refresh lifetime"),
        pytest.param({"refresh_token_lifetime": -WEEK}, "refresh_token_lifetime", id="a negative one"),
        pytest.param({"id_token_lifetime": timedelta(0)}, "id_token_lifetime", id="no ID token lifetime"),
        pytest.param({"id_token_lifetime": HOUR + MICROSECOND}, "whole seconds", id="what a JWT cannot say"),
        pytest.param({"id_token_algorithm": "none"}, "HS256 or RS256", id="an algorithm that signs nothing"),
        pytest.param({"accounts": (Account("a@b", "x"), Account("a@b", "y"))}, '"a@b" appears twice', id="twice"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        JQuantsSettings(**wrong)


@pytest.mark.parametrize(
    ("mail", "password"),
    [
        pytest.param("nobody", "secret", id="no mail address"),
        pytest.param("", "secret", id="no mail at all"),
        pytest.param(" a@b", "secret", id="a blank before it"),
        pytest.param("a@b", "", id="no password"),
        pytest.param("a@" + "b" * 319, "secret", id="321 bytes"),
        pytest.param("a@" + "鈴" * 107, "secret", id="323 bytes of UTF-8"),
    ],
)
def test_accounts_that_nobody_could_have_are_refused(mail: str, password: str) -> None:
    with pytest.raises(ValueError, match=r"mail|password"):
        Account(mail, password)


def test_a_world_takes_its_own_settings_only() -> None:
    with pytest.raises(TypeError, match="JQuantsSettings, not dict"):
        API.world(WorldContext({}, "documented", KEY, MemoryStatusStore()))


def test_a_plan_that_is_not_sold_is_refused() -> None:
    with pytest.raises(ValueError, match="none, free, light, standard, premium"):
        Account("a@b", "secret", "gold")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("user@example.com", "user@example.com"),
        (" User@example.com\n", "User@example.com"),
        ("鈴木@例.jp", "鈴木@例.jp"),
    ],
)
def test_a_subject_is_a_mail_address(text: str, subject: str) -> None:
    assert API.subject(text) == subject


@pytest.mark.parametrize("text", ["", "user", "+819012345678"])
def test_what_is_no_mail_address_is_no_subject(text: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        API.subject(text)


def test_a_login_hands_out_a_refresh_token() -> None:
    body = json.dumps({"mailaddress": MAIL, "password": "password"}).encode()
    operation = OPERATIONS["jquants.auth_user"]
    call = a_call("POST", operation.path, body=body)
    credentials = operation.read(call, WORLD)
    (issued,) = operation.handle(credentials, call, WORLD).issued
    assert (issued.kind, issued.subject, issued.issued_at) == ("refresh_token", MAIL, AT)
    assert issued.events == (("refresh_token_expires", AT + WEEK),)
    assert credentials._replace(payload=None, content=None) == Credentials(subject=MAIL, authorised=True)
    spaced = a_call("POST", operation.path, body=body.replace(b", ", b" ,\n"))
    other = a_call("POST", operation.path, body=body.replace(b'password"}', b'passwords"}'))
    assert operation.read(spaced, WORLD).content == credentials.content != operation.read(other, WORLD).content
    assert set(operation.issues) == {issued.kind}
    assert {name for name, _ in issued.events} <= set(API.events)


def test_a_refresh_hands_out_an_id_token_of_the_same_family() -> None:
    token = WORLD.issue_refresh_token(MAIL, NOW).token
    reply, presented = refreshed(token)
    (issued,) = reply.issued
    assert json.loads(reply.body) == {"idToken": issued.token}
    second = NOW.replace(microsecond=0)
    assert (issued.kind, issued.subject, issued.issued_at) == ("id_token", MAIL, second)
    assert issued.events == (("id_token_expires", second + DAY),)
    used = OPERATIONS["jquants.listed_info"].read(
        a_call(path=LISTED_INFO, headers={"authorization": f"Bearer {issued.token}"}), WORLD
    )
    assert used.family == presented.family
    assert used.token_id != presented.token_id
    assert (used.kind, used.subject, used.issued_at) == ("id_token", MAIL, NOW)
    assert used.state == "expired", "the tables' moment is a year later"
    assert not used.authorised


def test_a_call_presents_its_refresh_token() -> None:
    issued = WORLD.issue_refresh_token(MAIL, NOW)
    _, presented = refreshed(issued.token)
    assert presented.token_id is not None
    assert presented._replace(payload=None) == Credentials(
        token=issued.token,
        kind="refresh_token",
        state="valid",
        issued_at=NOW,
        token_id=presented.token_id,
        family=presented.family,
        subject=MAIL,
        authorised=True,
    )


@pytest.mark.parametrize("hit", ["token_id", "family"])
def test_what_is_presented_is_enough_to_revoke(jquants: JQuants, hit: str) -> None:
    """``token`` hits the presented one alone, ``family`` its ID tokens as well."""
    token = jquants.refresh_token()
    id_token = jquants.id_token(token)
    operation = OPERATIONS["jquants.auth_refresh"]
    call = a_call("POST", operation.path, f"refreshtoken={token}")
    call = type(call)(call.method, call.path, call.raw_query, call.headers, call.body, jquants.clock.now())
    mark = getattr(operation.read(call, jquants.world), hit)
    jquants.world.status_store.revoke(mark)
    assert operation.read(call, jquants.world).state == "revoked"
    assert jquants.refresh(token).status == 403
    assert jquants.listed_info(id_token).status == (200 if hit == "token_id" else 401)
    assert jquants.refresh(jquants.refresh_token()).status == 200


def test_terms_reach_the_answer() -> None:
    token = WORLD.issue_refresh_token(MAIL, NOW).token
    reply, _ = refreshed(token, terms=IssueOverrides(lifetime=2 * SECOND))
    assert reply.issued[0].events[0][1] == NOW.replace(microsecond=0) + 2 * SECOND
    spoilt, _ = refreshed(token, terms=IssueOverrides(tamper="signature"))
    assert WORLD.check_id_token(spoilt.issued[0].token, NOW).state == "unknown"


@pytest.mark.parametrize("kind", API.token_kinds)
def test_a_minted_token_is_as_good_as_one_from_the_wire(jquants: JQuants, kind: str) -> None:
    minted = API.mint(jquants.world, kind, MAIL, jquants.clock.now())
    answer = jquants.refresh(minted.token) if kind == "refresh_token" else jquants.listed_info(minted.token)
    assert answer.status == 200
    assert minted.expires_at - minted.issued_at == {"refresh_token": WEEK, "id_token": DAY}[kind]


@pytest.mark.parametrize("kind", API.token_kinds)
def test_a_token_can_be_minted_dead(jquants: JQuants, kind: str) -> None:
    old = API.mint(jquants.world, kind, MAIL, jquants.clock.now() - 2 * WEEK)
    answer = jquants.refresh(old.token) if kind == "refresh_token" else jquants.listed_info(old.token)
    assert answer.status == {"refresh_token": 403, "id_token": 401}[kind]
    assert old.expires_at < jquants.clock.now()


@pytest.mark.parametrize(
    ("kind", "subject", "said"),
    [
        pytest.param("access_token", MAIL, "refresh_token, id_token", id="unknown kind"),
        pytest.param("id_token", "nobody@example.com", "known: user@example.com", id="unknown account"),
    ],
)
def test_what_cannot_be_minted_says_what_can(kind: str, subject: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        API.mint(WORLD, kind, subject, NOW)


def test_a_shorter_day_for_id_tokens(start: Start) -> None:
    """The world's lifetime, one step inside and at the edge."""
    jquants = start(settings=JQuantsSettings(id_token_lifetime=HOUR))
    token = jquants.id_token()
    jquants.clock.advance(HOUR - SECOND)
    assert jquants.listed_info(token).status == 200
    jquants.clock.advance(SECOND)
    assert jquants.listed_info(token).status == 401
