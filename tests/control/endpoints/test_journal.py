"""Asking what was called."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.control.conftest import Control

REFRESH = "/v1/token/auth_refresh?refreshtoken=x"


def called(control: Control, query: str = "") -> list[int]:
    return [entry["number"] for entry in control.ok("GET", f"journal{query}")["entries"]]


@pytest.fixture
def calls(control: Control) -> Control:
    """Five calls, a minute apart: refresh, login, UID2 refresh, nothing, refresh."""
    for method, target in (
        ("POST", REFRESH),
        ("POST", "/v1/token/auth_user"),
        ("GET", "/v1/token/refresh?refresh_token=y"),
        ("GET", "/nothing"),
        ("POST", REFRESH),
    ):
        control.service.send(method, target)
        control.service.clock.advance(timedelta(minutes=1))
    return control


def test_an_entry_says_what_was_asked_and_answered(calls: Control) -> None:
    entry = calls.ok("GET", "journal?limit=1")["entries"][0]
    assert list(entry)[:4] == ["number", "at", "real", "took_ms"]
    assert (entry["number"], entry["at"], entry["operation"]) == (5, "2024-01-04T00:04:00Z", "jquants.auth_refresh")
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/v1/token/auth_refresh", 403)
    assert entry["query"].startswith("refreshtoken=<")
    assert entry["delivery"] == "prompt"


def test_the_newest_is_last(calls: Control) -> None:
    assert called(calls) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?operation=jquants.auth_refresh", [1, 5]),
        ("?operation=jquants.*", [1, 2, 5]),
        ("?operation=*", [1, 2, 3, 5]),
        ("?operation=*.token_refresh", [3]),
        ("?since=3", [4, 5]),
        ("?since=5", []),
        ("?since=0", [1, 2, 3, 4, 5]),
        ("?since=2024-01-04T00:02:59Z", [4, 5]),
        ("?since=2024-01-04T00:03:00Z", [4, 5]),
        ("?since=2024-01-04T00:03:01Z", [5]),
        ("?since=2024-01-04T09:03:01%2B09:00", [5]),
        ("?limit=2", [4, 5]),
        ("?limit=0", []),
        ("?limit=99", [1, 2, 3, 4, 5]),
        ("?operation=jquants.*&limit=1&since=1", [5]),
    ],
)
def test_filters_must_all_let_an_entry_through(calls: Control, query: str, numbers: list[int]) -> None:
    assert called(calls, query) == numbers


def test_a_rule_finds_the_calls_it_fired_on(control: Control) -> None:
    control.ok("PUT", "scenario", {"name": "jquants-outage"})
    for _ in range(4):
        control.service.post(REFRESH)
    assert called(control, "?rule=warming-up") == [1, 2]
    assert called(control, "?rule=gateway-page") == [3]
    control.ok("DELETE", "journal")
    assert called(control, "?rule=warming-up") == []


def test_an_unknown_rule_is_refused_with_the_known_ones(control: Control) -> None:
    assert control.refused(400, "GET", "journal?rule=none")["detail"] == (
        '"none" is not a rule here. No scenario is active.'
    )
    control.ok("PUT", "scenario", {"name": "jquants-outage"})
    refused = control.refused(400, "GET", "journal?rule=warming-upp")
    assert '(did you mean "warming-up"?)' in refused["detail"]
    assert "warming-up" in refused["known"]


@pytest.mark.parametrize("pattern", ["jquants.auth_refesh", "nobody.*", "jquants.auth_refres?", "[j]quants.*"])
def test_an_operation_that_is_none_is_refused_with_those_there_are(control: Control, pattern: str) -> None:
    """A filter that can never match would answer an empty list, and a test would believe it."""
    refused = control.refused(400, "GET", f"journal?operation={pattern.replace('?', '%3F')}")
    assert "jquants.auth_refresh" in refused["known"]


def test_forgotten_entries_are_gone_numbers_go_on_and_tokens_stay(calls: Control) -> None:
    calls.ok("POST", "tokens", {"api": "uid2", "kind": "refresh_token"})
    assert calls.ok("DELETE", "journal") is None
    assert called(calls) == []
    calls.service.post(REFRESH)
    assert called(calls) == [6]
    assert calls.ok("POST", "clock/advance", {"to": "refresh_expires"})["expired"]


def test_asking_is_not_journalled(calls: Control) -> None:
    calls.ok("GET", "clock")
    assert len(called(calls)) == len(called(calls)) == 5
