"""What a scenario can change of UID2's world, what it issues, and tokens made to order."""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest

from simulator.apis.uid2 import API
from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.core.model.api import IssueOverrides, ProfileName
from tests.apis.uid2.calls import AT, KEY, MINUTE, answered, call, make, minted, refreshing, status_of


def test_the_default_world() -> None:
    settings = Uid2Settings()
    assert settings.identity_lifetime == timedelta(hours=1)
    assert settings.refresh_from == timedelta(minutes=15)
    assert settings.refresh_lifetime == timedelta(hours=24)
    assert [(key.key, key.roles, key.disabled) for key in settings.keys] == [
        (KEY, ("generator", "mapper", "id_reader", "sharer", "optout"), False)
    ]
    assert b64decode(settings.keys[0].secret) == b"simulator-uid2-client-secret-32b"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"identity_lifetime": timedelta(days=2)}, "lifetimes must satisfy"),
        ({"refresh_from": timedelta(hours=2)}, "lifetimes must satisfy"),
        ({"refresh_lifetime": timedelta(minutes=30)}, "lifetimes must satisfy"),
        ({"refresh_from": timedelta(0)}, "lifetimes must satisfy"),
        ({"keys": (ApiKey("a"), ApiKey("b"), ApiKey("a"))}, "a key appears twice"),
        ({"opted_out": ("a@b", "nobody")}, '"nobody" is not a mail address or a phone number'),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Uid2Settings(**settings)


def test_lifetimes_may_be_equal() -> None:
    day = timedelta(days=1)
    assert Uid2Settings(identity_lifetime=day, refresh_from=day, refresh_lifetime=day).refresh_from == day


@pytest.mark.parametrize(
    ("key", "secret", "message"),
    [
        ("", KEY, "is empty"),
        (" a", KEY, "surrounding blanks"),
        ("a", "no base64", "is not base64"),
        ("a", "AAAA", "is 3 bytes"),
    ],
)
def test_a_key_that_cannot_be_one_is_refused(key: str, secret: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ApiKey(key, secret=secret)


def test_terms_change_the_lives_of_what_is_issued() -> None:
    world = make().with_overrides(IssueOverrides(lifetime=timedelta(seconds=2), refresh_lifetime=timedelta(seconds=5)))
    reply = answered("token_generate", call("token_generate", "email=a@b"), world)
    events = dict(event for issued in reply.issued for event in issued.events)
    assert events == {
        "identity_expires": AT + timedelta(seconds=2),
        "refresh_from": AT + timedelta(seconds=2),
        "refresh_expires": AT + timedelta(seconds=5),
    }


def test_a_longer_identity_is_still_refreshed_when_the_world_says() -> None:
    world = make().with_overrides(IssueOverrides(lifetime=timedelta(hours=3)))
    tokens = world.generate(world.open_refresh(minted(world)).person, AT)
    assert (tokens.identity_expires, tokens.refresh_from) == (AT + timedelta(hours=3), AT + 15 * MINUTE)


@pytest.mark.parametrize("skew", [5 * MINUTE, -5 * MINUTE], ids=["ahead", "behind"])
def test_a_skewed_server_issues_at_its_own_moment(skew: timedelta) -> None:
    world = make().with_overrides(IssueOverrides(skew=skew))
    mint = API.mint(world, "refresh_token", "a@b", AT)
    assert mint.issued_at == AT + skew
    assert mint.expires_at == AT + skew + timedelta(hours=24)
    assert world.open_refresh(mint.token).created == AT + skew


def test_other_terms_leave_the_world_as_it_was() -> None:
    world = make()
    world.with_overrides(IssueOverrides(tamper="signature"))
    assert world.overrides == IssueOverrides()
    world.open_refresh(minted(world))


@pytest.mark.parametrize("name", ["token_generate", "token_refresh"])
@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_an_answer_says_what_it_issues_and_when_something_will_happen_to_it(profile: ProfileName, name: str) -> None:
    world = make(profile)
    asked = call(name, "email=user@example.com") if name == "token_generate" else refreshing(minted(world))
    reply = answered(name, asked, world)
    advertising, refresh = reply.issued
    subject = API.subject("user@example.com")
    assert (advertising.kind, advertising.subject, advertising.issued_at) == ("advertising_token", subject, AT)
    assert (refresh.kind, refresh.subject, refresh.issued_at) == ("refresh_token", subject, AT)
    assert dict(advertising.events) == {"identity_expires": AT + 60 * MINUTE, "refresh_from": AT + 15 * MINUTE}
    assert dict(refresh.events) == {"refresh_expires": AT + timedelta(hours=24)}
    assert advertising.token.encode() in reply.body
    assert refresh.token.encode() in reply.body
    assert {event for issued in reply.issued for event, _ in issued.events} == set(API.events)


@pytest.mark.parametrize("who", ["user@example.com", " User@Example.com", API.subject("user@example.com")])
def test_a_token_is_minted_for_a_person_in_any_spelling(who: str) -> None:
    world = make()
    issued = AT - timedelta(days=3)
    mint = API.mint(world, "refresh_token", who, issued)
    assert (mint.issued_at, mint.expires_at) == (issued, issued + timedelta(hours=24))
    assert world.open_refresh(mint.token).person.subject == API.subject("user@example.com")
    assert status_of(world, refreshing(mint.token)) == "expired_token"


def test_an_advertising_token_is_minted() -> None:
    world = make()
    mint = API.mint(world, "advertising_token", "+12345678901", AT)
    assert mint.expires_at == AT + 60 * MINUTE
    assert world.open_advertising(mint.token).created == AT


@pytest.mark.parametrize(
    ("kind", "who", "message"),
    [
        ("id_token", "a@b", 'uid2 has no "id_token"'),
        ("refresh_token", "nobody", '"nobody" is not a mail address or a phone number'),
    ],
)
def test_what_cannot_be_minted_is_named(kind: str, who: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        API.mint(make(), kind, who, AT)


@pytest.mark.parametrize(("key", "secret"), [(" leaky ", KEY), ("k", "leaky"), ("k", "bGVha3k=")])
def test_what_is_said_of_a_key_does_not_repeat_it(key: str, secret: str) -> None:
    """Such messages end in logs and CI output."""
    with pytest.raises(ValueError, match="key") as refused:
        ApiKey(key, secret)
    assert "leaky" not in str(refused.value)
    assert "bGVha3k" not in str(refused.value)
