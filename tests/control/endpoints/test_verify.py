"""Holding the client to a number of calls, and asking for the verdicts."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.control.conftest import Control

REFRESH = "/v1/token/auth_refresh?refreshtoken=x"


@pytest.fixture
def calls(control: Control) -> Control:
    """Three refreshes that are refused, one login without anything."""
    for _ in range(3):
        control.service.post(REFRESH)
    control.service.post("/v1/token/auth_user")
    return control


@pytest.mark.parametrize(
    "wanted",
    [
        {"operation": "jquants.auth_refresh", "count": 3},
        {"operation": "jquants.auth_refresh", "at_least": 3, "at_most": 3},
        {"operation": "jquants.*", "count": 4},
        {"operation": ["jquants.auth_refresh", "jquants.auth_user"], "count": 4},
        {"operation": "uid2.token_refresh", "count": 0},
        {"count": 4},
        {"status": 403, "count": 3},
        {"method": "POST", "path": "/v1/token/auth_user", "count": 1},
        {"error": "jquants.refreshtoken_invalid", "count": 3},
        {"since": "2024-01-04T00:00:01Z", "count": 0},
    ],
)
def test_as_many_as_wanted_is_200(calls: Control, wanted: dict[str, Any]) -> None:
    verified = calls.ok("POST", "verify", wanted)
    assert list(verified) == ["met", "count", "matching", "message", "instead"]
    assert (verified["met"], verified["instead"]) == (True, [])
    assert verified["count"] == len(verified["matching"])


def test_a_rule_that_never_fired_is_counted_as_zero(control: Control) -> None:
    control.ok("PUT", "scenario", {"name": "jquants-outage"})
    assert control.ok("POST", "verify", {"rule": "warming-up", "at_most": 0})["met"] is True


def test_an_unknown_rule_is_refused(calls: Control) -> None:
    """It could never match, so at_most would always be met."""
    assert calls.refused(400, "POST", "verify", {"rule": "none", "at_most": 0})["title"] == "Unknown rule"


def test_other_than_wanted_is_422_with_what_came_instead_nearest_first(calls: Control) -> None:
    refused = calls.refused(422, "POST", "verify", {"operation": "jquants.auth_refresh", "status": 200, "count": 1})
    assert (refused["title"], refused["met"], refused["count"]) == ("Not as wanted", False, 0)
    assert [one["entry"]["operation"] for one in refused["instead"]] == ["jquants.auth_refresh"] * 3 + [
        "jquants.auth_user"
    ]
    assert refused["instead"][0]["misses"] == ["status is 403"]
    assert "What came instead" in refused["detail"]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({}, "nothing says how often"),
        ({"operation": "jquants.auth_refresh"}, "nothing says how often"),
        ({"count": 1, "at_least": 1}, "excludes"),
        ({"count": -1}, "-1 must be at least 0"),
        ({"count": True}, "expected an integer, got a boolean"),
        ({"count": 1, "operatoin": "x"}, '(did you mean "operation"?)'),
        ({"count": 0, "operation": "jquants.auth_refesh"}, '(did you mean "jquants.auth_refresh"?)'),
        ({"count": 0, "operation": ["jquants.auth_refesh"]}, '(did you mean "jquants.auth_refresh"?)'),
        ({"count": 0, "operation": []}, "expected a name"),
        ({"count": 0, "operation": [5]}, "expected a name"),
        ({"count": 0, "operation": 5}, "expected a name"),
        ({"count": "3"}, "expected an integer, got a string"),
        ({"count": 1, "rule": 5}, "expected a string"),
        ({"count": 1, "colour": "x"}, 'unknown key "colour"; allowed here: at_least'),
        ({"count": 0, "since": "today"}, "is not an RFC 3339 moment"),
    ],
)
def test_what_cannot_be_meant_is_400_and_not_a_verdict(calls: Control, wanted: dict[str, Any], says: str) -> None:
    """A misspelt operation with count 0 would pass for ever."""
    assert says in calls.refused(400, "POST", "verify", wanted)["detail"]


def test_the_report_is_json_unless_asked_otherwise(calls: Control) -> None:
    calls.ok("PUT", "scenario", {"name": "jquants-outage"})
    assert calls.ok("GET", "report") == calls.ok("GET", "report?format=json")
    assert "jquants-outage" in json.dumps(calls.ok("GET", "report"))


@pytest.mark.parametrize(
    ("form", "media"),
    [
        ("markdown", "text/markdown; charset=utf-8"),
        ("text", "text/plain; charset=utf-8"),
        ("html", "text/html; charset=utf-8"),
    ],
)
def test_the_report_is_written_for_people_too(calls: Control, form: str, media: str) -> None:
    answer = calls.send("GET", f"report?format={form}")
    assert (answer.status, answer.header("Content-Type")) == (200, media)
    assert answer.body.strip()
    assert "default-src 'none'" in str(answer.header("Content-Security-Policy"))


def test_the_report_is_written_for_ci(calls: Control) -> None:
    answer = calls.send("GET", "report?format=junit")
    assert answer.header("Content-Type") == "application/xml"
    assert ET.fromstring(answer.body).tag in {"testsuite", "testsuites"}


def test_an_unknown_form_is_refused_with_what_was_meant(calls: Control) -> None:
    assert '(did you mean "junit"?)' in calls.refused(400, "GET", "report?format=junitt")["detail"]
