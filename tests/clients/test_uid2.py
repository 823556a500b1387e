"""uid2-client as a publisher's and a bidder's program has it; its envelopes and keys are tested beside UID2 v2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clients.drive import Driven
from simulator.testing import Handle

pytestmark = pytest.mark.slow

Drive = Callable[..., Driven]
RAW_UID = "6bnjfis0XfGLD4gL3zNdHoUh07VHgiIWfcAksL4aLC4="
"""user@example.com under the operator's local salts (docs/sources/uid2.md §2.5)."""


def test_an_identity_is_generated_refreshed_and_read_by_a_bidder(uid2: Drive, service: Handle) -> None:
    driven = uid2("generate", "elapse:16m", "refresh", "decrypt")

    assert [entry.status for entry in service.journal] == [200, 200, 200]
    assert [(found["status"], found["uid"]) for found in driven.of("decrypt")] == [("success", RAW_UID)]


def test_people_and_buckets_are_mapped(uid2: Drive) -> None:
    driven = uid2("map", "map:optout@example.com", "buckets")

    assert driven.steps[0]["mapped"] == ["user@example.com"]
    assert driven.steps[1]["unmapped"] == {"optout@example.com": "optout"}
    assert driven.steps[2]["buckets"] > 0


def test_an_opt_out_between_two_refreshes_reaches_the_publisher(uid2: Drive, service: Handle) -> None:
    service.load("uid2-opt-out-between-refreshes")

    driven = uid2("generate", "refresh", "refresh")

    assert [step["status"] for step in driven.steps] == ["success", "success", "optout"]
    assert not driven.steps[2]["holds"]


def test_the_sdk_holds_seconds_against_milliseconds_and_never_finds_a_refresh_due(uid2: Drive, service: Handle) -> None:
    """After 16 minutes it was due, after two hours it had died; ``is_due_for_refresh`` says no all the same."""
    driven = uid2("generate", "visit", "later:16m", "visit", "later:2h", "visit")

    assert [step["due"] for step in driven.of("visit")] == [False, False, False]
    assert len(service.journal) == 1


@pytest.mark.parametrize(
    ("scenario", "names", "statuses"),
    [
        pytest.param("uid2-outage", {"HTTPError"}, [200, 503, 503, 500], id="503, 503, 500"),
        pytest.param("gateway-html", {"HTTPError"}, [502, 504, 200, 200], id="HTML"),
        pytest.param("lost-answer", {"ConnectionResetError", "RemoteDisconnected"}, [200, 200, 200, 200], id="reset"),
    ],
)
def test_it_tries_once_and_raises_what_urllib_raises(
    uid2: Drive, service: Handle, scenario: str, names: set[str], statuses: list[int]
) -> None:
    service.load(scenario)

    driven = uid2("renew", "renew", "renew", "renew")

    assert [entry.status for entry in service.journal] == statuses
    raised = [step["raised"] for step in driven.steps if "raised" in step]
    assert raised
    assert set(raised) <= names
    assert driven.waits == ()
