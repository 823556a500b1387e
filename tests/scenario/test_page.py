"""docs/scenarios.md is true: every example loads without a doubt, and what it is said to print it prints."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import BaseModel

from simulator.apis import discover
from simulator.core.chance import uniform
from simulator.core.model.call import WIRE_FAULTS
from simulator.scenario.language.actions import Action, DelayPart, FaultPart, RateLimitPart, Respond, TokenAction
from simulator.scenario.language.document import Document, Matcher, OccursPart, RulePart, TokenMatch, When
from simulator.scenario.language.problem import CODES
from simulator.scenario.loader import check, load
from simulator.scenario.rules.effects import CONVERSIONS
from simulator.scenario.rules.explain import explain, in_text

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text()
BLOCKS = re.findall(r"^```(yaml|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = [text for kind, text in BLOCKS if kind == "yaml"]
PLAYED = [
    (example, outcome)
    for (kind, example), (after, outcome) in pairwise(BLOCKS)
    if (kind, after) == ("yaml", "text") and "  call 1  " in outcome
]


def _whole(example: str) -> str:
    """A list of rules is the inside of a document."""
    return f"version: 1\nname: example\nrules:\n{example}" if example.startswith("- ") else example


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_is_beyond_doubt(example: str) -> None:
    assert check(_whole(example), discover()) == []


@pytest.mark.parametrize(("example", "outcome"), PLAYED, ids=range(len(PLAYED)))
def test_an_example_does_what_is_printed_below_it(example: str, outcome: str) -> None:
    lines = outcome.splitlines()
    operation = lines[0].split(" ")[0]
    calls = sum(not line.startswith(" ") for line in lines)
    printed = in_text(list(explain(load(_whole(example), discover()), operation, calls))).splitlines()
    if not any(line.startswith(" ") for line in lines):  # shown without the reasons of the others
        printed = [line for line in printed if not line.startswith(" ")]

    assert printed == lines


def test_the_share_of_chance_on_the_page_is_the_one_that_is_drawn() -> None:
    (share,) = re.findall(r"For the second call below it is ([0-9.]+)\.", PAGE)

    assert uniform(7, "now-and-then", "", 2) == float(share)


@pytest.mark.parametrize(
    "part",
    [Document, RulePart, When, Matcher, TokenMatch, OccursPart, Action, DelayPart, RateLimitPart, Respond, TokenAction],
)
def test_every_key_is_on_the_page_and_in_an_example(part: type[BaseModel]) -> None:
    examples = "\n".join(EXAMPLES)
    for name, field in part.model_fields.items():
        key = field.alias or name
        assert f"`{key}" in PAGE or f" {key}:" in PAGE or f"{{{key}:" in PAGE, key
        assert re.search(rf"(?<![\w-]){key}:", examples), key


def test_every_fault_conversion_and_code_is_on_the_page() -> None:
    for name in (*FaultPart.model_fields, *CONVERSIONS):
        assert f"`{name}`" in PAGE, name
    assert set(FaultPart.model_fields) == {*WIRE_FAULTS, "not_json", "wrong_type"}
    assert re.findall(r"^\| ([EW]\d{3}) \|", PAGE, re.MULTILINE) == list(CODES)
