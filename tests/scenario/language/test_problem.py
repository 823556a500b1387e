"""Each code of the table has a file that shows it; what a file expects stands in its first lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.apis import discover
from simulator.scenario.language.problem import CODES, RejectedScenario
from simulator.scenario.loader import check, load
from tests.scenario.toy_apis import APIS

FILES = Path(__file__).parent / "refused"
EVERYTHING = FILES / "everything.yaml"

_EXPECTED_OF_EVERYTHING = [
    "",
    "1:10 E112",
    "2:7 E113",
    "3:1 E102",
    "6:23 E107",
    "7:19 E110",
    "8:9 E207",
    "9:52 W301",
    "10:27 E105",
    "11:19 E106",
    "13:58 E108",
    "14:20 E107",
    "14:30 E203",
    "16:5 E102",
    "18:5 E103",
    "",
][1:-1]


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_file_that_shows_it_at_its_place(code: str) -> None:
    """And shows nothing else: one mistake, one finding."""
    text = (FILES / f"{code}.yaml").read_text()
    expected = re.findall(r"^#! (\S+ \S+)$", text, re.MULTILINE)
    assert expected
    can = frozenset[str]() if code == "E301" else frozenset({"reset"})

    found = check(text, APIS, supported_faults=can)

    assert [f"{problem.line}:{problem.column} {problem.code}" for problem in found] == expected
    assert expected[0].endswith(code)
    assert all(problem.message for problem in found)


def test_every_file_belongs_to_a_code() -> None:
    assert {path.stem for path in FILES.glob("*.yaml")} == {*CODES, "everything"}


def test_a_bad_file_is_refused_with_every_error_at_once() -> None:
    """Places, codes and what was meant, exactly; against the real APIs' names."""
    found = check(EVERYTHING.read_bytes(), discover())

    assert [f"{problem.line}:{problem.column} {problem.code}" for problem in found] == _EXPECTED_OF_EVERYTHING
    hints = {problem.line: problem.suggestion for problem in found if problem.suggestion}
    assert hints == {
        6: "jquants.auth_refresh",
        7: "uid2.expired_token",
        14: "reset",
        16: "when",
    }


def test_a_refused_file_says_everything_in_its_message_too() -> None:
    with pytest.raises(RejectedScenario) as refused:
        load(EVERYTHING.read_bytes(), discover(), name="bad.yaml")

    assert len(refused.value.problems) == len(_EXPECTED_OF_EVERYTHING)
    assert refused.value.exit_code == 3
    assert 'bad.yaml:16:5: E102 unknown key "whne" (did you mean "when"?)' in str(refused.value)
    assert "refused for 13 reasons" in str(refused.value)


@pytest.mark.parametrize("code", [code for code in CODES if code.startswith("W")])
def test_a_warning_is_let_through_unless_strict(code: str) -> None:
    text = (FILES / f"{code}.yaml").read_text()

    assert load(text, APIS).name == "x"
    with pytest.raises(RejectedScenario, match=code):
        load(text, APIS, strict=True)
