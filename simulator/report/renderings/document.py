"""A report for programs: JSON with a version. Keys are only ever added within a version."""

from __future__ import annotations

import json
from typing import Any, Final

from simulator.core.clock import from_microseconds
from simulator.core.moment import format_moment
from simulator.report.citations import plain
from simulator.report.judge import Report
from simulator.report.mistakes import Mistake, mistakes
from simulator.report.observation import TokenLife
from simulator.report.renderings.words import headline
from simulator.report.results import Results

VERSION: Final = 1


def render(results: Results) -> str:
    """``{"version", "outcome", "headline", "mistakes", "reports": [{"scenario", "verdicts", …}]}``, in UTF-8 text."""
    found = mistakes(results)
    document = {
        "version": VERSION,
        "outcome": results.outcome,
        "headline": headline(results, found),
        "mistakes": [_mistake(mistake) for mistake in found],
        "reports": [as_json(report) for report in results.reports],
        "left_out": list(results.left_out),
        "not_judged": list(results.dropped),
        "known": [_known(name, title, reason) for (name, title), reason in results.known.items()],
        "gone": [_known(name, title) for name, title in results.gone],
    }
    if results.first is not None:
        document["first"] = as_json(results.first)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _known(name: str, title: str, reason: str = "") -> dict[str, str]:
    return {"name": name, "scenario": title, **({"reason": reason} if reason else {})}


def _mistake(mistake: Mistake) -> dict[str, Any]:
    return {
        "name": mistake.name,
        "outcome": mistake.outcome,
        "scenarios": [report.facts.scenario for report in mistake.reports],
        "also": list(mistake.also),
    }


def as_json(report: Report) -> dict[str, Any]:
    """One report; moments in RFC 3339, entries as the journal shows them."""
    return {
        "scenario": report.facts.scenario,
        "about": report.facts.about,
        "outcome": report.outcome,
        "untested": report.untested,
        "exit_status": report.facts.exit_status,
        "seconds": report.facts.took.total_seconds(),
        "counts": {str(outcome): number for outcome, number in report.counts.items()},
        "verdicts": [
            {
                "name": verdict.name,
                "outcome": verdict.outcome,
                "why": verdict.why,
                "entries": list(verdict.entries),
                "question": verdict.question,
                "rule": verdict.rule,
                "source": plain(verdict.source),
                "mend": verdict.mend,
                "cause": verdict.cause,
                "evidence": list(verdict.evidence),
            }
            for verdict in report.verdicts
        ],
        "expected": [
            {"text": one.text, "outcome": one.outcome, "why": one.why, "entries": list(one.entries)}
            for one in report.expected
        ],
        "tokens": [_token(held) for held in report.tokens],
        "entries": [entry.as_json() for entry in report.entries],
    }


def _token(held: TokenLife) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": held.token.kind, "token": held.token.token, "entry": held.entry.number}
    if held.expires_us is not None:
        shown["dies"] = format_moment(from_microseconds(held.expires_us))
    return {**shown, "told": held.told}
