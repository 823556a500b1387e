"""Judges the call counts of a scenario's ``expect`` for each person and each run of the client.

A bound is for one client: three people, or a job that runs hourly, call more often without doing wrong. Runs
of a client are distinguished by their connections. Where each call has its own connection, a bound that all calls
together exceed is inconclusive.
"""

from __future__ import annotations

from collections import Counter

from simulator.journal.entry import Entry
from simulator.report.observation import Observation
from simulator.report.verdict import Outcome
from simulator.report.verification import CallCount, Verification, verify


def count(case: Observation, wanted: CallCount) -> tuple[Outcome, str, tuple[int, ...]]:
    """The outcome of the count, the reason, and the numbers of the counted calls."""
    verified = verify(case.entries, wanted, bound=case.facts.journal_bound, lost=case.facts.lost)
    if verified.met:
        return Outcome.PASS, verified.message, verified.matching
    if verified.unknown:
        return Outcome.INCONCLUSIVE, verified.message, verified.matching
    if not _is_met(case):
        return Outcome.INCONCLUSIVE, f"No rule of the scenario fired. {verified.message}", verified.matching
    too_many = wanted.at_most is not None and verified.count > wanted.at_most
    outcome, why = _of_many(case, wanted, verified) if too_many else _of_few(case)
    return outcome, f"{why}{verified.message}", verified.matching


def _is_met(case: Observation) -> bool:
    """Whether the client met the scenario: one of its rules fired, or it has none."""
    return not case.facts.rules or any(entry.rules for entry in case.entries)


def _of_many(case: Observation, wanted: CallCount, verified: Verification) -> tuple[Outcome, str]:
    matching = [entry for entry in case.entries if entry.number in frozenset(verified.matching)]
    counted = [entry for entry in matching if not (case.is_per_session(entry) and _begins_session(case, entry))]
    people = Counter(case.subject(entry) for entry in counted)
    limit = wanted.at_most or 0
    if max(people.values(), default=0) <= limit:
        return Outcome.PASS, "Counted for each person or session it is as expected. "
    runs = Counter((case.subject(entry), entry.connection) for entry in counted)
    if case.connects_each_time:
        return Outcome.INCONCLUSIVE, "The calls may be those of several runs: each had a connection of its own. "
    if max(runs.values()) <= limit:
        return Outcome.PASS, "Counted for each run of the client it is as expected. "
    return Outcome.FAIL, ""


def _begins_session(case: Observation, entry: Entry) -> bool:
    return case.role(entry) == "login" and bool(entry.issued)


def _of_few(case: Observation) -> tuple[Outcome, str]:
    """The outcome for too few calls. Inconclusive where the client gave up after the scenario's answer."""
    fired = [entry for entry in case.entries if entry.rules]
    if fired and case.facts.finished and next(case.after(fired[-1]), None) is None:
        return Outcome.INCONCLUSIVE, "The client made no more calls: it gave up. "
    return Outcome.FAIL, ""
