"""A problem of a scenario file: its place, its kind, and a suggestion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from simulator.core.errors import ScenarioInvalid

CODES: Final[dict[str, str]] = {
    "E100": "not YAML",
    "E101": "wrong kind of node",
    "E102": "unknown key",
    "E103": "duplicate key",
    "E104": "wrong type",
    "E105": "out of range",
    "E106": "bad duration",
    "E107": "unknown name",
    "E108": "bad regular expression",
    "E109": "missing key",
    "E110": "unknown named error",
    "E111": "keys exclude each other",
    "E112": "unsupported version",
    "E113": "bad name",
    "E203": "two actions that end the call",
    "E204": "state never entered",
    "E207": "duplicate rule id",
    "E208": "the operation cannot have this",
    "E301": "this server cannot inject that fault",
    "W301": "other YAML tools read this differently",
    "W302": "a rule that can never run",
    "W303": "a rule that can never count that far",
}
"""Every code with its meaning. E: error, the file is refused. W: warning, refused with --strict."""
MOST_PROBLEMS: Final = 200
"""Problems of one file that are listed; the last one says how many more there are."""
_LONGEST_SHOWN: Final = 100
"""Characters of a file's text that a message repeats."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    line, column: from 1, as an editor shows them; 0 when the scenario was no text but a Python mapping.
    path: where in a Python mapping, "rules[0].then.delay"; "" for text.
    suggestion: the probably intended text, or None.
    """

    line: int
    column: int
    code: str
    message: str
    suggestion: str | None = None
    path: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether this is a warning, not an error."""
        return self.code.startswith("W")

    def __str__(self) -> str:
        place = self.path if self.line == 0 else f"{self.line}:{self.column}"
        hint = f' (did you mean "{self.suggestion}"?)' if self.suggestion else ""
        return f"{place}: {self.code} {self.message}{hint}"


class RejectedScenario(ScenarioInvalid):
    """The whole scenario was refused. ``problems`` holds all errors and warnings. The active scenario stays."""

    def __init__(self, problems: Sequence[Problem], *, name: str = "scenario") -> None:
        self.problems = tuple(problems)
        count = sum(not problem.is_warning for problem in problems) or len(problems)
        lines = "\n".join(f"{name}:{problem}" for problem in problems)
        super().__init__(f"{name} was refused for {count} {'reason' if count == 1 else 'reasons'}:\n{lines}")


def shown(text: str) -> str:
    """A text of the file in a message: in quotes, and cut where it is long."""
    return f'"{text}"' if len(text) <= _LONGEST_SHOWN else f'"{text[:_LONGEST_SHOWN]}…" ({len(text)} characters)'


def _order(problem: Problem) -> tuple[int, int, str, str]:
    """By place, then code; paths of a mapping with their numbers as numbers."""
    path = re.sub(r"\d+", lambda number: number[0].zfill(8), problem.path)
    return problem.line, problem.column, path, problem.code


def tidy(problems: Sequence[Problem]) -> list[Problem]:
    """Sorted; one of a code in a place, no warning where there is an error, and at most :data:`MOST_PROBLEMS`."""
    wrong = {(p.line, p.column, p.path) for p in problems if not p.is_warning}
    seen: set[tuple[int, int, str, str]] = set()
    kept = []
    for problem in sorted(problems, key=_order):
        here = (problem.line, problem.column, problem.path)
        if problem.is_warning and here in wrong:
            continue
        if (*here, problem.code) not in seen:
            seen.add((*here, problem.code))
            kept.append(problem)
    return kept if len(kept) <= MOST_PROBLEMS else _bounded(kept)


def _bounded(problems: list[Problem]) -> list[Problem]:
    """The first problems, errors before warnings, so that a file with errors always shows an error."""
    errors = [problem for problem in problems if not problem.is_warning]
    kept = sorted([*errors, *(problem for problem in problems if problem.is_warning)][:MOST_PROBLEMS], key=_order)
    more = len(problems) - len(kept)
    return [*kept[:-1], replace(kept[-1], message=f"{kept[-1].message}; {more} more problems are not listed")]
