"""POST /v1/token/auth_user: mail and password for a refresh token (docs/sources/jquants.md §1)."""

from __future__ import annotations

import json

import pytest

from simulator.apis.jquants.settings import Account
from tests.apis.jquants.client import AUTH_USER, NOT_SUBSCRIBED, JQuants
from tests.apis.jquants.conftest import Start

RIGHT = b'{"mailaddress": "user@example.com", "password": "password"}'


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no Content-Type, as the documents' Python sample"),
        pytest.param({"Content-Type": "application/json"}, id="JSON, as curl's sample and the official client"),
        pytest.param({"Content-Type": "application/x-www-form-urlencoded"}, id="a form, as curl -d sends it"),
        pytest.param({"Content-Type": "text/plain; charset=shift_jis"}, id="a charset that is not meant"),
    ],
)
def test_login_never_asks_for_a_content_type(jquants: JQuants, headers: dict[str, str]) -> None:
    answer = jquants.service.post(AUTH_USER, headers=headers, body=RIGHT)
    assert answer.status == 200
    assert list(answer.json) == ["refreshToken"]


def test_login_answers_in_the_services_own_json(jquants: JQuants) -> None:
    """A blank after the colon, one key, no charset."""
    answer = jquants.service.post(AUTH_USER, body=RIGHT)
    token = answer.json["refreshToken"]
    assert answer.body == b'{"refreshToken": "' + token.encode() + b'"}'
    assert answer.header("content-type") == "application/json"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"mailaddress": "user@example.com", "password": "wrong"}', id="wrong password"),
        pytest.param(b'{"mailaddress": "other@example.com", "password": "password"}', id="wrong mail"),
        pytest.param(b'{"mailaddress": "User@example.com", "password": "password"}', id="mail in another case"),
        pytest.param(b'{"mailaddress": " user@example.com", "password": "password"}', id="blank before the mail"),
        pytest.param(b'{"mailaddress": "user@example.com"}', id="no password"),
        pytest.param(b'{"password": "password"}', id="no mail"),
        pytest.param(b'{"mailaddress": "", "password": ""}', id="both empty"),
        pytest.param(b'{"mailAddress": "user@example.com", "password": "password"}', id="camel case"),
        pytest.param(b'{"mailaddress": ["user@example.com"], "password": "password"}', id="mail in a list"),
        pytest.param(b'{"mailaddress": "user@example.com", "password": 5}', id="password a number"),
        pytest.param(b'{"mailaddress": null, "password": null}', id="nulls"),
        pytest.param(b'{"apikey": "abc"}', id="an API key, as seen in the wild"),
        pytest.param(b"", id="empty body"),
        pytest.param(b"{}", id="empty object"),
        pytest.param(b"null", id="null"),
        pytest.param(b'["user@example.com", "password"]', id="a list"),
        pytest.param(RIGHT[:-1], id="cut short"),
        pytest.param(b"\xef\xbb\xbf" + RIGHT, id="byte order mark"),
        pytest.param(RIGHT.decode().encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"mailaddress": "\xff", "password": "password"}', id="invalid UTF-8"),
        pytest.param(b'{"mailaddress": "\\ud800", "password": "\\udfff"}', id="lone surrogates"),
        pytest.param(b'{"mailaddress": "user@example.com", "password": "\\ud800"}', id="a lone surrogate as password"),
        pytest.param(b'{"mailaddress": NaN, "password": Infinity}', id="NaN"),
        pytest.param(b'{"mailaddress": ' + b"9" * 5000 + b"}", id="an integer beyond Python's limit"),
        pytest.param(b"[" * 100_000, id="nested too deep"),
        pytest.param(b'{"a":' * 50_000 + b"1" + b"}" * 50_000, id="nested too deep, and closed"),
        pytest.param(b"mailaddress=user@example.com&password=password", id="a form"),
    ],
)
def test_credentials_that_open_nothing_earn_one_and_the_same_400(jquants: JQuants, body: bytes) -> None:
    answer = jquants.service.post(AUTH_USER, body=body)
    assert (answer.status, answer.body) == (400, b"{\"message\": \"'mailaddress' or 'password' is incorrect.\"}")


def test_credentials_in_the_query_do_not_count(jquants: JQuants) -> None:
    answer = jquants.service.post(f"{AUTH_USER}?mailaddress=user@example.com&password=password")
    assert answer.status == 400


def test_of_a_repeated_field_the_last_counts(jquants: JQuants) -> None:
    body = b'{"password": "wrong", "mailaddress": "user@example.com", "password": "password"}'
    assert jquants.service.post(AUTH_USER, body=body).status == 200


def test_two_logins_give_two_refresh_tokens_and_both_live(jquants: JQuants) -> None:
    first, second = jquants.refresh_token(), jquants.refresh_token()
    assert first != second
    assert [jquants.refresh(token).status for token in (first, second)] == [200, 200]


def test_an_account_without_a_plan_gets_no_refresh_token(start: Start) -> None:
    jquants = start(accounts=(Account("a@example.com", "secret", "none"),))
    answer = jquants.log_in("a@example.com", "secret")
    assert (answer.status, answer.json) == (403, NOT_SUBSCRIBED)
    assert jquants.log_in("a@example.com", "wrong").status == 400, "the password is looked at first"


def test_other_accounts_replace_the_default_one(start: Start) -> None:
    """Passwords are compared as UTF-8, whatever they are made of."""
    jquants = start(accounts=(Account("鈴木@example.jp", "合言葉", "free"),))
    assert jquants.log_in("鈴木@example.jp", "合言葉").status == 200
    raw = json.dumps({"mailaddress": "鈴木@example.jp", "password": "合言葉"}, ensure_ascii=False).encode()
    assert jquants.service.post(AUTH_USER, body=raw).status == 200
    assert jquants.log_in().status == 400


def test_a_body_beyond_what_is_read_is_the_gateways_413(jquants: JQuants) -> None:
    """A mebibyte is read, one byte more is not."""
    padded = RIGHT + b" " * (1_048_576 - len(RIGHT))
    assert jquants.service.post(AUTH_USER, body=padded).status == 200
    answer = jquants.service.post(AUTH_USER, body=padded + b" ")
    assert (answer.status, answer.body) == (413, b'{"message":"Request Too Long"}')
