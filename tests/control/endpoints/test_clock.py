"""Moving time from outside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.control.conftest import Control

START = "2024-01-04T00:00:00Z"


def test_it_tells_the_time(control: Control) -> None:
    assert control.ok("GET", "clock") == {"now": START, "frozen": True, "rate": 1}


@pytest.mark.parametrize(
    ("put", "after"),
    [
        pytest.param({"at": "2030-01-01T00:00:00Z"}, ("2030-01-01T00:00:00Z", True, 1), id="at alone"),
        pytest.param({"at": "1999-01-01T09:00:00.5+09:00"}, ("1999-01-01T00:00:00.500000Z", True, 1), id="the past"),
        pytest.param({"at": "+1h"}, ("2024-01-04T01:00:00Z", True, 1), id="a way forward"),
        pytest.param({"at": "-1h30m"}, ("2024-01-03T22:30:00Z", True, 1), id="a way back"),
        pytest.param({"rate": 60}, (START, True, 60), id="rate alone"),
        pytest.param({"rate": 0.5}, (START, True, 0.5), id="a slow rate"),
        pytest.param({"frozen": True}, (START, True, 1), id="frozen alone"),
        pytest.param({"at": "+1s", "frozen": True, "rate": 2}, ("2024-01-04T00:00:01Z", True, 2), id="together"),
    ],
)
def test_any_of_its_members_can_be_set(control: Control, put: object, after: tuple[object, ...]) -> None:
    answered = control.ok("PUT", "clock", put)
    assert list(answered) == ["before", "now", "frozen", "rate", "expired"]
    assert (answered["before"], answered["expired"]) == (START, [])
    assert (answered["now"], answered["frozen"], answered["rate"]) == after
    assert control.ok("GET", "clock") == {name: answered[name] for name in ("now", "frozen", "rate")}


def test_time_can_be_let_run_again(control: Control) -> None:
    assert control.ok("PUT", "clock", {"frozen": False})["frozen"] is False
    assert control.service.clock.read().frozen is False


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param({}, "Name any of", id="nothing"),
        pytest.param(None, "Name any of", id="no body"),
        pytest.param({"at": "1h"}, '"1h" is not an RFC 3339 moment', id="a span without a sign"),
        pytest.param({"at": "2024-01-04T00:00:00"}, "with its zone", id="no zone"),
        pytest.param({"at": "+1"}, '"1s" or "1ms"', id="no unit"),
        pytest.param({"at": "+9999999d"}, "outside the years", id="off the calendar"),
        pytest.param({"at": 5}, "expected a string", id="a number for a moment"),
        pytest.param({"at": None}, '"at" has no value', id="null"),
        pytest.param({"rate": 0}, "is not above 0", id="no speed"),
        pytest.param({"rate": True}, "expected a number, got a boolean", id="a flag for a number"),
        pytest.param({"rate": 10**400}, "a number of more than 300 digits", id="beyond any float"),
        pytest.param({"frozen": "yes"}, "expected true or false, got a string", id="a text for a flag"),
        pytest.param({"freeze": True}, '(did you mean "frozen"?)', id="unknown member"),
        pytest.param(b"[]", "must be a JSON object", id="a list"),
        pytest.param(b'{"rate": 1, "rate": 2}', '"rate" is there twice', id="a member twice"),
        pytest.param(b'{"rate": NaN}', "NaN is no number of JSON", id="no JSON number"),
        pytest.param(b"{", "The body is not JSON", id="broken JSON"),
        pytest.param(b"\xff", "not UTF-8", id="no text"),
        pytest.param(b"[" * 100_000, "nested too deep", id="very deep"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name_and_changes_nothing(control: Control, body: object, says: str) -> None:
    assert says in control.refused(400, "PUT", "clock", body)["detail"]
    assert control.ok("GET", "clock") == {"now": START, "frozen": True, "rate": 1}


def test_time_passes_by_a_span(control: Control) -> None:
    answered = control.ok("POST", "clock/advance", {"by": "24h"})
    assert answered == {"before": START, "now": "2024-01-05T00:00:00Z", "expired": []}


def test_backwards_must_be_meant(control: Control) -> None:
    refused = control.refused(409, "POST", "clock/advance", {"by": "-1s"})
    assert (refused["now"], '"backwards": true' in refused["detail"]) == (START, True)
    assert control.refused(409, "POST", "clock/advance", {"by": "-1s", "backwards": False})["now"] == START

    answered = control.ok("POST", "clock/advance", {"by": "-1s", "backwards": True})
    assert answered == {"before": START, "now": "2024-01-03T23:59:59Z", "expired": []}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param({}, 'either "by"', id="neither"),
        pytest.param({"by": "1h", "to": "id_token_expires"}, 'either "by"', id="both"),
        pytest.param({"by": "1h", "plus": "1s"}, '"plus" goes with "to"', id="plus without to"),
        pytest.param({"by": "24"}, '"24s" or "24ms"', id="no unit"),
        pytest.param({"by": 3600}, "expected a string", id="a bare number"),
        pytest.param({"bye": "1h"}, '(did you mean "by"?)', id="unknown member"),
        pytest.param({"by": "9999999d"}, "outside the years", id="off the calendar"),
    ],
)
def test_a_step_that_cannot_be_meant_is_refused(control: Control, body: object, says: str) -> None:
    assert says in control.refused(400, "POST", "clock/advance", body)["detail"]
    assert control.ok("GET", "clock")["now"] == START


def test_an_unknown_event_is_refused_with_what_was_meant_and_what_there_is(control: Control) -> None:
    refused = control.refused(400, "POST", "clock/advance", {"to": "id_token_expire"})
    assert '(did you mean "id_token_expires"?)' in refused["detail"]
    assert refused["known"] == sorted(event for api in control.service.simulation.apis.values() for event in api.events)


def test_an_event_that_no_token_has_ahead_is_refused_with_those_that_are(control: Control) -> None:
    control.ok("POST", "tokens", {"api": "jquants", "kind": "id_token", "subject": "user@example.com"})
    refused = control.refused(409, "POST", "clock/advance", {"to": "refresh_token_expires"})
    assert [(event["event"], event["at"]) for event in refused["ahead"]] == [
        ("id_token_expires", "2024-01-05T00:00:00Z")
    ]
    assert "refresh_token_expires" in refused["known"]
    assert control.ok("GET", "clock")["now"] == START


def test_it_goes_to_the_next_event_and_past_it_and_tells_what_expired(control: Control) -> None:
    """One second inside, at the edge, one second past it."""
    control.ok("POST", "tokens", {"api": "jquants", "kind": "id_token", "subject": "user@example.com", "age": "1h"})

    inside = control.ok("POST", "clock/advance", {"to": "id_token_expires", "plus": "-1s"})
    assert (inside["now"], inside["expired"]) == ("2024-01-04T22:59:59Z", [])

    at = control.ok("POST", "clock/advance", {"to": "id_token_expires"})
    assert at["now"] == "2024-01-04T23:00:00Z"
    (event,) = at["expired"]
    assert (event["event"], event["at"], event["kind"]) == ("id_token_expires", at["now"], "id_token")

    assert control.ok("POST", "clock/advance", {"by": "1s"})["expired"] == []


def test_a_put_tells_what_expired_on_the_way_too(control: Control) -> None:
    for age in ("2h", "1h"):
        control.ok("POST", "tokens", {"api": "jquants", "kind": "id_token", "subject": "user@example.com", "age": age})
    answered = control.ok("PUT", "clock", {"at": "+25h"})
    assert [event["at"] for event in answered["expired"]] == ["2024-01-04T22:00:00Z", "2024-01-04T23:00:00Z"]
    assert control.ok("PUT", "clock", {"at": START})["expired"] == []


def test_a_moment_from_which_a_token_may_be_refreshed_is_no_expiry(control: Control) -> None:
    control.ok("POST", "tokens", {"api": "uid2", "kind": "advertising_token", "subject": "a@example.com"})
    control.service.clock.advance(timedelta(0))
    answered = control.ok("POST", "clock/advance", {"by": "20m"})
    assert answered["expired"] == []


def test_times_out_of_reach_do_not_lock_a_sandbox(control: Control) -> None:
    """At the end of the calendar, running on at full speed, the clock can still be read and set."""
    control.ok("PUT", "clock", {"at": "9999-12-31T23:59:59Z", "frozen": False, "rate": 1_000_000})
    assert control.ok("GET", "clock")["now"].startswith("9999-12-31T23:59:59")
    assert control.ok("PUT", "clock", {"at": START, "frozen": True})["now"] == START
