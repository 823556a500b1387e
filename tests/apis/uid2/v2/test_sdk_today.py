"""The newest released SDK's repertoire against today's operator, as UID2 and as EUID.

Section numbers here are those of docs/sources/uid2-current.md §0 and after it.
"""

from __future__ import annotations

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
    Uid2PublisherClient,
)

from simulator.testing import Handle

KEY = "simulator-uid2-api-key"
SECRET = "c2ltdWxhdG9yLXVpZDItY2xpZW50LXNlY3JldC0zMmI="
RAW = {
    "UID2": "6bnjfis0XfGLD4gL3zNdHoUh07VHgiIWfcAksL4aLC4=",
    "EUID": "EOm5434rNF3xiw+IC98zXR6FIdO1R4IiFn3AJLC+Giwu",
}
"""user@example.com (§5.1)."""
CONSENT = "CPhJRpMPhJRpMABAMBFRACBoALAAAEJAAIYgAKwAQAKgArABAAqAAA"
"""That of the SDK's own test: sufficient (§5.3)."""


@pytest.fixture(params=["UID2", "EUID"])
def scope(request: pytest.FixtureRequest, simulator: Handle) -> str:
    scope: str = request.param
    simulator.load({"version": 1, "profile": {"uid2": "current"}, "world": {"uid2": {"identity_scope": scope}}})
    return scope


@pytest.fixture
def publisher(scope: str, simulator: Handle) -> Any:
    assert scope in RAW
    return Uid2PublisherClient(simulator.uid2_url, KEY, SECRET)


def generated(publisher: Any, given: Any = None) -> Any:
    answer = publisher.generate_token(given or TokenGenerateInput.from_email("user@example.com"))
    assert answer.is_success()
    return answer.get_identity()


def test_a_publisher_generates_and_refreshes(publisher: Any) -> None:
    first = generated(publisher)
    second = publisher.refresh_token(first).get_identity()
    third = publisher.refresh_token(second).get_identity()
    assert len({one.get_advertising_token() for one in (first, second, third)}) == 3


def test_a_publisher_is_told_of_an_opt_out_at_once(publisher: Any) -> None:
    """§D1."""
    for given in (TokenGenerateInput.from_email("optout@example.com"), TokenGenerateInput.from_phone("+00000000000")):
        assert publisher.generate_token(given).is_optout()
    identity = generated(publisher, TokenGenerateInput.from_email("refresh-optout@example.com"))
    assert publisher.refresh_token(identity).is_optout()


def test_a_publisher_sends_consent(publisher: Any) -> None:
    """§5.2."""
    given = TokenGenerateInput.from_email("user@example.com").with_transparency_and_consent_string(CONSENT)
    assert generated(publisher, given)


def test_a_bidder_decrypts(scope: str, simulator: Handle, publisher: Any) -> None:
    bidder = BidstreamClient(simulator.uid2_url, KEY, SECRET)
    assert bidder.refresh().success
    for token in (generated(publisher), publisher.refresh_token(generated(publisher)).get_identity()):
        found = bidder.decrypt_token_into_raw_uid(token.get_advertising_token(), "example.com")
        assert (found.success, found.uid, found.site_id) == (True, RAW[scope], 123)


def test_sharers_read_each_other(scope: str, simulator: Handle) -> None:
    sender, receiver = (SharingClient(simulator.uid2_url, KEY, SECRET) for _ in range(2))
    assert sender.refresh().success
    assert receiver.refresh().success
    token = sender.encrypt_raw_uid_into_token(RAW[scope]).encrypted_data
    assert receiver.decrypt_token_into_raw_uid(token).uid == RAW[scope]


def test_a_map_client_maps(scope: str, simulator: Handle) -> None:
    client = IdentityMapClient(simulator.uid2_url, KEY, SECRET)
    found = client.generate_identity_map(IdentityMapInput.from_emails(["user@example.com", "optout@example.com"]))
    assert found.mapped_identities["user@example.com"].get_raw_uid() == RAW[scope]
    assert found.unmapped_identities["optout@example.com"].get_reason() == "optout"


def test_a_map_client_of_v3_follows_a_rotation(simulator: Handle, scope: str) -> None:
    """§D10: the raw UID of before, and the moment to map again."""
    world = {"uid2": {"identity_scope": scope, "salt_age": "364d"}}
    simulator.load({"version": 1, "profile": {"uid2": "current"}, "world": world})
    client = IdentityMapV3Client(simulator.uid2_url, KEY, SECRET)

    def mapped() -> Any:
        found = client.generate_identity_map(IdentityMapV3Input.from_emails(["user@example.com"]))
        return found.mapped_identities["user@example.com"]

    before = mapped()
    simulator.clock.advance("1d")
    after = mapped()
    assert (before.current_raw_uid, before.previous_raw_uid) == (RAW[scope], None)
    assert after.current_raw_uid != RAW[scope]
    assert after.previous_raw_uid == RAW[scope]
    assert before.refresh_from < after.refresh_from


def test_on_any_day_a_map_client_finds_rotated_buckets(scope: str, simulator: Handle) -> None:
    """The SDK's own test: at least one in 90 days, by its clock (§D10)."""
    assert scope in RAW
    client = IdentityMapClient(simulator.uid2_url, KEY, SECRET)
    assert client.get_identity_buckets(datetime.now(UTC) - timedelta(days=90)).buckets


def test_a_wrong_secret_is_explained(publisher: Any, simulator: Handle, scope: str) -> None:
    """§D7."""
    assert generated(publisher)
    stranger = Uid2PublisherClient(simulator.uid2_url, KEY, "YW5vdGhlci1zZWNyZXQtb2Ytb25seS0zMi1ieXRlcyE=")
    with pytest.raises(HTTPError) as error:
        generated(stranger)
    with error.value as refused:
        text = refused.read().decode()
    host = {"UID2": "https://unifiedid.com", "EUID": "https://euid.eu"}[scope]
    assert f"Check encryption key (ClientSecret). See {host}/docs/" in text
