"""GET /v1/token/validate: true for the test identities' own tokens, false for everything else.

Source: docs/sources/uid2.md §3.3.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.apis.uid2.publisher import Publisher
from tests.apis.uid2.test_generate import INVALID, REQUIRED

TRUE = b'{"body":true,"status":"success"}'
FALSE = b'{"body":false,"status":"success"}'
TESTED = [
    {"email": "validate@email.com"},
    {"email": " Validate@EMAIL.com"},
    {"email": "validate@example.com"},
    {"email_hash": "LdhtUlMQ58ZZy5YUqGPRQw5xUMS5dXG5ocJHYJHbAKI="},
    {"email_hash": "ntI244ZRTXwAwpki6/M5cyBYW7h/Wq576lnN3l9+W/c="},
    {"phone": "+12345678901"},
    {"phone_hash": "EObwtHBUqDNZR33LNSMdtt5cafsYFuGmuY4ZLenlue4="},
]


@pytest.mark.parametrize("who", TESTED, ids=lambda who: next(iter(who.values())))
def test_a_test_identity_s_token_is_confirmed_to_everybody_and_for_ever(either: Publisher, who: dict[str, str]) -> None:
    token = either.get("/v1/token/generate", who).json["body"]["advertising_token"]
    answer = either.validate(token, **who)
    assert (answer.status, answer.body, answer.header("content-type")) == (200, TRUE, "application/json")
    either.clock.advance(timedelta(days=365))
    assert either.validate(token, **who).body == TRUE


def test_a_refreshed_token_is_confirmed_too(either: Publisher) -> None:
    token = either.refresh(either.login("validate@email.com")).json["body"]["advertising_token"]
    assert either.validate(token, email="validate@email.com").body == TRUE


@pytest.mark.parametrize(
    "who", [{"email": "user@example.com"}, {"email": "optout@email.com"}, {"phone": "+00000000000"}]
)
def test_nobody_else_s_token_is_confirmed_not_even_their_own(either: Publisher, who: dict[str, str]) -> None:
    token = either.get("/v1/token/generate", who).json["body"]["advertising_token"]
    assert either.validate(token, **who).body == FALSE


def test_the_hash_counts_only_with_its_type(either: Publisher) -> None:
    """The validate mail's hash, given as a phone's, is a stranger."""
    digest = "LdhtUlMQ58ZZy5YUqGPRQw5xUMS5dXG5ocJHYJHbAKI="
    token = either.tokens(phone_hash=digest)["advertising_token"]
    assert either.validate(token, phone_hash=digest).body == FALSE


def test_of_the_token_only_the_raw_uid2_is_compared(either: Publisher) -> None:
    """The same hash given as a phone's makes the same raw UID2, which does not know what it was made from."""
    token = either.tokens(phone_hash="LdhtUlMQ58ZZy5YUqGPRQw5xUMS5dXG5ocJHYJHbAKI=")["advertising_token"]
    assert token.startswith("B4")
    assert either.validate(token, email="validate@email.com").body == TRUE


def test_another_s_token_is_not_confirmed(either: Publisher) -> None:
    token = either.tokens(email="validate@example.com")["advertising_token"]
    assert either.validate(token, email="validate@email.com").body == FALSE


@pytest.mark.parametrize("token", ["", "abc", "A4", "no token at all", "A" * 218])
def test_what_is_no_token_is_not_confirmed(either: Publisher, token: str) -> None:
    assert either.validate(token, email="validate@email.com").body == FALSE
    assert either.validate(either.login("validate@email.com"), email="validate@email.com").body == FALSE


def test_without_a_token_it_is_false(either: Publisher) -> None:
    assert either.service.get("/v1/token/validate?email=validate@email.com").body == FALSE


@pytest.mark.parametrize(
    ("query", "body"), [("token=x", REQUIRED), ("token=x&email=a@b&phone=1", REQUIRED), ("token=x&email=a", INVALID)]
)
def test_the_identifier_is_checked_first(either: Publisher, query: str, body: bytes) -> None:
    answer = either.service.get(f"/v1/token/validate?{query}")
    assert (answer.status, answer.body) == (400, body)
