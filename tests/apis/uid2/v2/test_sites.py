"""Participants: whose keys a caller sees, and what comes of it (docs/sources/uid2-current.md §D11)."""

from __future__ import annotations

from typing import Any

import pytest
from uid2_client import BidstreamClient, DecryptionStatus, SharingClient

from simulator.apis.uid2.settings import ApiKey, Site, Uid2Settings
from simulator.apis.uid2.subscription import Subscription
from simulator.core.model.api import ProfileName
from simulator.testing import Simulator
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import Integrator
from tests.apis.uid2.v2.visitor import MAIL_HASH, Visitor

SHARING, BIDSTREAM, LATEST = "/v2/key/sharing", "/v2/key/bidstream", "/v2/key/latest"
VALIDATE = "/v2/token/validate"
USER = {"email": "user@example.com"}
MASTER, DEFAULT = 101, 102
PROFILES: tuple[ProfileName, ...] = ("documented", "observed", "current")
SECRET = "c2ltdWxhdG9yLXVpZDItY2xpZW50LXNlY3JldC0zMmI="


def one(key: str, site: int, *roles: Any) -> ApiKey:
    return ApiKey(key, site=site, roles=roles or ("generator", "mapper", "id_reader", "sharer"))


WORLD = Uid2Settings(
    keys=(
        one("default", 123),
        one("publisher", 5),
        one("closed", 6),
        one("partner", 7),
        one("bidder", 8, "id_reader"),
        one("sharer", 9, "sharer"),
        one("poor", 10),
    ),
    sites=(
        Site(6, allowed_sites=(7,)),
        Site(9, allowed_sites=(7, 8), domains=("sharer.example",)),
        Site(10, own_key=False),
    ),
    subscriptions=(Subscription(site=5, domains=("shop.example",)),),
)


@pytest.fixture(params=PROFILES)
def world(request: pytest.FixtureRequest, integrate: Integrate) -> Integrator:
    return integrate(WORLD, profile=request.param)


def as_(client: Integrator, key: str) -> Integrator:
    return Integrator(client.service, key=key)


@pytest.mark.parametrize(
    ("key", "sites"),
    [
        pytest.param("publisher", {123, 5, 7, 8, 2}, id="a publisher sees open keys"),
        pytest.param("closed", {123, 5, 6, 7, 8, 2}, id="and its own"),
        pytest.param("partner", {123, 5, 6, 7, 8, 9, 2}, id="a partner those that name it"),
        pytest.param("bidder", {123, 5, 7, 8, 9, 2}, id="a bidder too"),
    ],
)
@pytest.mark.parametrize("path", [SHARING, BIDSTREAM, LATEST])
def test_who_sees_whose_keys(world: Integrator, key: str, sites: set[int], path: str) -> None:
    keys = as_(world, key).ask(path)["body"]
    numbers = {found["id"] for found in (keys if path == LATEST else keys["keys"])}
    assert numbers == {MASTER, *(DEFAULT if site == 123 else 1000 + site for site in sites)}


def test_a_sharer_that_reads_no_bidstream_sees_what_names_it(world: Integrator) -> None:
    keys = as_(world, "sharer").ask(SHARING)["body"]
    assert {found["id"] for found in keys["keys"]} == {MASTER, 1009}


def test_a_key_is_listed_with_its_site(world: Integrator) -> None:
    listed = as_(world, "partner").ask(LATEST)["body"]
    assert {found["id"]: found["site_id"] for found in listed} == {
        MASTER: -1,
        DEFAULT: 123,
        **{1000 + site: site for site in (5, 6, 7, 8, 9, 2)},
    }


def test_a_keyset_is_told_to_its_owner_alone(world: Integrator) -> None:
    keys = as_(world, "partner").ask(SHARING)["body"]
    assert (keys["caller_site_id"], keys["default_keyset_id"]) == (7, 1007)
    assert {found["id"]: found.get("keyset_id") for found in keys["keys"]} == {
        MASTER: 9_999_999,
        DEFAULT: None,
        1007: 1007,
        **{1000 + site: None for site in (5, 6, 8, 9, 2)},
    }


def test_a_site_without_a_key_has_no_default_keyset(world: Integrator) -> None:
    keys = as_(world, "poor").ask(SHARING)["body"]
    assert keys["caller_site_id"] == 10
    assert "default_keyset_id" not in keys


def test_sites_are_listed_with_their_domains(world: Integrator) -> None:
    assert as_(world, "partner").ask(SHARING)["body"]["site_data"] == [
        {"id": 5, "domain_names": ["shop.example"]},
        {"id": 9, "domain_names": ["sharer.example"]},
    ]


def test_one_site_is_the_default(integrate: Integrate) -> None:
    keys = integrate(profile="current").ask(SHARING)["body"]
    assert (keys["caller_site_id"], keys["default_keyset_id"]) == (123, 4)
    assert {found["id"]: found["keyset_id"] for found in keys["keys"]} == {MASTER: 9_999_999, DEFAULT: 4}


@pytest.mark.parametrize(
    ("key", "site"), [("publisher", 5), ("closed", 6), pytest.param("poor", 2, id="the fallback"), ("default", 123)]
)
def test_a_token_is_sealed_with_the_key_of_its_site_also_after_a_refresh(
    world: Integrator, key: str, site: int
) -> None:
    client = as_(world, key)
    inside: Any = world.service.simulation.sandboxes.default.world("uid2")
    identity = client.login()
    for found in (identity, client.refreshed(identity)["body"]):
        assert inside.keyring.open_advertising(found["advertising_token"]).site == site


def test_a_token_of_a_page_is_its_subscriptions(world: Integrator) -> None:
    inside: Any = world.service.simulation.sandboxes.default.world("uid2")
    identity = Visitor(world.service, origin="https://shop.example").ask({"email_hash": MAIL_HASH})["body"]
    assert inside.keyring.open_advertising(identity["advertising_token"]).site == 5


@pytest.mark.parametrize(
    ("owner", "caller", "message"),
    [
        ("publisher", "publisher", None),
        ("default", "default", None),
        ("publisher", "closed", "Unauthorised to validate token"),
        ("poor", "poor", "Unauthorised to validate token"),
    ],
)
def test_only_its_site_may_validate_a_token(integrate: Integrate, owner: str, caller: str, message: str | None) -> None:
    """§D4."""
    world = integrate(WORLD, profile="current")
    token = as_(world, owner).login()["advertising_token"]
    answer = as_(world, caller).post(VALIDATE, {"token": token, **USER})
    if message is None:
        assert as_(world, caller).opened(answer)["body"] is True
    else:
        assert (answer.status, answer.json) == (400, {"message": message, "status": "client_error"})


@pytest.mark.parametrize(
    ("site", "message"),
    [
        pytest.param({"sites": (Site(5), Site(5))}, "a site appears twice", id="twice"),
        pytest.param({"sites": (Site(123, own_key=False),)}, "always has its own key", id="the default one"),
    ],
)
def test_sites_that_cannot_be(site: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Uid2Settings(**site)


@pytest.mark.parametrize("number", [0, -1, 2**31])
def test_the_number_of_a_site(number: int) -> None:
    with pytest.raises(ValueError, match="the id of a site"):
        Site(number)


YAML: dict[str, Any] = {
    "uid2": {
        "keys": [
            {"key": "publisher", "site": 5},
            {"key": "sharer", "site": 6, "roles": ["sharer", "mapper"]},
            {"key": "partner", "site": 7, "roles": ["sharer"]},
            {"key": "stranger", "site": 8, "roles": ["sharer", "id_reader"]},
        ],
        "sites": [{"id": 6, "allowed_sites": [7]}, {"id": 5, "allowed_sites": [7]}],
    }
}


@pytest.mark.parametrize("scope", ["UID2", "EUID"])
def test_the_sdk_shares_with_who_may_read_and_with_nobody_else(scope: str) -> None:
    world = {"uid2": {**YAML["uid2"], "identity_scope": scope}}
    with Simulator(profile={"uid2": "current"}, world=world) as sim:
        sharer, partner, stranger = (
            SharingClient(sim.uid2_url, key, SECRET) for key in ("sharer", "partner", "stranger")
        )
        for client in (sharer, partner, stranger):
            client.refresh()
        raw_uid = RAW[scope]
        token = sharer.encrypt_raw_uid_into_token(raw_uid).encrypted_data
        assert partner.decrypt_token_into_raw_uid(token).uid == raw_uid
        assert stranger.decrypt_token_into_raw_uid(token).status == DecryptionStatus.NOT_AUTHORIZED_FOR_KEY


RAW = {
    "UID2": "6bnjfis0XfGLD4gL3zNdHoUh07VHgiIWfcAksL4aLC4=",
    "EUID": "EOm5434rNF3xiw+IC98zXR6FIdO1R4IiFn3AJLC+Giwu",
}
"""docs/sources/uid2-current.md §5.1."""


def test_a_bidder_without_access_is_told_so_by_the_sdk() -> None:
    from uid2_client import TokenGenerateInput, Uid2PublisherClient

    with Simulator(profile={"uid2": "current"}, world=YAML) as sim:
        publisher = Uid2PublisherClient(sim.uid2_url, "publisher", SECRET)
        identity = publisher.generate_token(TokenGenerateInput.from_email(USER["email"])).get_identity()
        bidder = BidstreamClient(sim.uid2_url, "stranger", SECRET)
        bidder.refresh()
        found = bidder.decrypt_token_into_raw_uid(identity.get_advertising_token(), None)
        assert found.status == DecryptionStatus.NOT_AUTHORIZED_FOR_KEY
