"""Error messages for invalid YAML, in the terms of this language."""

from __future__ import annotations

import yaml

from simulator.scenario.language.problem import Problem

_OPENED = {
    "while parsing a flow mapping": 'the "{{" at {}:{} is not closed',
    "while parsing a flow sequence": 'the "[" at {}:{} is not closed',
    "while scanning a quoted scalar": "the quote at {}:{} is not closed",
}
"""The construct that the parser was reading. The mistake is at its start, not where the parser stopped."""


def syntax_problem(error: yaml.YAMLError, text: str) -> Problem:
    """E100, with what to write instead."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    opened = getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    context = getattr(error, "context", None) or ""
    if mark is None:
        return Problem(1, 1, "E100", f"not YAML: {said}")
    lines = text.split("\n")
    if context in _OPENED and opened is not None:
        what = _OPENED[context].format(opened.line + 1, opened.column + 1)
        return Problem(mark.line + 1, mark.column + 1, "E100", f"not YAML: {what}")
    comment = next((n for n in (mark.line - 1, mark.line - 2, mark.line) if _is_slashes(lines, n)), None)
    if comment is not None:
        column = len(lines[comment]) - len(lines[comment].lstrip()) + 1
        return Problem(comment + 1, column, "E100", 'not YAML: a comment begins with "#", not with "//"')
    line = lines[mark.line] if mark.line < len(lines) else ""
    return Problem(mark.line + 1, mark.column + 1, "E100", f"not YAML: {_reason(said, context, line, mark.column)}")


def _is_slashes(lines: list[str], number: int) -> bool:
    return 0 <= number < len(lines) and lines[number].lstrip().startswith("//")


def _reason(said: str, context: str, line: str, column: int) -> str:
    here = line[column : column + 1]
    if "cannot start any token" in said and here == "\t":
        return "a tab; indent with spaces"
    if "cannot start any token" in said:
        return f"a text cannot begin with {here}; quote it"
    if context == "while scanning an alias":
        return '"*" begins an alias; to mean everything, quote it: "*"'
    if "mapping values are not allowed" in said:
        return 'a second ":" in this line, or a deeper line below a value; quote a text that holds ": "'
    if "'-' indicator" in said:
        return 'begin each item of a list with "- ", all at the same indentation'
    return f"{said}{f' ({context})' if context else ''}"
