"""The keys that SDKs fetch: which, for whom, in which words. That they open tokens is the SDK's to say (test_sdk)."""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta

from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.apis.uid2.subscription import Subscription
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import Integrator

IDS = [101, 102]
KEY = ["id", "created", "activates", "expires", "secret"]
IN_2020, IN_2100 = 1_577_836_800, 4_102_444_800


def test_latest_lists_each_key_with_its_site(client: Integrator) -> None:
    keys = client.ask("/v2/key/latest")["body"]
    assert [(key["id"], key["site_id"]) for key in keys] == [(101, -1), (102, 123)]
    for key in keys:
        assert list(key) == [*KEY, "site_id"]
        assert (key["created"], key["activates"], key["expires"]) == (IN_2020, IN_2020, IN_2100)
        assert len(b64decode(key["secret"], validate=True)) == 32


def test_the_refresh_key_is_nobodys(client: Integrator) -> None:
    refresh_token = client.login()["refresh_token"]
    refresh_key = int.from_bytes(b64decode(refresh_token)[1:5], "big")
    for path in ("latest", "sharing", "bidstream"):
        body = client.ask(f"/v2/key/{path}")["body"]
        keys = body if isinstance(body, list) else body["keys"]
        assert [key["id"] for key in keys] == IDS
        assert refresh_key not in IDS


def test_keys_stay_the_same_wherever_the_clock_stands(client: Integrator) -> None:
    before = client.ask("/v2/key/bidstream")
    client.service.clock.advance(timedelta(days=30_000))
    assert client.ask("/v2/key/bidstream") == before


def test_a_sharer_gets_what_it_takes_to_encrypt(client: Integrator) -> None:
    body = client.ask("/v2/key/sharing")["body"]
    assert {name: value for name, value in body.items() if name != "keys"} == {
        "caller_site_id": 123,
        "master_keyset_id": 9_999_999,
        "default_keyset_id": 4,
        "token_expiry_seconds": "2592000",
        "max_sharing_lifetime_seconds": 2_592_010,
        "identity_scope": "UID2",
        "allow_clock_skew_seconds": 1800,
        "site_data": [],
    }
    assert [(key["id"], key["keyset_id"]) for key in body["keys"]] == [(101, 9_999_999), (102, 4)]


def test_who_only_reads_is_told_no_sharing_lifetime(integrate: Integrate) -> None:
    client = integrate(Uid2Settings(keys=(ApiKey("simulator-uid2-api-key", roles=("id_reader",)),)))
    assert "max_sharing_lifetime_seconds" not in client.ask("/v2/key/sharing")["body"]


def test_a_bidder_is_told_how_long_a_token_may_live(integrate: Integrate) -> None:
    client = integrate(Uid2Settings(identity_lifetime=timedelta(minutes=30)))
    body = client.ask("/v2/key/bidstream")["body"]
    assert {name: value for name, value in body.items() if name != "keys"} == {
        "max_bidstream_lifetime_seconds": 1810,
        "identity_scope": "UID2",
        "allow_clock_skew_seconds": 1800,
        "site_data": [],
    }
    assert [list(key) for key in body["keys"]] == [KEY, KEY]


def test_the_sites_domains_are_published(integrate: Integrate) -> None:
    client = integrate(Uid2Settings(subscriptions=(Subscription(domains=("b.example", "a.example")),)))
    assert client.ask("/v2/key/bidstream")["body"]["site_data"] == [
        {"id": 123, "domain_names": ["a.example", "b.example"]}
    ]
