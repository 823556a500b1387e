"""A report for programs: JSON with a version. Keys are only ever added within a version."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from simulator.core.clock import from_microseconds
from simulator.core.moment import format_moment
from simulator.report.citations import plain
from simulator.report.judge import Report
from simulator.report.observation import TokenLife
from simulator.report.renderings.words import worst

VERSION: Final = 1


def render(reports: Sequence[Report]) -> str:
    """``{"version", "outcome", "reports": [{"scenario", "outcome", "verdicts", …}]}``, in UTF-8 text."""
    document = {"version": VERSION, "outcome": worst(reports), "reports": [as_json(report) for report in reports]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_json(report: Report) -> dict[str, Any]:
    """One report; moments in RFC 3339, entries as the journal shows them."""
    return {
        "scenario": report.facts.scenario,
        "about": report.facts.about,
        "outcome": report.outcome,
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
