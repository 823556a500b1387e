"""The JSON Schema and the validator agree: what the schema refuses, the validator refuses; what ships, both take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # jsonschema has no types

from simulator.apis import discover
from simulator.report import scenario_files
from simulator.scenario import shipped
from simulator.scenario.language.hovers import HOVERS
from simulator.scenario.language.nodes import compose
from simulator.scenario.language.schema import schema
from simulator.scenario.language.validation import plain
from simulator.scenario.loader import check
from tests.scenario import problems_found
from tests.scenario.language import test_checks, test_checks_across
from tests.scenario.toy_apis import APIS

TOY = Draft202012Validator(schema(APIS))
REAL = Draft202012Validator(schema(discover()))


def _parsed(text: str) -> Any:
    return plain(compose(text)[0])


def _texts() -> list[Any]:
    """Every row of every table of the checks, and every refused file that is YAML, as whole texts."""
    files = sorted((Path(__file__).parent / "refused").glob("*.yaml"))
    texts = [pytest.param(path.read_text(), id=path.stem) for path in files if path.stem != "E100"]
    frames = {
        "test_the_head_of_a_file": "{}",
        "test_the_frame_of_a_rule": "{}",
        "test_conditions": "rules:\n- when: {}\n  then: {{log: x}}\n",
        "test_actions": "rules:\n- then: {}\n",
        "test_what_an_operation_can_have": "rules:\n- when: {{operation: {}}}\n  then: {}\n",
        "test_expectations": "expect: {}\n",
        "test_worlds": "world: {}\n",
        "test_counts_that_are_never_reached": "rules:\n- {}\n",
    }
    for name, frame in frames.items():
        tables = test_checks if hasattr(test_checks, name) else test_checks_across
        (mark,) = getattr(tables, name).pytestmark
        for row in mark.args[1]:
            text = problems_found.HEAD + frame.format(*row.values[:-1])
            texts.append(pytest.param(text, id=f"{name}: {row.id}"))
    return texts


def test_the_schema_is_one_of_its_dialect() -> None:
    for made in (schema(APIS), schema(discover())):
        Draft202012Validator.check_schema(made)
        assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("text", _texts())
def test_what_the_schema_refuses_the_validator_refuses(text: str) -> None:
    refused = list(TOY.iter_errors(_parsed(text)))
    errors = [problem for problem in check(text, APIS) if not problem.is_warning]

    assert errors or not refused, refused[0].message if refused else ""


@pytest.mark.parametrize("name", shipped.names())
def test_the_schema_takes_what_ships(name: str) -> None:
    assert list(REAL.iter_errors(plain(compose(shipped.find(name).read_bytes())[0]))) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("version: 2\nname: x\n", id="a version"),
        pytest.param("version: 1\n", id="a missing name"),
        pytest.param("version: 1\nname: x\nrule: []\n", id="an unknown key"),
        pytest.param("version: 1\nname: x\nrules: [{then: {error: door.shutt}}]\n", id="an unknown error"),
        pytest.param(
            "version: 1\nname: x\nrules: [{when: {operation: door.exit}, then: {log: x}}]\n", id="an operation"
        ),
        pytest.param("version: 1\nname: x\nrules: [{then: {drop: [tickets]}}]\n", id="an unknown field"),
        pytest.param("version: 1\nname: x\nrules: [{then: {delay: 5}}]\n", id="a duration without a unit"),
        pytest.param("version: 1\nname: x\nrules: [{then: {delay: 12:30}}]\n", id="a clock time"),
        pytest.param("version: 1\nname: x\nrules: [{id: a}]\n", id="a rule that does nothing"),
        pytest.param("version: 1\nname: x\nrules: [{occurs: {first: 1, nth: 2}, then: {log: x}}]\n", id="two occurs"),
        pytest.param("version: 1\nname: x\nworld: {door: {lifetime: 5}}\n", id="a world"),
        pytest.param("version: 1\nname: x\nworld: {dor: {}}\n", id="an unknown API"),
        pytest.param("version: 1\nname: x\nprofile: {dor: observed}\n", id="a profile of an unknown API"),
        pytest.param("version: 1\nname: x\nrules: null\n", id="nothing"),
    ],
)
def test_the_schema_is_worth_having(text: str) -> None:
    """What an editor should underline, it does."""
    assert list(TOY.iter_errors(yaml.safe_load(text.replace("12:30", "'12:30'"))))


def _properties(node: Any) -> list[tuple[str, dict[str, Any]]]:
    """Every key that the schema describes, with its schema."""
    if isinstance(node, list):
        return [found for item in node for found in _properties(item)]
    if not isinstance(node, dict):
        return []
    here = [(key, value) for key, value in node.get("properties", {}).items() if isinstance(value, dict)]
    return here + [found for value in node.values() for found in _properties(value)]


def test_an_editor_has_a_sentence_for_every_key() -> None:
    """In Markdown, as editors show it: no marks of reStructuredText."""
    described = schema(discover())
    keys = _properties(described)

    assert len(keys) > 150
    assert [key for key, value in keys if not value.get("description", "").endswith((".", "…"))] == []
    assert "``" not in str(described)
    assert ":class:" not in str(described)


def test_every_hover_belongs_to_a_key() -> None:
    parts = {"Document": schema(discover())["properties"]}
    parts |= {name: part.get("properties", {}) for name, part in schema(discover())["$defs"].items()}

    described = {name: set(keys) for name, keys in parts.items() if keys}
    assert {name: set(keys) for name, keys in HOVERS.items()} == described


def test_the_names_of_verdicts_are_completed_and_checked() -> None:
    editor = Draft202012Validator(scenario_files.describe(discover()))
    good, bad = ({"version": 1, "name": "x", "expect": [name]} for name in ("no_backoff", "no_backof"))

    assert editor.is_valid(good)
    assert not editor.is_valid(bad)
