"""Resolves plain YAML scalars: the YAML 1.2 core schema without its surprising conversions.

Only ``true`` and ``false`` (in YAML 1.2's three spellings) are booleans. A number never begins with
``+`` or a superfluous zero, so telephone numbers and codes stay text.
"""

from __future__ import annotations

import re
from typing import Final

Scalar = str | int | float | bool | None

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT: Final = re.compile(r"-?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_SPECIAL: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
LONGEST_NUMBER: Final = 300
"""Digits; longer ones are text. A double ends at 309, and Python refuses integers beyond 4,300."""

# The readings of others: YAML 1.1 (https://yaml.org/type/, as PyYAML has it) and YAML 1.2.2 §10.3.2, to the letter.
_OTHERS: Final = (
    ("a boolean", re.compile(r"yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF")),
    ("a date", re.compile(r"\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d.*", re.ASCII)),
    ("a number in base 60", re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)),
    ("an octal number", re.compile(r"[-+]?0[0-7_]+|[-+]?0o[0-7_]+", re.ASCII)),
    ("a number", re.compile(r"[-+]?0[bB][01_]+|[-+]?0x[0-9a-fA-F_]+|\+?[-0-9][0-9_]*", re.ASCII)),
    ("a number", re.compile(r"[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:[eE][-+]?[0-9]+)?", re.ASCII)),
    ("a number", re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?", re.ASCII)),
    ("a merge of mappings", re.compile(r"<<")),
)
_SIGNS: Final = frozenset({"-", ".", "+", "+-", "-_", "_"})
"""Always text, although the expressions above match it."""
_NUMBERS_OF_1_1: Final = re.compile(
    r"[-+]?(?:0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)"
    r"|(?:[-+]?[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
    re.ASCII,
)
"""Our numbers that YAML 1.1 takes for numbers too, as PyYAML has it; ``1e3``, ``0o17``, ``-.5`` are text there."""


def resolve(text: str) -> Scalar:
    """The value of a plain (unquoted) scalar."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if len(text) > LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text


def read_elsewhere(text: str) -> str | None:
    """The value that other YAML tools read from a plain scalar, when it differs from :func:`resolve`; else None."""
    if len(text) > LONGEST_NUMBER:
        return "a number" if text.strip("-+").isdecimal() else None
    value = resolve(text)
    if isinstance(value, str):
        return next(
            (what for what, form in _OTHERS if form.fullmatch(text) and text not in {"-", ".", "+", "+-"}), None
        )
    if isinstance(value, int | float) and not isinstance(value, bool) and not _NUMBERS_OF_1_1.fullmatch(text):
        return "text"
    return None
