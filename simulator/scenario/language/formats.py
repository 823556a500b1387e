"""Problems as ``simulator check`` prints them: for people, for programs, for a pull request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from simulator.scenario.language.problem import Problem

Format = Literal["text", "json", "github"]
FORMATS: tuple[Format, ...] = ("text", "json", "github")


def render(found: Mapping[str, Sequence[Problem]], form: Format) -> str:
    """The problems of files (name → its problems, sorted) as text to print; "" for text without problems."""
    match form:
        case "json":
            return json.dumps(as_json(found), ensure_ascii=False, indent=2)
        case "github":
            return "\n".join(_command(name, problem) for name, problems in found.items() for problem in problems)
        case _:
            return "\n".join(f"{name}:{problem}" for name, problems in found.items() for problem in problems)


def as_json(found: Mapping[str, Sequence[Problem]]) -> list[dict[str, Any]]:
    """One object a problem, in order."""
    return [{"file": name, **problem_json(problem)} for name, problems in found.items() for problem in problems]


def problem_json(problem: Problem) -> dict[str, Any]:
    """One problem; ``line`` and ``column`` from 1, or ``path`` for a Python mapping."""
    place: dict[str, Any] = {"line": problem.line, "column": problem.column}
    return {
        **(place if problem.line else {"path": problem.path}),
        "code": problem.code,
        "severity": "warning" if problem.is_warning else "error",
        "message": problem.message,
        "suggestion": problem.suggestion,
    }


def refused(problems: Sequence[Problem], *, strict: bool) -> bool:
    """Whether a file with these problems is refused: warnings count only when ``strict``."""
    return any(strict or not problem.is_warning for problem in problems)


def _command(name: str, problem: Problem) -> str:
    """A workflow command (https://docs.github.com/actions/reference/workflow-commands-for-github-actions)."""
    hint = f' (did you mean "{problem.suggestion}"?)' if problem.suggestion else ""
    kind = "warning" if problem.is_warning else "error"
    place = f",line={problem.line},col={problem.column}" if problem.line else ""
    title = f",title={_property(problem.code)}"
    return f"::{kind} file={_property(name)}{place}{title}::{_data(problem.message + hint)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
