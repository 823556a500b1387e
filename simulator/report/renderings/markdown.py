"""A report for a pull request or a job's summary: the result, one table, each mistake once, the rest folded away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from simulator.report.citations import parts
from simulator.report.mistakes import Mistake, mistakes
from simulator.report.renderings.words import columns, folded, headline, is_single, legend
from simulator.report.results import Results
from simulator.report.verdict import Outcome

_SIGNS: Final = {Outcome.FAIL: "❌", Outcome.WARN: "⚠️", Outcome.PASS: "✅", Outcome.INCONCLUSIVE: "➖", None: ""}
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|#~])")
_MOST: Final = 10_000
"""Bytes of a report; mistakes that do not fit are only named."""


def render(results: Results) -> str:
    """GitHub's Markdown; whatever comes from outside is escaped."""
    found = mistakes(results)
    before = [f"## {_SIGNS[results.outcome]} {_escaped(headline(results, found))}", "", *_table(results, found)]
    after = [line for heading, names in _ending(results) for line in _folded(heading, names)]
    after += [f"{_escaped(note)}\n" for note in results.notes]
    room = _MOST - _size(before) - _size(after)
    return "\n".join([*before, *_explanations(found, room), *after]).rstrip("\n") + "\n"


def _ending(results: Results) -> list[tuple[str, list[str]]]:
    if not is_single(results):
        return folded(results)
    (report,) = results.reports
    rest = [f"{_SIGNS[one.outcome]} {one.name}: {one.why}" for one in report.verdicts if not one.outcome.weight]
    expected = [f"{_SIGNS[one.outcome]} {one.text}" for one in report.expected]
    return [(heading, names) for heading, names in (("expected", expected), ("everything else", rest)) if names]


def _table(results: Results, found: Sequence[Mistake]) -> list[str]:
    if not found:
        return []
    heads = columns(results, found)
    lines = [f"| | finding |{''.join(f' {letter} |' for letter, _ in heads)}", f"| --- | --- |{' :-: |' * len(heads)}"]
    for mistake in found:
        cells = "".join(f" {_SIGNS[mistake.outcome_in(report)]} |" for _, report in heads)
        lines.append(f"| {_SIGNS[mistake.outcome]} | `{mistake.name}` |{cells}")
    return [*lines, "", " · ".join(map(_escaped, legend(results, found))), ""]


def _explanations(found: Sequence[Mistake], room: int) -> list[str]:
    lines: list[str] = []
    for index, mistake in enumerate(found):
        block = _explained(mistake)
        if _size(lines) + _size(block) > room:
            rest = ", ".join(f"`{each.name}`" for each in found[index:])
            return [*lines, f"Not shown: {rest}.", ""]
        lines += block
    return lines


def _explained(mistake: Mistake) -> list[str]:
    titles = [report.title for report in mistake.reports]
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    also = f" The same calls show {', '.join(f'`{name}`' for name in mistake.also)}." if mistake.also else ""
    verdict = mistake.verdict
    return [
        f"### {_SIGNS[mistake.outcome]} `{mistake.name}` in {_escaped(titles[0])}{more}",
        "",
        f"{_escaped(verdict.why)}{also}",
        "",
        *(f"- {_escaped(line)}" for line in mistake.best.proof),
        "",
        f"**Fix:** {_escaped(verdict.mend)}<br>**Rule:** {_escaped(verdict.rule)} ({_linked(verdict.source)})",
        "",
    ]


def _folded(heading: str, names: Sequence[str]) -> list[str]:
    listed = "".join(f"- {_escaped(name)}\n" for name in names)
    return [f"<details><summary>{_escaped(heading)} ({len(names)})</summary>", "", listed, "</details>", ""]


def _linked(source: str) -> str:
    return "".join(
        f"[{_escaped(part.text)}]({part.url})" if part.url else _escaped(part.text) for part in parts(source)
    )


def _escaped(text: str) -> str:
    """A bare #12 would link to an issue of that number, so # is escaped as well."""
    return _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;")).replace("\n", "<br>")


def _size(lines: Sequence[str]) -> int:
    return sum(len(line.encode("utf-8", "replace")) + 1 for line in lines)
