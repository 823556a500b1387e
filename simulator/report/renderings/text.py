"""A report for people at a terminal: one table, each mistake once with its proof, rule and fix, the result last."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from simulator.report.citations import REPOSITORY, Part, parts
from simulator.report.mistakes import Mistake, mistakes
from simulator.report.renderings.words import columns, folded, headline, is_single, legend
from simulator.report.results import Results
from simulator.report.verdict import Outcome

WIDTH: Final = 80
"""Columns when nothing else is known."""
_NARROWEST: Final = 70
_LINES: Final = 80
"""Lines that a report should not exceed; mistakes that do not fit are only named."""
_COLOURS: Final = {Outcome.FAIL: "31", Outcome.WARN: "33", Outcome.PASS: "32", Outcome.INCONCLUSIVE: "2"}
_LABELS: Final = {Outcome.FAIL: "FAIL", Outcome.WARN: "WARN"}
_MARKS: Final = {Outcome.FAIL: "x", Outcome.WARN: "!", None: "·"}
_INDENT: Final = " " * 6
_SPACE: Final = "\u00a0"
"""Joins the words of a citation while lines are wrapped."""


def render(results: Results, *, colour: bool = False, width: int = WIDTH, headline_first: bool = False) -> str:
    """The report. colour: with ANSI codes. headline_first: for a file; at a terminal the last line is what is seen."""
    sheet = _Sheet(max(width, _NARROWEST), colour=colour)
    found = mistakes(results)
    title = headline(results, found)
    before = [] if is_single(results) else sheet.table(results, found)
    after = [line for heading, names in _ending(results) for line in sheet.group(heading, names)]
    after += [line for note in (*_untold(results), *results.notes) for line in sheet.wrapped(note)]
    room = _LINES - len(before) - len(after) - 3
    body = [*before, *sheet.explanations(found, room), *after, *([""] if after else [])]
    said = sheet.coloured(title, results.outcome)
    return "\n".join([said, "", *body] if headline_first else [*body, said]).rstrip("\n") + "\n"


def _ending(results: Results) -> list[tuple[str, list[str]]]:
    if not is_single(results):
        return folded(results)
    (report,) = results.reports
    named = {
        "ok": [verdict.name for verdict in report.verdicts if verdict.outcome is Outcome.PASS],
        "– not tested": [verdict.name for verdict in report.verdicts if verdict.outcome is Outcome.INCONCLUSIVE],
        "expected": [f"{each.text} ({_WORDS[each.outcome]})" for each in report.expected],
    }
    return [(heading, names) for heading, names in named.items() if names]


def _untold(results: Results) -> Iterator[str]:
    """Why an expected number of calls is not known, the second line of the reason."""
    for report in results.reports if is_single(results) else ():
        for each in report.expected:
            if each.outcome is Outcome.INCONCLUSIVE:
                yield from islice(each.why.splitlines(), 1, 2)


def _shown(part: Part) -> str:
    """A citation in a sentence, of one piece; an address by its path."""
    if not part.url:
        return part.text
    if part.text != part.url:
        return part.text.replace(" ", _SPACE)
    return part.url.removeprefix(REPOSITORY) if part.url.startswith(REPOSITORY) else part.url.split("/")[2]


_WORDS: Final = {
    Outcome.PASS: "ok",
    Outcome.INCONCLUSIVE: "not tested",
    Outcome.WARN: "warning",
    Outcome.FAIL: "failed",
}


class _Sheet:
    """Lines of one width."""

    def __init__(self, width: int, *, colour: bool) -> None:
        self._width = width
        self._colour = colour

    def coloured(self, text: str, outcome: Outcome | None) -> str:
        """The text in the colour of an outcome, where colours are wanted."""
        return f"\x1b[{_COLOURS[outcome]}m{text}\x1b[0m" if self._colour and outcome is not None else text

    def table(self, results: Results, found: Sequence[Mistake]) -> list[str]:
        """Mistakes by scenarios: a row each, a letter for each scenario, and what the letters stand for."""
        if not found:
            return []
        heads = columns(results, found)
        names = max(len(mistake.name) for mistake in found)
        gap = " " if len(_INDENT) + names + 2 + 2 * len(heads) <= self._width else ""
        lines = [f"{_INDENT}{'':{names}}  {gap.join(letter for letter, _ in heads)}".rstrip()]
        for mistake in found:
            cells = [mistake.outcome_in(report) for _, report in heads]
            marks = gap.join(self.coloured(_MARKS[cell], cell) for cell in cells)
            lines.append(f"{self._label(mistake.outcome)}  {mistake.name:{names}}  {marks}")
        meant = [*legend(results, found), "(x failed, ! warning)"]
        lines += self.wrapped("  ".join(item.replace(" ", _SPACE) for item in meant))
        return [*lines, ""]

    def explanations(self, found: Sequence[Mistake], room: int) -> list[str]:
        """Each mistake with its proof, as long as there is room; a line for each of the others."""
        lines: list[str] = []
        for index, mistake in enumerate(found):
            block = [*self._explained(mistake), ""]
            others = len(found) - index - 1
            if index and len(lines) + len(block) + (others + 2 if others else 0) > room:
                short = [self._clipped(f"{each.name}: {each.verdict.why}", each.outcome) for each in found[index:]]
                return [*lines, *short, f"{_INDENT}(explained in a file: --write report.html)", ""]
            lines += block
        return lines

    def group(self, heading: str, names: Sequence[str]) -> list[str]:
        """Names in one paragraph."""
        joined = ", ".join(name.replace(" ", _SPACE) if len(name) < self._width // 2 else name for name in names)
        return self._wrap(f"{heading} ({len(names)}): {joined}", "", "  ")

    def wrapped(self, text: str) -> list[str]:
        """A paragraph under the labels."""
        return self._wrap(text, _INDENT, _INDENT)

    def _explained(self, mistake: Mistake) -> Iterator[str]:
        titles = [report.title for report in mistake.reports]
        more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
        yield self._clipped(f"{mistake.name} in {titles[0]}{more}", mistake.outcome)
        yield from self.wrapped(mistake.verdict.why)
        for line in mistake.best.proof:
            yield from self._wrap(line, f"{_INDENT}  ", f"{_INDENT}    ")
        if mistake.also:
            yield from self.wrapped(f"The same calls show: {', '.join(mistake.also)}.")
        cited = list(parts(mistake.verdict.source))
        said = "".join(_shown(part) for part in cited)
        for line in self._wrap(f"Rule: {mistake.verdict.rule} [{said}]", _INDENT, f"{_INDENT}      "):
            yield self._linked(line, {_shown(part).replace(_SPACE, " "): part.url for part in cited if part.url})
        fitting = (part.url for part in cited if part.url and len(_INDENT) * 2 + len(part.url) <= self._width)
        yield from (f"{_INDENT * 2}{url}" for url in islice(fitting, 1))
        yield from self._wrap(f"Fix:  {mistake.verdict.mend}", _INDENT, f"{_INDENT}      ")

    def _linked(self, line: str, links: dict[str, str]) -> str:
        """With hyperlinks, at terminals (OSC 8): most addresses are wider than a line."""
        if not (self._colour and links):
            return line
        cited = re.compile("|".join(re.escape(text) for text in sorted(links, key=len, reverse=True)))
        return cited.sub(lambda match: f"\x1b]8;;{links[match[0]]}\x1b\\{match[0]}\x1b]8;;\x1b\\", line)

    def _clipped(self, text: str, outcome: Outcome) -> str:
        """One line under the label of an outcome."""
        room = self._width - len(_INDENT)
        return f"{self._label(outcome)}  {text if len(text) <= room else f'{text[: room - 1]}…'}"

    def _label(self, outcome: Outcome) -> str:
        return self.coloured(_LABELS[outcome], outcome)

    def _wrap(self, text: str, first: str, rest: str) -> list[str]:
        lines = textwrap.wrap(text, self._width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
        return [line.replace(_SPACE, " ") for line in lines]
