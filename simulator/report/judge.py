"""judge(): makes a report from a journal, the APIs' tables and the circumstances. It is a pure function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from simulator.core.model.api import Api
from simulator.journal.entry import Entry
from simulator.report.circumstances import Circumstances
from simulator.report.evidence import causes, lines
from simulator.report.expectations import count
from simulator.report.observation import Observation, TokenLife
from simulator.report.verdict import Check, Outcome, Verdict
from simulator.report.verdicts import checks
from simulator.report.verification import CallCount, Filter
from simulator.scenario.scenario import Expectation

FailOn = Literal["warn", "fail"]


@dataclass(frozen=True, slots=True)
class Expected:
    """One line of a scenario's ``expect``: what it asks, and its outcome. entries: the numbers that prove it."""

    text: str
    outcome: Outcome
    why: str
    entries: tuple[int, ...] = ()

    @property
    def remark(self) -> str:
        """Why it is not as expected, or cannot be told; nothing to remark on what is."""
        return "" if self.outcome is Outcome.PASS else self.why


@dataclass(frozen=True, slots=True)
class Report:
    """What a client did under one scenario.

    verdicts: worst first, then by name. expected: in the order of the file.
    entries: the journal that was judged, by number. tokens: those that reached the client, as they came.
    """

    facts: Circumstances
    verdicts: tuple[Verdict, ...]
    expected: tuple[Expected, ...]
    entries: tuple[Entry, ...]
    tokens: tuple[TokenLife, ...]

    @property
    def title(self) -> str:
        """The scenario's name; "no faults" without one."""
        return self.facts.scenario or "no faults"

    @property
    def untested(self) -> str:
        """Why the scenario did not test the client: its situation never arose; "" when it did."""
        if not _is_met(self.facts, self.entries):
            many = len(self.facts.rules) > 1
            return (
                f"no rule of {', '.join(self.facts.rules)} fired" if many else f"rule {self.facts.rules[0]} never fired"
            )
        if self.expected and all(one.outcome is Outcome.INCONCLUSIVE for one in self.expected):
            return f"no occasion for {', '.join(one.text for one in self.expected)}"
        return ""

    @property
    def outcome(self) -> Outcome:
        """The worst of all verdicts and expectations; inconclusive when the scenario did not test the client."""
        outcomes = [verdict.outcome for verdict in self.verdicts] + [expected.outcome for expected in self.expected]
        conclusive = [outcome for outcome in outcomes if outcome is not Outcome.INCONCLUSIVE]
        worst = max(conclusive, key=lambda outcome: outcome.weight, default=Outcome.INCONCLUSIVE)
        return Outcome.INCONCLUSIVE if self.untested and not worst.weight else worst

    @property
    def counts(self) -> dict[Outcome, int]:
        """The number of verdicts for each outcome; every outcome is a key."""
        counted = Counter(verdict.outcome for verdict in self.verdicts)
        return {outcome: counted[outcome] for outcome in reversed(Outcome)}

    def is_failure(self, fail_on: FailOn = "fail") -> bool:
        """Whether CI should stop: at a failure, or at a warning already."""
        return self.outcome.weight >= Outcome(fail_on).weight


def judge(entries: Iterable[Entry], apis: Iterable[Api[Any]], facts: Circumstances | None = None) -> Report:
    """Every verdict on a client, and the scenario's expectations by the same functions.

    entries: a journal, in any order. facts: None when only the journal is known.
    """
    case = Observation(entries, apis, facts if facts is not None else Circumstances())
    verdicts = _with_causes({name: _verdict(name, check, case) for name, check in checks().items()})
    return Report(
        case.facts,
        tuple(
            sorted(verdicts.values(), key=lambda verdict: (-verdict.outcome.weight, _is_open(verdict), verdict.name))
        ),
        tuple(_expected(one, verdicts, case) for one in case.facts.expect),
        case.entries,
        tuple(case.held.values()),
    )


def _verdict(name: str, check: Check, case: Observation) -> Verdict:
    found = check.judge(case)
    if case.facts.lost and not found.outcome.weight:
        why = f"{case.facts.lost} journal entries were lost, so this cannot be told from those that are there: "
        found = replace(found, outcome=Outcome.INCONCLUSIVE, why=why + found.why)
    mend = check.remedy if found.outcome.weight else ""
    numbers = frozenset(found.entries) if found.outcome.weight else frozenset()
    evidence = lines([entry for entry in case.entries if entry.number in numbers])
    return Verdict(
        name,
        found.outcome,
        found.why,
        found.entries,
        check.question,
        check.rule,
        check.source,
        mend,
        evidence=evidence,
    )


def _with_causes(verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
    named = causes({name: one.entries for name, one in verdicts.items() if one.outcome.weight})
    return {name: replace(one, cause=named.get(name, "")) for name, one in verdicts.items()}


def _is_met(facts: Circumstances, entries: Iterable[Entry]) -> bool:
    """Whether the client met the scenario: one of its rules fired, or it has none."""
    return not facts.rules or any(entry.rules for entry in entries)


def _is_open(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.INCONCLUSIVE


def _expected(expectation: Expectation, verdicts: dict[str, Verdict], case: Observation) -> Expected:
    if expectation.verdict is not None:
        found = verdicts.get(expectation.verdict)
        if found is None:
            return Expected(expectation.verdict, Outcome.FAIL, "There is no verdict of this name.")
        return Expected(found.name, found.outcome, found.why, found.entries)
    wanted = CallCount(
        Filter(operations=(expectation.operation,) if expectation.operation else ()),
        expectation.at_least,
        expectation.at_most,
    )
    outcome, why, matching = count(case, wanted)
    return Expected(str(wanted), outcome, why, matching)
