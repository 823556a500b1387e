"""What a client did wrong over all scenarios: each kind of mistake once, with where it was found and its best proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.judge import Report
from simulator.report.results import Results
from simulator.report.verdict import Outcome, Verdict

_SHOWN: Final = 4
"""Calls that are shown as proof."""


@dataclass(frozen=True, slots=True)
class Found:
    """A mistake in one scenario."""

    report: Report
    verdict: Verdict

    @property
    def proof(self) -> tuple[str, ...]:
        """A line for each of the first calls in question, and how many more there are."""
        verdict = self.verdict
        lines = verdict.evidence or tuple(
            f"#{entry.number} {named(entry)} {entry.status}"
            for entry in self.report.entries
            if entry.number in verdict.entries
        )
        more = len(lines) - _SHOWN
        return (*lines[:_SHOWN], f"… and {more} more") if more > 0 else lines


@dataclass(frozen=True, slots=True)
class Mistake:
    """One kind of mistake. found: where, the best proof first. also: verdicts on its consequences."""

    name: str
    outcome: Outcome
    found: tuple[Found, ...]
    also: tuple[str, ...] = ()

    @property
    def best(self) -> Found:
        """The proof to show."""
        return self.found[0]

    @property
    def verdict(self) -> Verdict:
        """The verdict of the best proof: its rule, source and fix are the same in all."""
        return self.best.verdict

    def outcome_in(self, report: Report) -> Outcome | None:
        """How bad it is in one scenario; None where it was not found."""
        outcomes = [found.verdict.outcome for found in self.found if found.report is report]
        return max(outcomes, key=lambda outcome: outcome.weight, default=None)

    @property
    def reports(self) -> tuple[Report, ...]:
        """The scenarios in which it was found, each once."""
        return tuple({id(found.report): found.report for found in self.found}.values())


def mistakes(results: Results) -> tuple[Mistake, ...]:
    """Every kind of mistake that is not known: failures before warnings, then the one in more scenarios first.

    A finding that follows from another one in every scenario is listed with that one, not separately.
    """
    every = [(report, verdict) for report in results.all_reports for verdict in results.open_findings(report)]
    own = {verdict.name for _, verdict in every if verdict.cause in ("", verdict.name)}
    kinds: dict[str, list[Found]] = {}
    also: dict[str, set[str]] = {}
    for report, verdict in every:
        if verdict.name in own or verdict.cause not in own:
            kinds.setdefault(verdict.name, []).append(Found(report, verdict))
        else:
            also.setdefault(verdict.cause, set()).add(verdict.name)
    made = [_mistake(name, found, sorted(also.get(name, ()))) for name, found in kinds.items()]
    return tuple(sorted(made, key=lambda one: (-one.outcome.weight, -len(one.reports), one.name)))


def named(entry: Entry) -> str:
    """The operation that was called, else method and path."""
    return entry.operation or f"{entry.method} {entry.path}"


def _mistake(name: str, found: Sequence[Found], also: Sequence[str]) -> Mistake:
    ordered = sorted(found, key=_rank)
    return Mistake(name, ordered[0].verdict.outcome, tuple(ordered), tuple(also))


def _rank(found: Found) -> tuple[int, bool, int]:
    """The worst first; then where the scenario is about it; then the shortest journal, which is the easiest to read."""
    about = any(one.text == found.verdict.name for one in found.report.expected)
    return -found.verdict.outcome.weight, not about, len(found.report.entries)
