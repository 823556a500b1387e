from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import run

GOOD = """\
version: 1
name: good
about: The first refresh fails.
rules:
  - {id: once, when: {operation: jquants.auth_refresh}, occurs: {first: 1}, then: {error: jquants.server_error}}
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD)
    return path


def test_a_good_file_is_said_to_be_good(good: Path) -> None:
    ran = run("check", str(good))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "1 file is good.\n")


def test_standard_input_is_checked_too() -> None:
    ran = run("check", "-", given=GOOD.replace("version: 1", "version: 2"))
    assert ran.returncode == 1
    assert ran.stdout.startswith("<stdin>:1:10: E112")


def test_every_problem_of_every_file_in_three_forms(good: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(GOOD.replace("auth_refresh", "auth_refesh").replace("server_error", "sever_error"))
    text = run("check", str(good), str(bad))
    assert text.returncode == 1
    assert [line.split(": ")[0] for line in text.stdout.splitlines()] == [f"{bad}:5:34", f"{bad}:5:90"]

    found = json.loads(run("check", str(bad), "--format", "json").stdout)
    assert [(one["line"], one["code"], one["suggestion"]) for one in found] == [
        (5, "E107", "jquants.auth_refresh"),
        (5, "E110", "jquants.server_error"),
    ]
    assert run("check", str(bad), "--format", "github").stdout.startswith(f"::error file={bad},line=5,col=34")


def test_warnings_are_let_through_unless_strict(tmp_path: Path) -> None:
    doubtful = tmp_path / "doubtful.yaml"
    doubtful.write_text(GOOD.replace("about: The first refresh fails.", "about: on"))
    lenient = run("check", str(doubtful))
    assert (lenient.returncode, "W301" in lenient.stdout) == (0, True)
    assert run("check", "--strict", str(doubtful)).returncode == 1


def test_a_missing_file_is_named() -> None:
    ran = run("check", "nowhere.yaml")
    assert (ran.returncode, "nowhere.yaml" in ran.stderr) == (2, True)


def test_explain_says_what_each_call_gets_and_why(good: Path) -> None:
    ran = run("explain", str(good), "--calls", "2")
    assert ran.returncode == 0
    first, second, why = ran.stdout.splitlines()
    assert "call 1" in first
    assert "jquants.server_error" in first
    assert "the faithful answer" in second
    assert why.strip().startswith("once: ")
    found = json.loads(run("explain", str(good), "--calls", "2", "--format", "json").stdout)
    assert [line["fired"] for line in found] == [["once"], []]


def test_explain_of_an_operation_nobody_speaks_of(good: Path) -> None:
    ran = run("explain", str(good), "--operation", "jquants.auth_user")
    assert (ran.returncode, "auth_refresh" in ran.stderr) == (2, True)


def test_the_shipped_scenarios_are_listed_with_their_stories() -> None:
    lines = run("scenarios").stdout.splitlines()
    assert any(line.startswith("jquants-outage ") and "503" in line for line in lines)
    names = [one["name"] for one in json.loads(run("scenarios", "--format", "json").stdout)]
    assert names == sorted(names)
    assert "jquants-outage" in names


def test_the_schema_is_one(good: Path) -> None:
    found = json.loads(run("schema").stdout)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "rules" in found["properties"]
