"""Texts, bytes and mappings: whatever is handed in is read whole, or refused whole with a place."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis import discover
from simulator.scenario.language import nodes
from simulator.scenario.language.nodes import ALIAS_LIMIT, DEPTH_LIMIT, SIZE_LIMIT
from simulator.scenario.language.problem import CODES, RejectedScenario
from simulator.scenario.loader import check, load
from tests.imports import imported_by
from tests.scenario.toy_apis import APIS, Guest, Settings

GOOD = """version: 1
name: good
about: All of the head.
tags: [a, b]
profile: {door: observed}
seed: 7
clock: {at: 2024-01-04T00:00:00Z, frozen: true, rate: 60}
world: {door: {lifetime: 2h, guests: [{name: ann, mood: loud}]}}
state: calm
rules:
  - {when: {operation: door.pass, state: calm}, then: {log: seen}}
expect: [polite, {operation: door.pass, count: 2}, {operation: door.enter, at_most: 3}]
"""


def _codes(source: str | bytes | dict[str, Any]) -> list[str]:
    return [problem.code for problem in check(source, APIS)]


def _place(source: str | bytes) -> str:
    (problem,) = check(source, APIS)
    return f"{problem.line}:{problem.column} {problem.code}"


def test_the_head_arrives_in_the_scenario() -> None:
    scenario = load(GOOD, APIS)

    assert (scenario.name, scenario.about, scenario.tags) == ("good", "All of the head.", ("a", "b"))
    assert scenario.profiles == {"door": "observed"}
    assert (scenario.seed, scenario.drawn, scenario.state) == (7, False, "calm")
    assert scenario.clock is not None
    assert scenario.clock.at == datetime(2024, 1, 4, tzinfo=UTC)
    assert (scenario.clock.frozen, scenario.clock.rate) == (True, 60.0)
    assert scenario.world == {"door": Settings(lifetime=timedelta(hours=2), guests=(Guest("ann", mood="loud"),))}
    assert scenario.rule_ids == ("rule-1",)
    assert [(e.verdict, e.operation, e.at_least, e.at_most) for e in scenario.expect] == [
        ("polite", None, None, None),
        (None, "door.pass", 2, 2),
        (None, "door.enter", None, 3),
    ]
    assert scenario.source == GOOD


def test_one_profile_is_for_every_api() -> None:
    scenario = load("version: 1\nname: x\nprofile: observed\n", APIS)

    assert scenario.profiles == {"door": "observed", "lamp": "observed"}


def test_a_file_without_a_seed_has_a_fixed_one_and_random_draws() -> None:
    assert (load("version: 1\nname: x\n", APIS).seed, load("version: 1\nname: x\n", APIS).drawn) == (0, False)
    drawn = [load("version: 1\nname: x\nseed: random\n", APIS) for _ in range(3)]

    assert all(one.drawn for one in drawn)
    assert len({one.seed for one in drawn}) > 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: "\ufeff" + text, id="a byte order mark"),
        pytest.param(lambda text: ("\ufeff" + text).encode(), id="a byte order mark in bytes"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="CRLF in bytes"),
        pytest.param(lambda text: "---\n" + text + "...\n", id="document markers"),
        pytest.param(lambda text: "%YAML 1.2\n---\n" + text, id="a directive"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*YAML")
def test_files_as_editors_write_them(change: Any) -> None:
    assert load(change(GOOD), APIS).name == "good"


def test_places_do_not_move_with_a_byte_order_mark_or_crlf() -> None:
    bad = GOOD.replace("state: calm\n", "stat: calm\n").replace("state: calm}", "authorised: true}")

    assert _place(bad) == _place("\ufeff" + bad) == _place(bad.replace("\n", "\r\n").encode()) == "9:1 E102"


def test_json_is_yaml_too() -> None:
    document = {"version": 1, "name": "x", "rules": [{"id": "a", "then": {"error": "door.shut"}}]}

    assert load(json.dumps(document), APIS).rule_ids == ("a",)
    assert load(json.dumps(document, indent="\t"), APIS).rule_ids == ("a",)


def test_a_mapping_is_judged_like_a_text_and_named_by_its_path() -> None:
    document = {"version": 1, "name": "x", "rules": [{"then": [{"delay": 5}]}, {"when": {"subject": "+1"}, "thn": {}}]}
    found = check(document, APIS)

    assert [str(problem).split(" ")[:2] for problem in found] == [
        ["rules[0].then[0].delay:", "E106"],
        ["rules[1]:", "E109"],
        ["rules[1].thn:", "E102"],
    ]


def test_a_mapping_has_no_doubtful_spellings() -> None:
    """Its texts were quoted by Python."""
    document = {"version": 1, "name": "x", "rules": [{"when": {"query": {"q": "on"}}, "then": {"log": "010"}}]}

    assert check(document, APIS) == []
    assert json.loads(load(document, APIS).source) == document


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        pytest.param({1: "x"}, "1: E101 1 as a key", id="a number as a key"),
        pytest.param({"tags": {"a"}}, "tags: E104 expected a JSON value, got a set", id="a set"),
        pytest.param({"about": timedelta(1)}, "about: E104 expected a JSON value, got a timedelta", id="a duration"),
        pytest.param({"about": b"x"}, "about: E104 expected a JSON value, got a bytes", id="bytes"),
        pytest.param({"about": "\ud800"}, "about: E105 half of a surrogate pair", id="half a character"),
    ],
)
def test_what_json_cannot_say_is_refused_in_a_mapping(value: dict[Any, Any], finding: str) -> None:
    found = check({"version": 1, "name": "x", **value}, APIS)

    assert [str(problem)[: len(finding)] for problem in found][:1] == [finding]


def test_a_mapping_that_holds_itself_is_refused() -> None:
    endless: dict[str, Any] = {"version": 1}
    endless["name"] = endless

    assert _codes(endless) == ["E105"]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        pytest.param("", "1:1 E101", id="nothing"),
        pytest.param("# only a comment\n", "1:1 E101", id="a comment"),
        pytest.param("- a\n", "1:1 E101", id="a list"),
        pytest.param("text", "1:1 E101", id="a text"),
        pytest.param("version: 1\nname: [x\n", "3:1 E100", id="an open bracket"),
        pytest.param("version: 1\n\tname: x\n", "2:1 E100", id="a tab"),
        pytest.param("version: 1\nname: *x\n", "2:7 E100", id="an alias without an anchor"),
        pytest.param("version: 1\n---\nversion: 1\n", "2:1 E100", id="two documents"),
        pytest.param("version: 1\nname: x\x07\n", "2:8 E100", id="a bell"),
        pytest.param(b"version: 1\nname: \xff\n", "2:7 E100", id="no UTF-8"),
        pytest.param("version: 1\nname: \ud800\n", "2:7 E100", id="half a character"),
        pytest.param("version: 1\nname: x\n? [a]\n: b\n", "3:3 E101", id="a list as a key"),
        pytest.param("version: 1\nname: !!str x\n", "2:7 E101", id="a tag"),
        pytest.param("version: 1\nname: !x x\n", "2:7 E101", id="a tag of somebody's own"),
        pytest.param(
            "version: 1\nname: x\nabout: !!python/object:os.system x\n", "3:8 E101", id="a tag that runs things"
        ),
        pytest.param("version: 1\nname: x\n<<: {about: y}\n", "3:1 E102", id="a merge key"),
        pytest.param("version: 1\nname: x\n'name': y\n", "3:1 E103", id="the same key, quoted"),
        pytest.param("version: 1\nname: x\nabout: " + "[" * 100, "3:48 E105", id="nested without end"),
    ],
)
def test_what_is_no_scenario_at_all(source: str | bytes, place: str) -> None:
    assert _place(source) == place


def test_without_libyaml_the_findings_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML can be built without it; its own loader is slower and sees the same."""
    files = sorted((Path(__file__).parent / "language" / "refused").glob("*.yaml"))

    def places() -> list[list[str]]:
        texts = [*(path.read_text() for path in files), "é: \x07", GOOD]
        return [[f"{p.line}:{p.column} {p.code}" for p in check(text, APIS)] for text in texts]

    fast = places()
    monkeypatch.setattr(nodes, "_Loader", yaml.SafeLoader)

    assert places() == fast
    assert fast[-2:] == [["1:4 E100"], []]


def test_anchors_and_aliases_save_typing() -> None:
    text = """version: 1
name: x
rules:
  - {id: a, when: &who {subject: ann@example.com, operation: door.pass}, occurs: {nth: [1]}, then: {error: door.shut}}
  - {id: b, when: *who, then: {log: seen}}
"""
    assert load(text, APIS).rule_ids == ("a", "b")


def test_an_alias_bomb_goes_off_nowhere() -> None:
    """Nine levels of ten aliases stand for a billion nodes."""
    levels = "\n".join(f"  - &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10))
    bomb = f"version: 1\nname: x\nrules:\n  - &l0 [x]\n{levels}\n"
    (problem,) = check(bomb, APIS)

    assert (problem.code, str(ALIAS_LIMIT) in problem.message) == ("E105", True)


def test_a_file_may_have_a_mebibyte_and_not_a_byte_more() -> None:
    head = "version: 1\nname: x\n#"
    whole = head + "x" * (SIZE_LIMIT - len(head))

    assert check(whole, APIS) == []
    assert check(whole.encode(), APIS) == []
    assert _place(whole + "x") == _place((whole + "x").encode()) == "1:1 E105"


def test_depth_is_bounded_and_the_bound_is_ample() -> None:
    def nested(depth: int) -> dict[str, Any]:
        value: Any = 1
        for _ in range(depth):
            value = [value]
        return {"version": 1, "name": "x", "rules": [{"then": {"respond": {"status": 200, "json": value}}}]}

    assert _codes(json.loads(json.dumps(nested(DEPTH_LIMIT - 6)))) == []
    assert _codes(json.dumps(nested(DEPTH_LIMIT - 6))) == []
    assert _codes(json.dumps(nested(DEPTH_LIMIT))) == ["E105"]


def test_a_refused_file_names_itself() -> None:
    with pytest.raises(RejectedScenario, match=r"^mine\.yaml was refused for 1 reason:\nmine\.yaml:1:10: E112 "):
        load("version: 2\nname: x\n", APIS, name="mine.yaml")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["rules", "when", "then", "error", "delay", "fault", "world", "door", "occurs", "nth", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["version", "name", "rules", "world", "clock", "expect", "seed"]), _JSON))
@settings(max_examples=200, deadline=None)
def test_any_mapping_is_judged_and_never_crashes(document: dict[str, Any]) -> None:
    found = check(document, APIS)

    assert all(problem.code in CODES and problem.message and problem.line == 0 for problem in found)


@given(st.text(max_size=200) | st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_judged_and_never_crashes(source: str | bytes) -> None:
    assert all(problem.code in CODES and problem.line > 0 for problem in check(source, APIS))


def test_pydantic_and_yaml_wait_until_a_scenario_is_loaded() -> None:
    """They cost more than the whole start of a server."""
    found, _ = imported_by(
        "from simulator.scenario import shipped\nfrom simulator.scenario.rules import effects, engine, overrides"
    )
    assert found.isdisjoint({"pydantic", "yaml", "statistics"})


def test_a_profile_is_of_the_apis_that_have_it() -> None:
    apis = discover()
    assert load("version: 1\nname: x\nprofile: current\n", apis).profiles == {"uid2": "current"}
    assert load("version: 1\nname: x\nprofile: {uid2: current}\n", apis).profiles == {"uid2": "current"}
    assert load("version: 1\nname: x\nprofile: observed\n", apis).profiles == {
        "jquants": "observed",
        "uid2": "observed",
    }
