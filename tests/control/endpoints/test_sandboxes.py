"""Sandboxes, their reset and their end, from outside."""

from __future__ import annotations

from tests.control.conftest import Control

START = "2024-01-04T00:00:00Z"


def test_one_is_there_as_soon_as_it_is_used(control: Control) -> None:
    control.inside("b").ok("GET", "clock")
    control.service.get("/sandbox/a/v1/token/refresh")
    assert control.ok("GET", "sandboxes") == {"sandboxes": [{"name": "default"}, {"name": "a"}, {"name": "b"}]}


def test_deleted_it_is_gone_and_the_next_one_of_its_name_is_new(control: Control) -> None:
    inside = control.inside("a")
    inside.ok("POST", "clock/advance", {"by": "1h"})
    inside.ok("PUT", "scenario", {"name": "jquants-outage"})
    assert control.ok("DELETE", "sandboxes/a") is None
    assert control.ok("GET", "sandboxes") == {"sandboxes": [{"name": "default"}]}
    assert control.refused(404, "DELETE", "sandboxes/a")["title"] == "No such sandbox"
    assert (inside.ok("GET", "clock")["now"], inside.ok("GET", "scenario")["name"]) == (START, None)


def test_the_default_one_is_reset_instead(control: Control) -> None:
    control.ok("POST", "clock/advance", {"by": "1h"})
    control.ok("DELETE", "sandboxes/default")
    assert control.ok("GET", "clock")["now"] == START
    assert control.ok("GET", "sandboxes") == {"sandboxes": [{"name": "default"}]}


def test_they_are_the_servers_and_not_a_sandboxs(control: Control) -> None:
    inside = control.inside("a")
    assert inside.send("GET", "sandboxes").status == 404
    assert inside.send("DELETE", "sandboxes/b").status == 404


def test_a_reset_takes_all_back_but_the_scenario(control: Control) -> None:
    control.ok("PUT", "scenario", {"name": "jquants-outage"})
    statuses = []
    for _ in range(2):
        control.ok("POST", "clock/advance", {"by": "1h"})
        statuses.append([control.service.post("/v1/token/auth_refresh?refreshtoken=x").status for _ in range(4)])
        assert control.ok("POST", "reset") == {"now": START, "frozen": True, "rate": 1}
        assert control.ok("GET", "journal") == {"entries": []}
    assert statuses[0] == statuses[1] == [503, 503, 502, 403]
    assert control.ok("GET", "scenario")["name"] == "jquants-outage"
    assert control.refused(409, "POST", "clock/advance", {"to": "id_token_expires"})["ahead"] == []


def test_a_reset_takes_no_options(control: Control) -> None:
    assert control.ok("POST", "reset", {})
    assert (
        'unknown key "clock"; nothing is allowed here'
        in control.refused(400, "POST", "reset", {"clock": True})["detail"]
    )


def test_ready_tells_what_runs(control: Control) -> None:
    control.ok("PUT", "scenario", {"name": "jquants-outage"})
    ready = control.ok("GET", "ready")
    assert (ready["status"], ready["state"], ready["scenario"]) == ("ready", "memory", "jquants-outage")
    assert ready["version"] == control.ok("GET", "health")["version"]
    assert control.inside("a").ok("GET", "ready")["scenario"] is None
