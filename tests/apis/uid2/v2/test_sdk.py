"""The released SDK against a live server: it, not our own reading of the layouts, decides whether v2 is right."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError

import pytest
from uid2_client import (
    BidstreamClient,
    IdentityMapClient,
    IdentityMapInput,
    IdentityMapV3Client,
    IdentityMapV3Input,
    SharingClient,
    TokenGenerateInput,
    Uid2ClientFactory,
    Uid2PublisherClient,
)

from simulator.testing import Handle, Simulator

KEY = "simulator-uid2-api-key"
SECRET = "c2ltdWxhdG9yLXVpZDItY2xpZW50LXNlY3JldC0zMmI="
RAW_UID = "6bnjfis0XfGLD4gL3zNdHoUh07VHgiIWfcAksL4aLC4="
"""user@example.com under the operator's local salts (docs/sources/uid2.md §2.5)."""
PHONE_UID = "EYgbUgD8Fu9NiQZaSo7Ea1EjNE9ClW74BHj0hNuK/Mg="
"""+12345678901 likewise."""


@pytest.fixture
def publisher(simulator: Handle) -> Any:
    return Uid2PublisherClient(simulator.uid2_url, KEY, SECRET)


def generated(publisher: Any, mail: str = "user@example.com") -> Any:
    answer = publisher.generate_token(TokenGenerateInput.from_email(mail))
    assert answer.is_success()
    return answer.get_identity()


def refusal(error: HTTPError) -> Any:
    with error:
        return json.loads(error.read())


def test_it_generates_and_refreshes(publisher: Any) -> None:
    first = generated(publisher)
    second = publisher.refresh_token(first).get_identity()
    third = publisher.refresh_token(second).get_identity()

    assert len({one.get_advertising_token() for one in (first, second, third)}) == 3
    assert len({one.get_refresh_response_key() for one in (first, second, third)}) == 3


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(TokenGenerateInput.from_email("user@example.com"), id="hashed by the SDK"),
        pytest.param(TokenGenerateInput.from_email("User@Example.com").do_not_hash(), id="mail"),
        pytest.param(TokenGenerateInput.from_hashed_email("tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="), id="hash"),
    ],
)
def test_a_bidder_finds_the_raw_uid_in_the_token(simulator: Handle, publisher: Any, who: Any) -> None:
    bidder = BidstreamClient(simulator.uid2_url, KEY, SECRET)
    assert bidder.refresh().success

    token = publisher.generate_token(who).get_identity().get_advertising_token()
    found = bidder.decrypt_token_into_raw_uid(token, "example.com")

    assert (found.success, found.uid, found.site_id) == (True, RAW_UID, 123)


def test_a_phones_token_opens_too(simulator: Handle, publisher: Any) -> None:
    bidder = BidstreamClient(simulator.uid2_url, KEY, SECRET)
    bidder.refresh()
    identity = publisher.generate_token(TokenGenerateInput.from_phone("+12345678901")).get_identity()

    assert bidder.decrypt_token_into_raw_uid(identity.get_advertising_token(), None).uid == PHONE_UID


def test_a_refreshed_token_keeps_the_raw_uid(simulator: Handle, publisher: Any) -> None:
    bidder = BidstreamClient(simulator.uid2_url, KEY, SECRET)
    bidder.refresh()
    identity = publisher.refresh_token(generated(publisher)).get_identity()

    assert bidder.decrypt_token_into_raw_uid(identity.get_advertising_token(), None).uid == RAW_UID


def test_the_old_client_still_decrypts(simulator: Handle, publisher: Any) -> None:
    client = Uid2ClientFactory.create(simulator.uid2_url, KEY, SECRET)
    client.refresh_keys()

    assert client.decrypt(generated(publisher).get_advertising_token()).uid == RAW_UID


def test_a_token_that_lives_longer_than_it_should_is_no_token_to_a_bidder(simulator: Handle, publisher: Any) -> None:
    rule = {"when": {"operation": "uid2.v2_token_generate"}, "then": {"token": {"lifetime": "2h"}}}
    simulator.load({"version": 1, "rules": [rule]})
    bidder = BidstreamClient(simulator.uid2_url, KEY, SECRET)
    bidder.refresh()

    found = bidder.decrypt_token_into_raw_uid(generated(publisher).get_advertising_token(), None)

    assert (found.success, found.status.name) == (False, "INVALID_TOKEN_LIFETIME")


def test_sharers_read_each_other(simulator: Handle) -> None:
    sender, receiver = (SharingClient(simulator.uid2_url, KEY, SECRET) for _ in range(2))
    assert sender.refresh().success
    assert receiver.refresh().success

    sealed = sender.encrypt_raw_uid_into_token(RAW_UID)

    assert receiver.decrypt_token_into_raw_uid(sealed.encrypted_data).uid == RAW_UID


def test_keys_of_another_sandbox_open_nothing(simulator: Handle, simulator_server: Simulator, publisher: Any) -> None:
    """Tokens are sealed for one sandbox; its neighbour's keys have the same ids and other secrets."""
    with simulator_server.sandbox(f"{simulator.name[:50]}.next") as neighbour:
        bidder = BidstreamClient(neighbour.uid2_url, KEY, SECRET)
        bidder.refresh()
        with pytest.raises(Exception, match="invalid payload"):
            bidder.decrypt_token_into_raw_uid(generated(publisher).get_advertising_token(), None)


def test_it_maps_and_says_who_was_left_out(simulator: Handle) -> None:
    client = IdentityMapClient(simulator.uid2_url, KEY, SECRET)

    found = client.generate_identity_map(IdentityMapInput.from_emails(["user@example.com", "optout@example.com"]))

    assert found.mapped_identities["user@example.com"].get_raw_uid() == RAW_UID
    assert found.unmapped_identities["optout@example.com"].get_reason() == "optout"


def test_it_maps_by_v3_in_bytes(simulator: Handle) -> None:
    client = IdentityMapV3Client(simulator.uid2_url, KEY, SECRET)
    asked = IdentityMapV3Input.from_emails(["user@example.com", "optout@email.com"]).with_phone("+12345678901")
    asked = asked.with_hashed_email("no hash")

    found = client.generate_identity_map(asked)

    assert {who: one.current_raw_uid for who, one in found.mapped_identities.items()} == {
        "user@example.com": RAW_UID,
        "+12345678901": PHONE_UID,
    }
    assert {who: one.reason.value for who, one in found.unmapped_identities.items()} == {
        "optout@email.com": "optout",
        "no hash": "invalid identifier",
    }


def test_it_learns_which_buckets_were_rotated(simulator: Handle) -> None:
    client = IdentityMapClient(simulator.uid2_url, KEY, SECRET)

    everything = client.get_identity_buckets(datetime(2021, 1, 1, tzinfo=UTC)).buckets
    later = client.get_identity_buckets(datetime(2023, 1, 1, tzinfo=UTC)).buckets

    assert 0 < len(later) < len(everything)
    assert all(bucket.get_last_updated() >= "2023-01-01" for bucket in later)


@pytest.mark.parametrize("mail", ["optout@email.com", "optout@example.com"])
def test_an_opted_out_person_gets_a_stand_in_whose_refresh_says_so(publisher: Any, mail: str) -> None:
    """The SDK no longer sends the check, so a legacy key gets tokens, of somebody else."""
    identity = generated(publisher, mail)

    assert publisher.refresh_token(identity).is_optout()


def test_without_stand_ins_generate_says_so_itself(simulator: Handle, publisher: Any) -> None:
    simulator.load({"version": 1, "world": {"uid2": {"optout_tokens": False}}})

    assert publisher.generate_token(TokenGenerateInput.from_email("optout@example.com")).is_optout()


def test_the_test_identity_generates_and_opts_out_on_refresh(publisher: Any) -> None:
    identity = generated(publisher, "refresh-optout@example.com")

    assert publisher.refresh_token(identity).is_optout()


@pytest.mark.parametrize(
    ("past", "status"), [(timedelta(0), None), (timedelta(milliseconds=1), "expired_token")], ids=["at", "past"]
)
def test_a_day_later_the_refresh_token_is_dead(
    simulator: Handle, publisher: Any, past: timedelta, status: str | None
) -> None:
    """The envelope's own timestamp is the real time's affair: moving the clock locks no client out."""
    simulator.clock.freeze()
    identity = generated(publisher)
    simulator.clock.advance(timedelta(hours=24) + past)
    generated(publisher)

    if status is None:
        publisher.refresh_token(identity)
        return
    with pytest.raises(HTTPError) as error:
        publisher.refresh_token(identity)
    assert (error.value.code, refusal(error.value)["status"]) == (400, status)


@pytest.mark.parametrize(
    ("key", "secret", "status", "body"),
    [
        pytest.param("nobody", SECRET, 401, {"status": "unauthorized"}, id="unknown key"),
        pytest.param(
            KEY,
            "YW5vdGhlci1zZWNyZXQtb2Ytb25seS0zMi1ieXRlcyE=",
            400,
            {"message": "Invalid body: Check encryption key (ClientSecret)", "status": "client_error"},
            id="wrong secret",
        ),
    ],
)
def test_what_it_is_told_when_its_credentials_are_wrong(
    simulator: Handle, key: str, secret: str, status: int, body: dict[str, str]
) -> None:
    stranger = Uid2PublisherClient(simulator.uid2_url, key, secret)
    with pytest.raises(HTTPError) as error:
        stranger.generate_token(TokenGenerateInput.from_email("user@example.com"))
    assert (error.value.code, refusal(error.value)) == (status, body)
