"""Client-side generate: a page asks for itself, with the key pair of a subscription (docs/sources/uid2.md §6, CSTG)."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from simulator.apis.uid2.settings import Uid2Settings
from simulator.apis.uid2.subscription import Subscription
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import Integrator
from tests.apis.uid2.v2.visitor import MAIL_HASH, Visitor, spki

OPTED_OUT_HASH = "DYsnJ8r5+cjRDHue98gIGDKvLIMuqAm/RRLODrjqK50="
"""optout@example.com (docs/sources/uid2.md §4.3)."""
PUBLIC_KEY = (
    "UID2-X-L-"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIOCUwGst77TiE3dmCsrn852DaMvU3IoNyEwIbp/VPoCssHwzs/mE/Ufsa+YSZXts+a36QzndCUGwlhGbDN3Pow=="
)
EMAIL = {"email_hash": MAIL_HASH}
ERROR = "client_error"


@pytest.fixture
def visitor(client: Integrator) -> Visitor:
    return Visitor(client.service)


def test_the_default_public_key_never_changes() -> None:
    """Pages are configured with it once; a new one would lock them all out."""
    assert Subscription().public_key == PUBLIC_KEY


def test_another_secret_is_another_key() -> None:
    assert Subscription(secret="mine").public_key != PUBLIC_KEY


def test_a_page_gets_an_identity_that_v2_refreshes(client: Integrator, visitor: Visitor) -> None:
    answer = visitor.ask(EMAIL)
    assert answer["status"] == "success"
    assert client.refreshed(answer["body"], known=False)["status"] == "success"


def test_its_tokens_say_how_they_came_about_also_after_a_refresh(client: Integrator, visitor: Visitor) -> None:
    """Privacy bits 1 and 2; a generate with a key writes bit 1 alone."""
    keyring = client.service.simulation.sandboxes.get("default").world("uid2").keyring  # type: ignore[attr-defined]  # UID2's world has one
    identity = visitor.ask(EMAIL)["body"]
    refreshed = client.refreshed(identity)["body"]
    mine, again, theirs = (one["advertising_token"] for one in (identity, refreshed, client.login()))
    assert [keyring.open_advertising(token).privacy for token in (mine, again, theirs)] == [3, 3, 1]


def test_a_person_who_opted_out_gets_no_token(visitor: Visitor) -> None:
    assert visitor.ask({"email_hash": OPTED_OUT_HASH}) == {"status": "optout"}


def test_a_page_can_read_the_answer(visitor: Visitor) -> None:
    answer = visitor.post(visitor.body(EMAIL))
    assert answer.header("access-control-allow-origin") == visitor.origin


def test_no_key_is_asked_for_and_no_trace_echoed(visitor: Visitor) -> None:
    """No authorisation stands before it."""
    body = visitor.body(EMAIL)
    answer = visitor.service.post(
        "/v2/token/client-generate", headers={"X-Amzn-Trace-Id": "1"}, body=json.dumps(body).encode()
    )
    assert (answer.status, answer.header("x-amzn-trace-id")) == (200, None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b"", "json payload expected but not found", id="no body"),
        pytest.param(b"{", "json payload is not valid", id="not JSON"),
        pytest.param(b"{}", "bad subscription_id", id="nothing"),
        pytest.param(
            b'{"subscription_id":"simulator-cstg"}', "required parameters: payload, iv, public_key", id="no payload"
        ),
    ],
)
def test_what_is_no_request(visitor: Visitor, body: bytes, message: str) -> None:
    answer = visitor.post(body)
    assert (answer.status, answer.json) == (400, {"message": message, "status": ERROR})


CHANGES: list[Any] = [
    pytest.param({"subscription_id": "nobody"}, "bad subscription_id", id="another subscription"),
    pytest.param({"iv": None}, "required parameters: payload, iv, public_key", id="no iv"),
    pytest.param({"public_key": "no key"}, "bad public key", id="no base64"),
    pytest.param({"public_key": b64encode(b"no key").decode()}, "bad public key", id="no key"),
    pytest.param({"public_key": spki(ec.generate_private_key(ec.SECP384R1()))}, "bad public key", id="another curve"),
    pytest.param(
        {"public_key": spki(ec.generate_private_key(ec.SECP256R1()))}, "payload decryption failed", id="another key"
    ),
    pytest.param({"iv": "!"}, "bad iv", id="iv no base64"),
    pytest.param({"iv": b64encode(bytes(11)).decode()}, "bad iv", id="11 bytes"),
    pytest.param({"iv": b64encode(bytes(12)).decode()}, "payload decryption failed", id="another iv"),
    pytest.param({"payload": "!"}, "payload decryption failed", id="payload no base64"),
    pytest.param({"payload": ""}, "payload decryption failed", id="empty payload"),
    pytest.param({"timestamp": 1}, "payload decryption failed", id="another moment"),
    pytest.param({"app_name": "another"}, "payload decryption failed", id="an app that was not sealed"),
]


@pytest.mark.parametrize(("change", "message"), CHANGES)
def test_each_change_to_a_request_has_its_own_text(visitor: Visitor, change: dict[str, Any], message: str) -> None:
    answer = visitor.post(visitor.body(EMAIL) | change)
    assert (answer.status, answer.json) == (400, {"message": message, "status": ERROR})


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        pytest.param(b"{", "encrypted payload contains invalid json", id="not JSON"),
        pytest.param({}, "please provide exactly one of: email_hash, phone_hash", id="nobody"),
        pytest.param({"email": "a@b.com"}, "please provide exactly one of: email_hash, phone_hash", id="a mail"),
        pytest.param(
            {"email_hash": MAIL_HASH, "phone_hash": MAIL_HASH},
            "please provide exactly one of: email_hash, phone_hash",
            id="two",
        ),
        pytest.param({"email_hash": "short"}, "Invalid Identifier", id="no hash"),
    ],
)
def test_what_is_wrong_inside(visitor: Visitor, inner: object, message: str) -> None:
    answer = visitor.post(visitor.body(inner))
    assert (answer.status, answer.json) == (400, {"message": message, "status": ERROR})


@pytest.mark.parametrize("body", [b"[]", b'"text"'], ids=["list", "text"])
def test_json_that_is_no_object_is_not_valid(visitor: Visitor, body: bytes) -> None:
    assert visitor.post(body).json == {"message": "json payload is not valid", "status": ERROR}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"timestamp": "now"}, id="text"),
        pytest.param({"timestamp": "1.5"}, id="a fraction as text"),
        pytest.param({"timestamp": 2**63}, id="beyond a long"),
        pytest.param({"timestamp": str(-(2**63) - 1)}, id="text before a long"),
        pytest.param({"timestamp": 1e300}, id="a double beyond a long"),
        pytest.param({"timestamp": True}, id="true"),
        pytest.param({"timestamp": [1]}, id="a list"),
        pytest.param({"timestamp": {}}, id="an object"),
        pytest.param({"payload": []}, id="a list as payload"),
        pytest.param({"app_name": {}}, id="an object as app name"),
        pytest.param({"optout_check": 1}, id="an unknown field"),
        pytest.param({"subscription_id": "nobody", "domain": None}, id="an unknown field before the subscription"),
    ],
)
def test_what_cannot_be_mapped_is_a_fault(visitor: Visitor, change: dict[str, Any]) -> None:
    """docs/sources/uid2-current.md §D5."""
    answer = visitor.post(visitor.body(EMAIL) | change)
    assert (answer.status, answer.json) == (
        500,
        {"message": "Unknown error while handling client side token generate", "status": "unknown"},
    )


MOMENT = 1_795_970_000_000


@pytest.mark.parametrize(
    ("sealed_with", "sent"),
    [
        pytest.param(MOMENT, str(MOMENT), id="text, as Android sends it"),
        pytest.param(MOMENT, f" \t{MOMENT}\n", id="text with blanks around"),
        pytest.param(MOMENT, MOMENT + 0.75, id="a fraction"),
        pytest.param(-1, "-1", id="before 1970"),
        pytest.param(2**63 - 1, 2**63 - 1, id="the last one"),
        pytest.param(0, "", id="empty text"),
        pytest.param(0, " ", id="blanks"),
        pytest.param(0, None, id="null"),
    ],
)
def test_a_timestamp_is_read_as_a_long(visitor: Visitor, sealed_with: int, sent: object) -> None:
    """docs/sources/uid2-current.md §D5."""
    body = visitor.body(EMAIL, app="com.example.app", timestamp=sealed_with) | {"timestamp": sent}
    assert visitor.opened(visitor.post(body))["status"] == "success"


def test_an_absent_timestamp_is_0(visitor: Visitor) -> None:
    body = visitor.body(EMAIL, timestamp=0)
    del body["timestamp"]
    assert visitor.opened(visitor.post(body))["status"] == "success"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://example.com", 200),
        ("https://www.Example.com:8443", 200),
        ("https://notexample.com", 403),
        ("https://[", 403),
        ("null", 403),
        (None, 403),
    ],
)
def test_pages_of_the_named_domains_may_ask(integrate: Integrate, origin: str | None, status: int) -> None:
    client = integrate(Uid2Settings(subscriptions=(Subscription(domains=("example.com",)),)))
    visitor = Visitor(client.service, origin=origin)
    answer = visitor.post(visitor.body(EMAIL))
    assert answer.status == status
    if status == 403:
        assert answer.json == {"message": "unexpected http origin", "status": "invalid_http_origin"}


@pytest.mark.parametrize(("app", "status"), [("com.example.App", 200), ("com.example.other", 403)])
def test_apps_that_are_named_may_ask(integrate: Integrate, app: str, status: int) -> None:
    """An app sends no origin; its name is bound into the payload."""
    client = integrate(Uid2Settings(subscriptions=(Subscription(apps=("com.example.app",)),)))
    visitor = Visitor(client.service, origin=None)
    answer = visitor.post(visitor.body(EMAIL, app=app))
    assert answer.status == status
    if status == 403:
        assert answer.json == {"message": "unexpected app name", "status": "invalid_app_name"}


def test_a_disabled_subscription_is_unauthorized(integrate: Integrate) -> None:
    visitor = Visitor(integrate(Uid2Settings(subscriptions=(Subscription(disabled=True),))).service)
    answer = visitor.post(visitor.body(EMAIL))
    assert (answer.status, answer.json) == (401, {"message": "Unauthorized", "status": "unauthorized"})


def test_a_subscription_is_named_once() -> None:
    with pytest.raises(ValueError, match="a subscription id appears twice"):
        Uid2Settings(subscriptions=(Subscription(), Subscription()))


def test_a_subscription_has_a_name() -> None:
    with pytest.raises(ValueError, match="subscription_id is empty"):
        Subscription(subscription_id="")
