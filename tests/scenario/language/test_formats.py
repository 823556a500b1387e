"""Findings as they are printed."""

from __future__ import annotations

import json

import pytest

from simulator.scenario.language.formats import refused, render
from simulator.scenario.language.problem import CODES, Problem

ERROR = Problem(6, 23, "E107", '"a" is no operation', "b")
WARNING = Problem(9, 52, "W301", "010 is text here")
PATH = Problem(0, 0, "E106", "no unit", path="rules[0].then.delay")


def test_as_text_a_line_each() -> None:
    assert render({"x.yaml": [ERROR, WARNING], "y.yaml": [PATH]}, "text").splitlines() == [
        'x.yaml:6:23: E107 "a" is no operation (did you mean "b"?)',
        "x.yaml:9:52: W301 010 is text here",
        "y.yaml:rules[0].then.delay: E106 no unit",
    ]
    assert render({"x.yaml": []}, "text") == ""


def test_as_json_one_object_each() -> None:
    assert json.loads(render({"x.yaml": [ERROR, WARNING, PATH]}, "json")) == [
        {
            "file": "x.yaml",
            "line": 6,
            "column": 23,
            "code": "E107",
            "severity": "error",
            "message": '"a" is no operation',
            "suggestion": "b",
        },
        {
            "file": "x.yaml",
            "line": 9,
            "column": 52,
            "code": "W301",
            "severity": "warning",
            "message": "010 is text here",
            "suggestion": None,
        },
        {
            "file": "x.yaml",
            "path": "rules[0].then.delay",
            "code": "E106",
            "severity": "error",
            "message": "no unit",
            "suggestion": None,
        },
    ]
    assert json.loads(render({}, "json")) == []


def test_for_github_with_what_would_end_a_field_escaped() -> None:
    odd = Problem(1, 2, "E100", "50% of\nthis", None)

    assert render({"a,b:c.yaml": [odd, WARNING, PATH]}, "github").splitlines() == [
        "::error file=a%2Cb%3Ac.yaml,line=1,col=2,title=E100::50%25 of%0Athis",
        "::warning file=a%2Cb%3Ac.yaml,line=9,col=52,title=W301::010 is text here",
        "::error file=a%2Cb%3Ac.yaml,title=E106::no unit",
    ]


@pytest.mark.parametrize(
    ("problems", "strict", "expected"),
    [
        pytest.param([], True, False, id="nothing"),
        pytest.param([WARNING], False, False, id="a doubt"),
        pytest.param([WARNING], True, True, id="a doubt, strictly"),
        pytest.param([ERROR], False, True, id="an error"),
    ],
)
def test_what_refuses(problems: list[Problem], strict: bool, expected: bool) -> None:
    assert refused(problems, strict=strict) is expected


def test_every_code_says_what_it_is_for() -> None:
    assert list(CODES) == sorted(CODES)
    assert all(CODES.values())
