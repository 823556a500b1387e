"""GET /v1/token/generate: who may, what is checked in which order (docs/sources/uid2.md §3.1)."""

from __future__ import annotations

import pytest

from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from tests.apis.uid2.conftest import Publish
from tests.apis.uid2.publisher import STRANGER, Publisher

REQUIRED = (
    b'{"message":"Required Parameter Missing: exactly one of [email, email_hash, phone, phone_hash] '
    b'must be specified","status":"client_error"}'
)
INVALID = b'{"message":"Invalid Identifier","status":"client_error"}'
HASH = "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf%2fF5HVRQ="


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("all", 200),
        ("generator", 200),
        ("mapper", 401),
        ("id_reader", 401),
        ("none", 401),
        ("disabled", 401),
        ("unknown", 401),
    ],
)
def test_a_generate_takes_a_generator(publish: Publish, key: str, status: int) -> None:
    keys = (
        ApiKey("all"),
        ApiKey("generator", roles=("generator",)),
        ApiKey("mapper", roles=("mapper",)),
        ApiKey("id_reader", roles=("id_reader",)),
        ApiKey("none", roles=()),
        ApiKey("disabled", disabled=True),
    )
    for profile in ("documented", "observed"):
        publisher = publish(profile, Uid2Settings(keys=keys))
        answer = publisher.generate({"Authorization": f"Bearer {key}"}, email="a@b")
        assert answer.status == status
        if status == 401:
            assert (answer.body, answer.header("content-type")) == (b'{"status":"unauthorized"}', "application/json")


def test_the_key_is_asked_before_anything_else(either: Publisher) -> None:
    assert either.generate(STRANGER).status == 401


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?foo=1",
        "?email=a@b&phone=",
        "?email&email_hash",
        "?email=a@b&email_hash=x&phone=y&phone_hash=z",
        "?mail=a@b",
    ],
)
def test_exactly_one_identifier_has_to_be_there_even_if_empty(either: Publisher, query: str) -> None:
    answer = either.service.get(
        f"/v1/token/generate{query}", headers={"Authorization": "Bearer simulator-uid2-api-key"}
    )
    assert (answer.status, answer.body, answer.header("content-type")) == (400, REQUIRED, "application/json")


@pytest.mark.parametrize(
    "query",
    [
        "email=",
        "email",
        "email=a",
        "email_hash=",
        "email_hash=a@b",
        "phone=+12345678901",
        "phone=12345678901",
        "phone_hash=x",
    ],
)
def test_an_identifier_has_to_be_one(either: Publisher, query: str) -> None:
    """A raw plus is a blank, and no phone begins with one."""
    answer = either.service.get(
        f"/v1/token/generate?{query}", headers={"Authorization": "Bearer simulator-uid2-api-key"}
    )
    assert (answer.status, answer.body) == (400, INVALID)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("email=user@example.com", id="mail"),
        pytest.param("EMAIL=User@Example.com", id="names in any case"),
        pytest.param(f"email_hash={HASH}", id="hash"),
        pytest.param("phone=%2B12345678901", id="phone"),
        pytest.param("email=user@example.com&email=other@example.com&policy=1&optout_check=x", id="first of two"),
    ],
)
def test_a_generate_hands_out_tokens_for_whoever_is_named(either: Publisher, query: str) -> None:
    answer = either.service.get(
        f"/v1/token/generate?{query}", headers={"Authorization": "Bearer simulator-uid2-api-key"}
    )
    assert answer.status == 200
    opened = either.world.open_refresh(answer.json["body"]["refresh_token"])
    phone = "phone" in query
    assert opened.person.subject.startswith("phone:" if phone else "email:")


OUT = ["optout@email.com", "optout@example.com", "+00000000000", "refresh-optout@example.com", "+00000000002"]


@pytest.mark.parametrize("who", [*OUT, "declared@example.com"])
def test_opted_out_people_get_tokens_and_no_refresh(publish: Publish, who: str) -> None:
    """v1 generate never asks; the published test identity relies on it (docs/sources/uid2.md §0.1)."""
    publisher = publish("observed", Uid2Settings(opted_out=("Declared@Example.com ",)))
    token = publisher.login(who)
    for _ in range(2):
        assert publisher.refresh(token).json == {"status": "optout"}


@pytest.mark.parametrize("who", ["validate@email.com", "validate@example.com", "+12345678901"])
def test_an_opt_out_does_not_touch_the_validate_identities(publish: Publish, who: str) -> None:
    publisher = publish("observed", Uid2Settings(opted_out=(who,)))
    assert publisher.refresh(publisher.login(who)).json["status"] == "success"


@pytest.mark.parametrize(
    "digest",
    [
        "0rsCKuVNK9jy6uBb3IvhA9kuxBjTImg+tENjIHaZqNc=",
        "DYsnJ8r5+cjRDHue98gIGDKvLIMuqAm/RRLODrjqK50=",
        "NaNI8RU0bL1Jpp1jJLC5aJO/lchc6gGhgXQIAwJ7cV4=",
    ],
)
def test_test_identities_are_known_by_their_hash_as_well(observed: Publisher, digest: str) -> None:
    token = observed.tokens(email_hash=digest)["refresh_token"]
    assert observed.refresh(token).json == {"status": "optout"}


@pytest.mark.parametrize(
    "digest", ["313yQvZOTb0vjjEU7sTO/UWxGPzVppIbCyQEJEnfxLo=", "0VoxsIuk88qt7TnZaTC//C9Vur3pR1zBMIr1cJe7xjE="]
)
def test_and_so_are_the_phones(observed: Publisher, digest: str) -> None:
    token = observed.tokens(phone_hash=digest)["refresh_token"]
    assert observed.refresh(token).json == {"status": "optout"}
    other = observed.tokens(email_hash=digest)["refresh_token"]
    assert observed.refresh(other).json["status"] == "success"
