"""Map, the map of v3, buckets (docs/sources/uid2.md §3.5, §3.6, §6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.core.model.api import ProfileName
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import Integrator

MAP, MAP_V3, BUCKETS = "/v2/identity/map", "/v3/identity/map", "/v2/identity/buckets"
RAW_UID = "6bnjfis0XfGLD4gL3zNdHoUh07VHgiIWfcAksL4aLC4="
REQUIRED = "Required Parameter Missing: exactly one of [email, email_hash, phone, phone_hash] must be specified"
MIXED = "Required Parameter Missing: one or more of [email, email_hash, phone, phone_hash] must be specified"
MIDNIGHT = 1_704_412_800
"""2024-01-05T00:00:00Z."""


def test_a_batch_is_mapped_in_order_with_who_was_left_out(integrate: Integrate) -> None:
    client = integrate(Uid2Settings(opted_out=("gone@example.com",)))
    body = client.ask(MAP, {"email": ["user@example.com", "gone@example.com", "nobody", 7]})["body"]
    assert [one["identifier"] for one in body["mapped"]] == ["user@example.com"]
    assert (body["mapped"][0]["advertising_id"], len(body["mapped"][0]["bucket_id"])) == (RAW_UID, 10)
    assert body["unmapped"] == [
        {"identifier": "gone@example.com", "reason": "optout"},
        {"identifier": "nobody", "reason": "invalid identifier"},
        {"identifier": "7", "reason": "invalid identifier"},
    ]


def test_nobody_left_out_is_no_list(client: Integrator) -> None:
    assert list(client.ask(MAP, {"email": ["user@example.com"]})["body"]) == ["mapped"]


@pytest.mark.parametrize(
    ("payload", "status", "body"),
    [
        pytest.param({}, 400, {"message": REQUIRED, "status": "client_error"}, id="nothing"),
        pytest.param(
            {"email": ["a@b.com"], "phone": ["+12345678901"]},
            400,
            {"message": REQUIRED, "status": "client_error"},
            id="two",
        ),
        pytest.param(
            {"email": "a@b.com"}, 400, {"message": "email must be an array", "status": "client_error"}, id="text"
        ),
        pytest.param(
            None, 500, {"message": "Unknown error while mapping identity v2", "status": "unknown"}, id="no JSON"
        ),
        pytest.param(
            {"email": [None]},
            500,
            {"message": "Unknown error while mapping identity v2", "status": "unknown"},
            id="null in it",
        ),
    ],
)
def test_a_batch_that_cannot_be_read(client: Integrator, payload: object, status: int, body: object) -> None:
    answer = client.post(MAP, payload)
    assert (answer.status, answer.json) == (status, body)


def test_v3_answers_each_of_the_four_lists_in_place(integrate: Integrate) -> None:
    client = integrate(Uid2Settings(opted_out=("gone@example.com",)))
    body = client.ask(
        MAP_V3, {"email": ["user@example.com", "gone@example.com", "nobody"], "phone": [7, True], "phone_hash": None}
    )["body"]
    assert list(body) == ["email_hash", "phone", "phone_hash", "email"]
    assert body == {
        "email_hash": [],
        "phone": [{"e": "invalid identifier"}, {"e": "invalid identifier"}],
        "phone_hash": [],
        "email": [{"u": RAW_UID, "p": None, "r": MIDNIGHT}, {"e": "optout"}, {"e": "invalid identifier"}],
    }


@pytest.mark.parametrize(
    ("moved", "refresh_from"),
    [
        pytest.param(timedelta(days=1, seconds=-1), MIDNIGHT, id="before midnight"),
        pytest.param(timedelta(days=1), MIDNIGHT + 86_400, id="at midnight"),
        pytest.param(timedelta(days=1, seconds=1), MIDNIGHT + 86_400, id="after midnight"),
    ],
)
def test_v3_asks_to_be_asked_again_after_the_next_midnight(
    client: Integrator, moved: timedelta, refresh_from: int
) -> None:
    client.service.clock.advance(moved)
    assert client.ask(MAP_V3, {"email": ["user@example.com"]})["body"]["email"][0]["r"] == refresh_from


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        pytest.param(None, MIXED, id="no JSON"),
        pytest.param({}, MIXED, id="nothing"),
        pytest.param({"email": "a@b.com"}, "Incorrect request format", id="text"),
        pytest.param({"phone": [["+12345678901"]]}, "Incorrect request format", id="lists in a list"),
        pytest.param({"phone": [{}]}, "Incorrect request format", id="an object in a list"),
        pytest.param({"email": ["a@b.com", None]}, "Incorrect request format", id="null in a list"),
        pytest.param({"email": ""}, "Incorrect request format", id="empty text"),
        pytest.param({"email": 7}, "Incorrect request format", id="a number"),
        pytest.param({"foo": []}, "Incorrect request format", id="another field"),
        pytest.param({"email": ["a@b.com"], "policy": 1}, "Incorrect request format", id="a field of v2"),
        pytest.param({"email": ["a@b.com"], "link_id": "y"}, "Incorrect request format", id="a service link"),
    ],
)
def test_v3_names_what_it_cannot_read(client: Integrator, payload: object, message: str) -> None:
    """docs/sources/uid2-current.md §D6."""
    answer = client.post(MAP_V3, payload)
    assert (answer.status, answer.json) == (400, {"message": message, "status": "client_error"})


def test_buckets_since_a_moment_include_that_moment(client: Integrator) -> None:
    everything = client.ask(BUCKETS, {"since_timestamp": "2000-01-01T00:00:00"})["body"]
    third = everything[2]["last_updated"]
    assert client.ask(BUCKETS, {"since_timestamp": third})["body"] == everything[2:]


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        pytest.param({}, "missing parameter since_timestamp", id="nothing"),
        pytest.param({"since_timestamp": None}, "missing parameter since_timestamp", id="null"),
        pytest.param({"since_timestamp": "2024-01-01"}, "invalid date, must conform to ISO 8601", id="no time of day"),
        pytest.param({"since_timestamp": 1704326400}, "invalid date, must conform to ISO 8601", id="a number"),
    ],
)
def test_buckets_name_what_is_wrong(client: Integrator, payload: object, message: str) -> None:
    answer = client.post(BUCKETS, payload)
    assert (answer.status, answer.json) == (400, {"message": message, "status": "client_error"})


def test_buckets_without_json_fail_in_plain_text(client: Integrator) -> None:
    answer = client.post(BUCKETS)
    assert (answer.status, answer.header("content-type"), answer.body) == (500, None, b"Internal Server Error")


@pytest.mark.parametrize("profile", ["documented", "observed", "current"])
@pytest.mark.parametrize(
    ("links", "link", "allowed"),
    [
        pytest.param(None, {"link_id": "any"}, True, id="a key of no service"),
        pytest.param(("mine",), {"link_id": "mine"}, True, id="known"),
        pytest.param(("mine",), {}, True, id="absent"),
        pytest.param(("mine",), {"link_id": None}, True, id="null"),
        pytest.param(("mine",), {"link_id": "other"}, False, id="unknown"),
        pytest.param((), {"link_id": ""}, False, id="empty"),
    ],
)
def test_a_service_names_its_links(
    integrate: Integrate, profile: ProfileName, links: tuple[str, ...] | None, link: dict[str, Any], allowed: bool
) -> None:
    """docs/sources/uid2-current.md §D14: after the checks of the input; a link that is disabled is not in the list."""
    client = Integrator(
        integrate(Uid2Settings(keys=(ApiKey("k", service_links=links),)), profile=profile).service, key="k"
    )
    answer = client.post(MAP, {"email": ["user@example.com"], **link})
    if allowed:
        assert client.opened(answer)["status"] == "success"
    else:
        assert (answer.status, answer.body) == (401, b'{"message":"Invalid link_id","status":"unauthorized"}')
    assert client.post(MAP, link).status == 400
