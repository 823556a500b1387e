"""A report for a pull request: a table of what is wrong, the rest folded away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.report.citations import parts
from simulator.report.judge import Report
from simulator.report.renderings.words import numbers, plural, summary
from simulator.report.verdict import Outcome, Verdict

_SIGNS = {Outcome.FAIL: "❌", Outcome.WARN: "⚠️", Outcome.PASS: "✅", Outcome.INCONCLUSIVE: "➖"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def render(reports: Sequence[Report]) -> str:
    """GitHub's Markdown; whatever comes from outside is escaped."""
    return "\n".join(_report(report) for report in reports) or "Nothing was judged.\n"


def _report(report: Report) -> str:
    lines = [
        f"### {_SIGNS[report.outcome]} {_escaped(report.title)}",
        "",
        f"{summary(report)} · {plural(len(report.entries), 'call')}",
        "",
    ]
    wrong = [verdict for verdict in report.verdicts if verdict.outcome.weight]
    if wrong:
        lines += ["| | verdict | what happened | calls | mend |", "| --- | --- | --- | --- | --- |"]
        lines += [_row(verdict) for verdict in wrong]
        lines.append("")
    if report.expected:
        lines += [
            f"- {_SIGNS[expected.outcome]} expected {_escaped(expected.text)}"
            + (f": {_escaped(expected.remark)}" if expected.remark else "")
            for expected in report.expected
        ]
        lines.append("")
    rest = [verdict for verdict in report.verdicts if not verdict.outcome.weight]
    if rest:
        lines += ["<details><summary>Everything else</summary>", ""]
        lines += [f"- {_SIGNS[verdict.outcome]} `{verdict.name}` {_escaped(verdict.why)}" for verdict in rest]
        lines += ["", "</details>", ""]
    return "\n".join(lines)


def _row(verdict: Verdict) -> str:
    why = f"{_escaped(verdict.why)}<br><sub>{_escaped(verdict.rule)} ({_linked(verdict.source)})</sub>"
    # A bare #12 would link to an issue of that number.
    calls = numbers(verdict.entries).replace("#", "\\#")
    return f"| {_SIGNS[verdict.outcome]} | `{verdict.name}` | {why} | {calls} | {_escaped(verdict.mend)} |"


def _linked(source: str) -> str:
    return "".join(
        f"[{_escaped(part.text)}]({part.url})" if part.url else _escaped(part.text) for part in parts(source)
    )


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;")).replace("\n", "<br>")
