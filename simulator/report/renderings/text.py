"""A report for people at a terminal: what is wrong first, with its proof, its rule and its remedy."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from simulator.report.citations import plain
from simulator.report.judge import Expected, Report
from simulator.report.renderings.words import named, numbers, plural, summary
from simulator.report.verdict import Outcome, Verdict

_COLOURS = {Outcome.FAIL: "31", Outcome.WARN: "33", Outcome.PASS: "32", Outcome.INCONCLUSIVE: "2"}
_LABELS = {Outcome.FAIL: "FAIL", Outcome.WARN: "WARN", Outcome.PASS: "pass", Outcome.INCONCLUSIVE: " -  "}
_WIDTH = 110
_PROOF = 4
_INDENT = " " * 8


def render(reports: Sequence[Report], *, colour: bool = False) -> str:
    """Every report, one below the other. colour: with ANSI codes."""
    return "\n".join(_report(report, colour=colour) for report in reports) or "Nothing was judged.\n"


def _report(report: Report, *, colour: bool) -> str:
    lines = [f"{report.title}: {summary(report)} ({plural(len(report.entries), 'call')})", ""]
    for verdict in report.verdicts:
        if verdict.outcome is not Outcome.INCONCLUSIVE:
            lines += _verdict(verdict, report, colour=colour)
    lines += _unseen(report)
    if report.expected:
        lines += ["", "  The scenario expects:"]
        lines += [_expected(expected, colour=colour) for expected in report.expected]
    return "\n".join(lines) + "\n"


def _verdict(verdict: Verdict, report: Report, *, colour: bool) -> list[str]:
    proof = numbers(verdict.entries) if verdict.outcome.weight else ""
    head = f"  {_label(verdict.outcome, colour=colour)}  {verdict.name:<24} {verdict.why}"
    lines = [head]
    if not verdict.outcome.weight:
        return lines
    by_number = {entry.number: entry for entry in report.entries}
    shown = [by_number[number] for number in verdict.entries if number in by_number][:_PROOF]
    calls = ", ".join(f"#{entry.number} {named(entry)} {entry.status}" for entry in shown)
    if len(verdict.entries) > len(shown):
        calls += f", … ({proof})"
    lines += _wrapped("calls", calls)
    lines += _wrapped("rule", f"{verdict.rule} [{plain(verdict.source)}]")
    lines += _wrapped("mend", verdict.mend)
    return [*lines, ""]


def _unseen(report: Report) -> list[str]:
    names = [verdict.name for verdict in report.verdicts if verdict.outcome is Outcome.INCONCLUSIVE]
    return (
        ["", *_wrapped("open", f"{', '.join(names)} (not put to the test, or not to be told from outside)")]
        if names
        else []
    )


def _expected(expected: Expected, *, colour: bool) -> str:
    why = textwrap.indent(expected.remark, _INDENT).lstrip()
    return f"  {_label(expected.outcome, colour=colour)}  {expected.text}{'  ' + why if why else ''}"


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"{_INDENT}{label:<6}",
        subsequent_indent=f"{_INDENT}      ",
        break_long_words=False,
        break_on_hyphens=False,  # an address has to stay whole
    )


def _label(outcome: Outcome, *, colour: bool) -> str:
    label = _LABELS[outcome]
    return f"\x1b[{_COLOURS[outcome]}m{label}\x1b[0m" if colour else label
