"""A page on another origin that keeps an identity as the 1.x browser SDK did, in a real browser.

The page's time is virtual too: the browser's clock and timers run as fast as they can, and stand still while an
answer is awaited. The simulator's moves by the scenario, so that both show the same time at each refresh.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from simulator.apis.uid2.subscription import Subscription
from simulator.testing import Handle
from tests.browser.chromium import BrowserError, Page

START = datetime(2024, 1, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CALLER = {"Authorization": "Bearer simulator-uid2-api-key"}
IN_STEP = {"id": "in-step", "when": {"operation": "uid2.token_refresh"}, "then": {"advance": "15m"}}


def established(simulator: Handle, page: Page, **scenario: Any) -> Any:
    """An identity of the page, handed to it by the publisher's server; page and simulator at its first refresh."""
    simulator.load({"version": 1, "profile": {"uid2": "observed"}, **scenario})
    simulator.clock.freeze(START)
    identity = requests.get(
        f"{simulator.uid2_url}/v1/token/generate", {"email": "user@example.com"}, headers=CALLER, timeout=10
    ).json()["body"]
    page.stop_time(START)
    page.run(f"keeper = new Keeper({json.dumps(simulator.uid2_url)}); keeper.look({json.dumps(identity)})")
    simulator.clock.advance("15m")
    return identity


def told(page: Page) -> list[tuple[str, timedelta]]:
    """What the page was told, and how long after the beginning (whole minutes)."""
    return [
        (one["status"], (datetime.fromtimestamp(one["at"] / 1000, UTC) - START) // MINUTE * MINUTE)
        for one in page.run("keeper.told")
    ]


def asked(simulator: Handle) -> list[tuple[str, int]]:
    """What came from the browser, after the publisher's own generate."""
    return [(call.method, call.status) for call in simulator.journal[1:]]


def test_an_identity_is_refreshed_in_time_again_and_again(simulator: Handle, page: Page) -> None:
    """Each refresh is asked for first: the SDK's version header is no simple one."""
    established(simulator, page, rules=[IN_STEP])
    page.let_pass(46 * MINUTE)

    assert told(page) == [
        ("ESTABLISHED", 0 * MINUTE),
        ("REFRESHED", 15 * MINUTE),
        ("REFRESHED", 30 * MINUTE),
        ("REFRESHED", 45 * MINUTE),
    ]
    assert len(set(page.run("keeper.told.map((one) => one.token)"))) == 4
    assert asked(simulator) == [("OPTIONS", 204), ("GET", 200)] * 3


def test_an_opt_out_ends_it(simulator: Handle, page: Page) -> None:
    """The refresh after the first one says so, without a key too, and the page asks no more."""
    out = {**IN_STEP, "then": [{"optout": True}, {"advance": "15m"}]}
    established(simulator, page, rules=[out])
    page.let_pass(90 * MINUTE)

    assert told(page) == [("ESTABLISHED", 0 * MINUTE), ("REFRESHED", 15 * MINUTE), ("OPTOUT", 30 * MINUTE)]
    assert asked(simulator) == [("OPTIONS", 204), ("GET", 200)] * 2


def test_a_dead_refresh_token_is_tried_until_both_tokens_have_expired(simulator: Handle, page: Page) -> None:
    """A page has no key, so it learns "error" and never "expired_token" (docs/sources/uid2.md §D26)."""
    world = {"uid2": {"identity_lifetime": "16m", "refresh_lifetime": "17m"}}
    established(simulator, page, world=world)
    simulator.clock.advance("1h")
    page.let_pass(30 * MINUTE)

    assert told(page) == [("ESTABLISHED", 0 * MINUTE), ("EXPIRED", 16 * MINUTE), ("REFRESH_EXPIRED", 17 * MINUTE)]
    assert page.run("keeper.lastFailure") == "Error refreshing token"
    assert {status for method, status in asked(simulator) if method == "GET"} == {400}


@pytest.mark.parametrize(
    ("then", "failure"),
    [
        pytest.param({"error": "uid2.unavailable"}, "is not valid JSON", id="unavailable"),
        pytest.param({"fault": "reset"}, "Failed to fetch", id="reset"),
        pytest.param({"fault": "not_json"}, "is not valid JSON", id="not JSON"),
    ],
)
def test_a_page_gets_over_an_outage(simulator: Handle, page: Page, then: dict[str, Any], failure: str) -> None:
    """It looks again after five seconds, and says nothing to anybody. (A browser itself repeats what was reset.)"""
    outage = {"id": "outage", "when": {"operation": "uid2.token_refresh"}, "occurs": {"first": 4}, "then": then}
    established(simulator, page, rules=[outage])
    page.let_pass(15 * MINUTE + timedelta(seconds=30))

    assert told(page) == [("ESTABLISHED", 0 * MINUTE), ("REFRESHED", 15 * MINUTE)]
    assert failure in page.run("keeper.lastFailure")
    assert len(simulator.calls("uid2.token_refresh")) == 5


def test_where_no_moments_are_told_a_page_refreshes_all_the_time(simulator: Handle, page: Page) -> None:
    """The documented answer has two tokens and nothing else: the SDK takes such an identity for one that is due."""
    simulator.load({"version": 1, "profile": {"uid2": "documented"}})
    token = simulator.token("uid2", "refresh_token")
    page.stop_time(START)
    identity = json.dumps({"advertising_token": "A4", "refresh_token": token})
    page.run(f"keeper = new Keeper({json.dumps(simulator.uid2_url)}); keeper.look({identity})")
    page.let_pass(timedelta(seconds=32))

    assert page.run("keeper.told.map((one) => one.status)") == ["REFRESHED"] * 7


def test_a_key_cannot_come_from_a_page(simulator: Handle, page: Page) -> None:
    """Authorization is not among the allowed headers: the browser asks, and keeps the request to itself."""
    url = f"{simulator.uid2_url}/v1/token/generate?email=user@example.com"
    with pytest.raises(BrowserError, match="Failed to fetch"):
        page.run(f"fetch({json.dumps(url)}, {{headers: {json.dumps(CALLER)}}})")

    assert [(call.method, call.status) for call in simulator.journal] == [("OPTIONS", 204)]


@pytest.mark.parametrize(
    ("target", "status", "body"),
    [
        pytest.param("GET /v1/token/refresh?refresh_token=x", 400, "Error refreshing token", id="invalid"),
        pytest.param("GET /v1/token/generate?email=a@b.com", 401, "unauthorized", id="no key"),
        pytest.param("GET /v1/identity/buckets", 401, "Unauthorized", id="no key, in text"),
        pytest.param("POST /v1/token/refresh", 405, "", id="wrong method"),
        pytest.param("POST /v2/token/client-generate", 400, "json payload expected but not found", id="v2"),
    ],
)
def test_a_page_can_read_what_it_is_refused(simulator: Handle, page: Page, target: str, status: int, body: str) -> None:
    method, path = target.split(" ")
    url = json.dumps(simulator.uid2_url + path)
    seen = page.run(f"fetch({url}, {{method: '{method}'}}).then(async (r) => [r.status, await r.text()])")
    assert seen[0] == status
    assert body in seen[1]


def test_the_browsers_own_cryptography_reads_a_v2_refresh(simulator: Handle, page: Page) -> None:
    answer = generate_client_side(simulator, page)
    again = page.run(f"refreshV2({json.dumps(simulator.uid2_url)}, {json.dumps(answer['body'])})")

    assert (answer["status"], again["status"]) == ("success", "success")
    assert again["body"]["advertising_token"] != answer["body"]["advertising_token"]


def test_a_page_that_generates_for_an_opted_out_person_is_told(simulator: Handle, page: Page) -> None:
    opted_out = "DYsnJ8r5+cjRDHue98gIGDKvLIMuqAm/RRLODrjqK50="  # optout@example.com, docs/sources/uid2.md §4.3
    assert generate_client_side(simulator, page, opted_out) == {"status": "optout"}


def generate_client_side(
    simulator: Handle, page: Page, email_hash: str = "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="
) -> Any:
    """What the page's own generate comes to, decrypted in the browser."""
    subscription = Subscription()
    given = (simulator.uid2_url, subscription.public_key, subscription.subscription_id, {"email_hash": email_hash})
    return page.run(f"generateClientSide({', '.join(map(json.dumps, given))})")
