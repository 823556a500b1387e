"""Loading failures from outside."""

from __future__ import annotations

import threading

import pytest

from simulator.scenario import shipped
from tests.control.conftest import Control

OUTAGE = b"""version: 1
name: outage
about: Down.
tags: [a]
state: down
rules:
  - id: down
    when: {operation: jquants.auth_refresh, state: down}
    then: {error: jquants.server_error, set_state: up}
"""
FAITHFUL: dict[str, object] = {
    "name": None,
    "about": "",
    "tags": [],
    "seed": None,
    "state": None,
    "rules": [],
    "source": "",
    "warnings": [],
}


def refresh(control: Control) -> int:
    return control.service.post(f"{control.prefix}/v1/token/auth_refresh?refreshtoken=x").status


def test_without_one_the_sandbox_is_faithful(control: Control) -> None:
    assert control.ok("GET", "scenario") == FAITHFUL


def test_a_text_is_loaded_shown_and_laid_down(control: Control) -> None:
    loaded = control.ok("PUT", "scenario", OUTAGE)
    assert loaded == {
        "name": "outage",
        "about": "Down.",
        "tags": ["a"],
        "seed": 0,
        "state": "down",
        "rules": ["down"],
        "source": OUTAGE.decode(),
        "warnings": [],
    }
    assert control.ok("GET", "scenario") == loaded
    assert refresh(control) == 500
    assert control.ok("GET", "scenario")["state"] == "up"

    assert control.ok("DELETE", "scenario") is None
    assert control.ok("GET", "scenario") == FAITHFUL
    assert refresh(control) == 403


def test_json_is_a_scenario_too(control: Control) -> None:
    document = {"version": 1, "name": "empty", "rules": []}
    assert control.ok("PUT", "scenario", document)["name"] == "empty"


def test_a_shipped_one_is_loaded_by_its_name(control: Control) -> None:
    loaded = control.ok("PUT", "scenario", {"name": "jquants-outage"})
    assert loaded["rules"] == ["warming-up", "gateway-page"]
    assert loaded["source"] == shipped.find("jquants-outage").read_text()
    assert refresh(control) == 503


def test_every_shipped_one_is_listed_with_its_story(control: Control) -> None:
    listed = control.ok("GET", "scenarios")["scenarios"]
    assert [one["name"] for one in listed] == shipped.names()
    assert all(one["about"] for one in listed)


@pytest.mark.parametrize("name", ["jquants-outag", "../scenarios/jquants-outage", "/etc/passwd", "", "nothing-like-it"])
def test_an_unknown_name_is_refused_with_the_names_there_are(control: Control, name: str) -> None:
    refused = control.refused(404, "PUT", "scenario", {"name": name})
    assert refused["scenarios"] == shipped.names()


def test_a_bad_one_is_refused_with_every_error_and_its_place_and_the_old_one_stays(control: Control) -> None:
    control.ok("PUT", "scenario", OUTAGE)
    bad = OUTAGE.replace(b"version: 1", b"version: 2").replace(b"jquants.server_error", b"jquants.server_eror")
    refused = control.refused(422, "PUT", "scenario", bad)
    places = [(error["line"], error["column"], error["code"]) for error in refused["errors"]]
    assert places == [(1, 10, "E112"), (9, 19, "E110")]
    assert refused["errors"][1]["suggestion"] == "jquants.server_error"
    assert control.ok("GET", "scenario")["name"] == "outage"
    assert refresh(control) == 500


def test_a_doubtful_one_is_refused_only_when_asked_to_be_strict(control: Control) -> None:
    doubtful = OUTAGE + b"  - id: never\n    when: {operation: jquants.auth_refresh}\n    then: {log: x}\n"
    doubtful = doubtful.replace(b", state: down}", b"}").replace(b"state: down\n", b"").replace(b", set_state: up", b"")
    refused = control.refused(422, "PUT", "scenario?strict=true", doubtful)
    assert [error["code"] for error in refused["errors"]] == ["W302"]
    loaded = control.ok("PUT", "scenario?strict=false", doubtful)
    assert loaded["rules"] == ["down", "never"]
    assert [(doubt["line"], doubt["code"]) for doubt in loaded["warnings"]] == [
        (error["line"], error["code"]) for error in refused["errors"]
    ]
    assert control.ok("GET", "scenario")["warnings"] == loaded["warnings"]
    assert control.ok("PUT", "scenario", OUTAGE)["warnings"] == []


@pytest.mark.parametrize("body", [b"", b" \n"])
def test_an_empty_body_says_what_to_send(control: Control, body: bytes) -> None:
    assert "Send YAML" in control.refused(400, "PUT", "scenario", body)["detail"]


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[1]", b'{"name": 5}', b'{"name": "a", "x": 1}', b"name: a", b"x"]
)
def test_what_is_no_scenario_is_refused_with_its_place(control: Control, body: bytes) -> None:
    assert control.refused(422, "PUT", "scenario", body)["errors"]


def test_reading_a_large_one_holds_up_no_call(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one thread is in the middle of reading a scenario, calls of the same sandbox are answered."""
    from simulator.report import scenario_files

    reading, answered = threading.Event(), threading.Event()
    real = scenario_files.load

    def slow(*args: object, **kwargs: object) -> object:
        reading.set()
        assert answered.wait(10)
        return real(*args, **kwargs)

    monkeypatch.setattr(scenario_files, "load", slow)
    loading = threading.Thread(target=control.ok, args=("PUT", "scenario", OUTAGE))
    loading.start()
    try:
        assert reading.wait(10)
        assert refresh(control) == 403
        assert control.ok("GET", "clock")["frozen"] is True
    finally:
        answered.set()
        loading.join(10)
    assert refresh(control) == 500
