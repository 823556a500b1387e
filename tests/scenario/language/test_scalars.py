"""YAML's traps: what a plain scalar is here, and whether other tools agree."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scenario.language.scalars import Scalar, read_elsewhere, resolve


@pytest.mark.parametrize(
    ("text", "value", "elsewhere"),
    [
        pytest.param("+00000000000", "+00000000000", True, id="a telephone number of zeros"),
        pytest.param("+12345678901", "+12345678901", True, id="a telephone number"),
        pytest.param("12:30", "12:30", True, id="a clock time"),
        pytest.param("010", "010", True, id="a code with a leading zero"),
        pytest.param("09", "09", True, id="an octal that is none"),
        pytest.param("-010", "-010", True, id="a negative code"),
        pytest.param("00.5", "00.5", True, id="a fraction with too many zeros"),
        pytest.param("2024-01-04", "2024-01-04", True, id="a date"),
        pytest.param("2024-01-04T00:00:00Z", "2024-01-04T00:00:00Z", True, id="a moment"),
        pytest.param("on", "on", True, id="on"),
        pytest.param("Off", "Off", True, id="Off"),
        pytest.param("yes", "yes", True, id="yes"),
        pytest.param("NO", "NO", True, id="Norway"),
        pytest.param("1_000", "1_000", True, id="an underscore between digits"),
        pytest.param("0b11", "0b11", True, id="a binary number"),
        pytest.param("<<", "<<", True, id="a merge key"),
        pytest.param("1e3", 1000.0, True, id="an exponent without a point"),
        pytest.param("0o17", 15, True, id="a modern octal"),
        pytest.param("true", True, False, id="true"),
        pytest.param("False", False, False, id="False"),
        pytest.param("null", None, False, id="null"),
        pytest.param("~", None, False, id="a tilde"),
        pytest.param("", None, False, id="nothing"),
        pytest.param("0", 0, False, id="zero"),
        pytest.param("-5", -5, False, id="a negative number"),
        pytest.param("86970", 86970, False, id="a number"),
        pytest.param("0x1F", 31, False, id="a hexadecimal number"),
        pytest.param("0.2", 0.2, False, id="a fraction"),
        pytest.param("1.5e+3", 1500.0, False, id="an exponent"),
        pytest.param("24h", "24h", False, id="a duration"),
        pytest.param("1.2.3", "1.2.3", False, id="a version"),
        pytest.param("-", "-", False, id="a dash"),
        pytest.param("user@example.com", "user@example.com", False, id="a mail address"),
    ],
)
def test_a_plain_scalar(text: str, value: Scalar, elsewhere: bool) -> None:
    found = resolve(text)

    assert (found, type(found)) == (value, type(value))
    assert (read_elsewhere(text) is not None) is elsewhere


def test_infinity_and_nan_are_numbers_of_yaml() -> None:
    assert resolve("-.inf") == float("-inf")
    assert str(resolve(".nan")) == "nan"


def test_a_number_of_a_thousand_digits_is_text() -> None:
    digits = "9" * 1000

    assert resolve(digits) == digits
    assert read_elsewhere(digits) == "a number"


@given(st.text(alphabet="0123456789+-._:eExob", min_size=1, max_size=12))
@settings(max_examples=300)
def test_whatever_pyyaml_reads_otherwise_is_doubtful(text: str) -> None:
    """YAML 1.1 as PyYAML has it: where it sees another type, there is a warning."""
    theirs = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False)).rpartition(":")[2]  # type: ignore[no-untyped-call]  # PyYAML has no types here
    ours = {str: "str", int: "int", float: "float", bool: "bool", type(None): "null"}[type(resolve(text))]

    if theirs != ours:
        assert read_elsewhere(text) is not None
