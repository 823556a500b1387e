"""The refresh token itself: its shape (docs/sources/jquants.md §3), and that every character of it counts."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis.jquants.settings import Account, JQuantsSettings
from simulator.apis.jquants.world import JQuantsWorld
from simulator.core.model.api import IssueOverrides
from tests.apis.jquants.client import DAY, HOUR, KEY, MAIL, MICROSECOND, WEEK, a_world

AT = datetime(2024, 1, 4, 12, 34, 56, 789_012, tzinfo=UTC)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
WORLD = a_world()
TOKEN = WORLD.issue_refresh_token(MAIL, AT).token
OTHER = WORLD.issue_refresh_token(MAIL, AT).token


def state(text: str, world: JQuantsWorld = WORLD, at: datetime = AT) -> str:
    return world.check_refresh_token(text, at).state


def test_it_is_shaped_like_a_cognito_refresh_token() -> None:
    """Five parts of the lengths that RSA-OAEP with RSA-2048 and A256GCM make."""
    header, key, iv, ciphertext, tag = TOKEN.split(".")
    assert header == "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ"
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {
        "cty": "JWT",
        "enc": "A256GCM",
        "alg": "RSA-OAEP",
    }
    assert (len(header), len(key), len(iv), len(tag)) == (62, 342, 16, 22)
    assert 1000 <= len(ciphertext) <= 1600
    assert 1450 <= len(TOKEN) <= 2050
    assert re.fullmatch(r"[A-Za-z0-9._-]+", TOKEN)


def test_it_says_nothing_to_whoever_reads_it() -> None:
    parts = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in TOKEN.split(".")[1:]]
    assert not any(MAIL.encode() in part for part in parts)


def test_two_tokens_share_nothing_but_their_header() -> None:
    pairs = list(zip(TOKEN.split("."), OTHER.split("."), strict=True))
    assert [one == other for one, other in pairs] == [True, False, False, False, False]


def test_the_same_secret_opens_it_elsewhere() -> None:
    """Replicas need nothing but the key; another key, and it is unknown."""
    assert state(TOKEN, a_world(key=KEY)) == "valid"
    assert state(TOKEN, a_world(key=b"another".ljust(32))) == "unknown"


def test_it_carries_its_moments_to_the_microsecond() -> None:
    examined = WORLD.check_refresh_token(TOKEN, AT)
    assert examined.token is not None
    assert (examined.token.subject, examined.token.issued_at) == (MAIL, AT)
    assert examined.token.expires_at == AT + WEEK


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        pytest.param(-DAY, "valid", id="before its issue: nobody checks that"),
        pytest.param(timedelta(0), "valid", id="at its issue"),
        pytest.param(WEEK - MICROSECOND, "valid", id="just inside"),
        pytest.param(WEEK, "expired", id="at the edge"),
        pytest.param(WEEK + MICROSECOND, "expired", id="just past"),
        pytest.param(300 * WEEK, "expired", id="long past"),
    ],
)
def test_its_state_follows_its_age(age: timedelta, expected: str) -> None:
    assert state(TOKEN, at=AT + age) == expected


@given(place=st.integers(0, len(TOKEN) - 1), char=st.sampled_from(ALPHABET + ".+/=% \n\0é"))
@settings(max_examples=300)
def test_no_character_can_be_another(place: int, char: str) -> None:
    changed = TOKEN[:place] + char + TOKEN[place + 1 :]
    assert state(changed) == ("valid" if changed == TOKEN else "unknown")


def test_not_even_the_spare_bits_of_a_last_character_are_free() -> None:
    """342 and 22 characters carry four bits more than their bytes: sixteen spellings, one of them right."""
    ends = [place - 1 for place, char in enumerate(TOKEN) if char == "."] + [len(TOKEN) - 1]
    for end in ends:
        spellings = [TOKEN[:end] + char + TOKEN[end + 1 :] for char in ALPHABET]
        assert [text for text in spellings if state(text) == "valid"] == [TOKEN]


@given(length=st.integers(0, len(TOKEN) - 1))
@settings(max_examples=100)
def test_a_truncated_one_is_unknown(length: int) -> None:
    assert state(TOKEN[:length]) == "unknown"
    assert state(TOKEN[length + 1 :]) == "unknown"


@pytest.mark.parametrize("part", range(1, 5))
def test_parts_of_two_tokens_do_not_go_together(part: int) -> None:
    mixed = TOKEN.split(".")
    mixed[part] = OTHER.split(".")[part]
    assert state(".".join(mixed)) == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(TOKEN + "=", id="padded"),
        pytest.param(TOKEN + "==", id="padded as base64 would"),
        pytest.param(TOKEN + ".", id="a sixth part"),
        pytest.param(TOKEN + "\n", id="a line feed behind it"),
        pytest.param(" " + TOKEN, id="a blank before it"),
        pytest.param(TOKEN.swapcase(), id="cases swapped"),
        pytest.param(TOKEN.replace("-", "+").replace("_", "/"), id="standard base64"),
        pytest.param("\ud800" + TOKEN[1:], id="a lone surrogate"),
        pytest.param("ｅ" + TOKEN[1:], id="a full-width letter"),
        pytest.param(f"{TOKEN}.{OTHER}", id="two in one"),
    ],
)
def test_almost_a_token_is_none(text: str) -> None:
    assert state(text) == "unknown"


@given(text=st.text(max_size=200) | st.lists(st.text(ALPHABET, max_size=400), max_size=6).map(".".join))
@settings(max_examples=100)
def test_any_text_is_judged_and_not_stumbled_over(text: str) -> None:
    assert state(text) == "unknown"
    assert WORLD.check_id_token(text, AT).state == "unknown"


def test_revoking_the_token_leaves_its_family_alone() -> None:
    world = a_world()
    token = world.issue_refresh_token(MAIL, AT).token
    opened = world.check_refresh_token(token, AT).token
    assert opened is not None
    child = world.issue_id_token(MAIL, AT, family=opened.family, auth_time=AT).token
    world.status_store.revoke(opened.token_id)
    assert world.check_refresh_token(token, AT).state == "revoked"
    assert world.check_id_token(child, AT).state == "valid"


def test_revoking_the_family_takes_its_id_tokens_along() -> None:
    """Another login of the same account is another family."""
    world = a_world()
    token, other = (world.issue_refresh_token(MAIL, AT).token for _ in range(2))
    opened = world.check_refresh_token(token, AT).token
    assert opened is not None
    child = world.issue_id_token(MAIL, AT, family=opened.family, auth_time=AT).token
    world.status_store.revoke(opened.family)
    assert world.check_refresh_token(token, AT).state == "revoked"
    assert world.check_id_token(child, AT).state == "revoked"
    assert world.check_refresh_token(other, AT).state == "valid"


def test_an_account_that_is_gone_takes_its_tokens_along() -> None:
    elsewhere = a_world(JQuantsSettings(accounts=(Account("new@example.com", "secret"),)))
    assert state(TOKEN, elsewhere) == "unknown"
    id_token = WORLD.issue_id_token(MAIL, AT, family="f", auth_time=AT).token
    assert elsewhere.check_id_token(id_token, AT).state == "unknown"


def test_terms_change_what_is_issued_and_not_the_world() -> None:
    world = a_world()
    issued = world.with_overrides(IssueOverrides(refresh_lifetime=HOUR, skew=-DAY)).issue_refresh_token(MAIL, AT)
    assert issued.issued_at == AT - DAY
    assert issued.events == (("refresh_token_expires", AT - DAY + HOUR),)
    assert state(issued.token, world, AT) == "expired"
    assert state(issued.token, world, AT - DAY + HOUR - MICROSECOND) == "valid"
    assert world.issue_refresh_token(MAIL, AT).events == (("refresh_token_expires", AT + WEEK),)


def test_a_tampered_one_looks_right_and_is_refused() -> None:
    token = WORLD.with_overrides(IssueOverrides(tamper="signature")).issue_refresh_token(MAIL, AT).token
    assert [len(part) for part in token.split(".")] == [len(part) for part in TOKEN.split(".")]
    assert state(token) == "unknown"


def test_the_longest_mail_address_fits() -> None:
    mail = "a" * 64 + "@" + "鈴" * 85
    world = a_world(JQuantsSettings(accounts=(Account(mail, "secret"),)))
    found = world.check_refresh_token(world.issue_refresh_token(mail, AT).token, AT)
    assert found.account is not None
    assert found.account.mailaddress == mail


@pytest.mark.parametrize("year", [1, 1969, 9999])
def test_any_year_of_the_clock_will_do(year: int) -> None:
    """A lifetime that would end beyond the calendar ends with it."""
    at = datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    world = a_world().with_overrides(IssueOverrides(skew=DAY))
    token = world.issue_refresh_token(MAIL, at).token
    id_token = world.issue_id_token(MAIL, at, family="f", auth_time=at).token
    alive = "expired" if year == 9999 else "valid"
    assert world.check_refresh_token(token, at).state == alive
    assert world.check_id_token(id_token, at).state == alive
