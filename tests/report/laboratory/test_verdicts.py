"""The verdicts over real sockets: no good client fails, and planted habits are found by their own verdict.

A part of the laboratory, chosen so that it ends soon: ``python -m tests.report.laboratory`` runs all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from simulator.report import verdicts
from tests.report.laboratory import measuring
from tests.report.laboratory.catalogue import BAD, GOOD, Program, trials_of
from tests.report.laboratory.probing import PROBES, Probe
from tests.report.laboratory.run import Laboratory

QUICK = (
    "six-failures", "second-refresh-503", "second-refresh-reset", "held-answers", "jquants-plan-lost",
    "jquants-401-for-ever", "jquants-password-changed", "odd-answer-twice", "waf-page", "data-redirected",
    "jquants-id-token-dies", "jquants-refresh-token-expired", "jquants-outage", "gateway-html", "lost-answer",
    "rate-limit-silent", "uid2-busy", "uid2-second-refresh-html", "uid2-key-refused", "uid2-opt-out-between-refreshes",
    "uid2-opted-out-from-the-start", "uid2-refresh-token-expired", "jquants-token-missing",
)  # fmt: skip
"""Probes under which a client ends within seconds."""
EACH = 3
"""Probes of a good program, habits of a verdict."""
UNTOLD = {
    "divides-twice": "looks like a client that renews at every visit, and is found by early_refresh",
    "spins-when-the-unit-changes": "the service is at fault as well, and a careful client may look the same",
    "same-person-by-phone": "nothing on the wire says that a phone and a mail address are one person's",
    "shell-exits-on-error": "a program that ends without a word may have meant to",
    "node-new-agent-each-call": "on a busy machine its calls are as far apart as processes are",
}
"""Habits that the wire cannot tell for certain, and why; docs/verdicts.md says so."""
MOST_UNDESERVED = 0.01
FOUND = 0.9
"""Part of the habits that are found even on a machine so busy that waits are no longer the client's."""


def of_good_programs() -> Iterator[tuple[Program, Probe]]:
    """Each under some of the quick probes, another part of them for each program."""
    for number, program in enumerate(GOOD):
        fitting = [PROBES[name] for name in QUICK if program.fits(PROBES[name])]
        yield from ((program, fitting[(number * EACH + step) % len(fitting)]) for step in range(EACH))


def of_bad_programs() -> Iterator[tuple[Program, Probe]]:
    """The first habits of each verdict whose probe is quick, or asks nothing but another pace."""
    slow = {name for name in PROBES if name.startswith(("hang-", "slow-")) or PROBES[name].limit.total_seconds() > 60}
    told = [program for program in BAD if program.name not in UNTOLD and program.probe not in slow]
    ordered = sorted(told, key=lambda program: program.verdict)
    for _, habits in groupby(ordered, key=lambda program: program.verdict):
        yield from ((program, trials_of(program)[0]) for program in [*habits][:EACH])


def test_no_good_client_fails_and_warnings_are_deserved(opened: Laboratory) -> None:
    outcomes = [*opened.run_all(of_good_programs())]
    found = measuring.fairness(outcomes)
    assert found.runs == len(GOOD) * EACH
    assert [(one.program.name, one.probe.name, dict(one.undeserved)) for one in found.failed] == []
    assert len(found.warned) <= MOST_UNDESERVED * found.runs


def test_habits_are_found_by_their_own_verdict(opened: Laboratory) -> None:
    asked = [*of_bad_programs()]
    found = measuring.power(opened.run_all(asked))
    missed = {one.program.name: dict(one.accused) for one in (*found.missed, *found.by_another)}
    assert len(found.found) >= FOUND * len(asked), missed
    without = {*verdicts.names()} - {"no_timeout"} - {one.program.verdict for one in found.found}
    assert without == set(), missed
