"""Tokens made to order, for every API and kind there is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.apis import discover
from tests.control.conftest import Control

KINDS = [(api.name, kind) for api in discover() for kind in api.token_kinds]


@pytest.mark.parametrize(("api", "kind"), KINDS)
def test_every_kind_can_be_made_for_nobody_in_particular(control: Control, api: str, kind: str) -> None:
    minted = control.ok("POST", "tokens", {"api": api, "kind": kind})
    assert list(minted) == ["token", "issued_at", "expires_at"]
    assert minted["issued_at"] == "2024-01-04T00:00:00Z"
    assert minted["expires_at"] > minted["issued_at"]


@pytest.mark.parametrize(("api", "kind"), KINDS)
def test_a_token_can_be_old(control: Control, api: str, kind: str) -> None:
    young = control.ok("POST", "tokens", {"api": api, "kind": kind})
    old = control.ok("POST", "tokens", {"api": api, "kind": kind, "age": "8d"})
    for moment in ("issued_at", "expires_at"):
        assert datetime.fromisoformat(young[moment]) - datetime.fromisoformat(old[moment]) == timedelta(days=8)


@pytest.mark.parametrize(("api", "event"), [(api.name, event) for api in discover() for event in api.events])
def test_the_clock_can_be_moved_to_every_event_of_a_token_made_to_order(control: Control, api: str, event: str) -> None:
    for name, kind in KINDS:
        if name == api:
            control.ok("POST", "tokens", {"api": api, "kind": kind})
    at = control.ok("POST", "clock/advance", {"to": event})["now"]
    past = control.inside("past")
    past.ok("PUT", "clock", {"at": "2024-01-04T00:00:00Z", "frozen": True})
    for name, kind in KINDS:
        if name == api:
            past.ok("POST", "tokens", {"api": api, "kind": kind})
    later = past.ok("POST", "clock/advance", {"to": event, "plus": "1s"})["now"]
    assert datetime.fromisoformat(later) - datetime.fromisoformat(at) == timedelta(seconds=1)


def refresh(control: Control, token: str) -> int:
    return control.service.post(f"{control.prefix}/v1/token/auth_refresh?refreshtoken={token}").status


def test_it_is_as_good_as_one_from_the_wire(control: Control) -> None:
    body = {"api": "jquants", "kind": "refresh_token", "subject": "user@example.com"}
    assert refresh(control, control.ok("POST", "tokens", body)["token"]) == 200
    assert refresh(control, control.ok("POST", "tokens", {**body, "age": "6d"})["token"]) == 200
    assert refresh(control, control.ok("POST", "tokens", {**body, "age": "7d"})["token"]) == 403


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param({}, '"api" is missing', id="nothing"),
        pytest.param({"api": "uid2"}, '"kind" is missing', id="no kind"),
        pytest.param({"api": "uid3", "kind": "x"}, '(did you mean "uid2"?)', id="unknown API"),
        pytest.param({"api": "uid2", "kind": "refresh"}, '(did you mean "refresh_token"?)', id="unknown kind"),
        pytest.param(
            {"api": "uid2", "kind": "id_token"}, "Known: advertising_token, refresh_token", id="another API's kind"
        ),
        pytest.param({"api": "uid2", "kind": "refresh_token", "age": "-1h"}, "is not a duration", id="not yet issued"),
        pytest.param({"api": "uid2", "kind": "refresh_token", "age": "999999d"}, "calendar", id="before the calendar"),
        pytest.param({"api": "uid2", "kind": "refresh_token", "subject": ""}, "is empty", id="empty subject"),
        pytest.param(
            {"api": "uid2", "kind": "refresh_token", "sub": "x"},
            'unknown key "sub" (did you mean "subject"?)',
            id="unknown member",
        ),
    ],
)
def test_what_cannot_be_made_is_refused_by_name(control: Control, body: dict[str, Any], says: str) -> None:
    assert says in control.refused(400, "POST", "tokens", body)["detail"]


@pytest.mark.parametrize("api", ["uid2", "jquants"])
def test_a_subject_that_nobody_is_is_refused_without_repeating_it(control: Control, api: str) -> None:
    refused = control.refused(400, "POST", "tokens", {"api": api, "kind": "refresh_token", "subject": "x@@private"})
    assert refused["title"] == "Unknown subject"
    assert "private" not in str(refused)
