"""Checks how often the client called."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from simulator.control.endpoint import COUNT, TEXT, ControlRequest, Endpoint, Schema, answer, component, items, shape
from simulator.control.endpoints.holds import LONGEST_WAIT
from simulator.control.endpoints.journal import known_rule, operations_like
from simulator.control.refused import ControlRefused
from simulator.core.clock import pause, steady
from simulator.core.errors import UsageError
from simulator.core.model.call import Reply
from simulator.report.verification import read_wanted, verify

_LOOK_EVERY: Final = timedelta(milliseconds=10)


def check(ask: ControlRequest) -> Reply:
    """Count the matching calls; if they are too few or too many, list the other calls, nearest first."""
    asked = dict(ask.body)
    within = asked.pop("within", timedelta(0))
    if within > LONGEST_WAIT:
        raise UsageError('"within" is longer than a minute.', remedy="Ask again when the minute is over.")
    wanted = read_wanted(asked)
    journal = ask.sandbox.journal
    entries = journal.entries()
    # A name that can never match would make "at_most" always pass.
    for name in wanted.filter.operations:
        operations_like(ask.simulation, name)
    if wanted.filter.rule is not None:
        known_rule(ask, wanted.filter.rule, entries)
    until = steady() + within.total_seconds()
    while True:
        verified = verify(entries, wanted, bound=ask.simulation.journal_bound, lost=journal.lost())
        if verified.met or steady() >= until:
            break
        pause(_LOOK_EVERY)
        entries = journal.entries()
    document = verified.as_json()
    if verified.met:
        return answer(document)
    raise ControlRefused(422, "Not as wanted", document.pop("message"), **document)


_INSTEAD: Schema = items(shape(entry=component("JournalEntry"), misses=items(TEXT)))

ENDPOINTS = (
    Endpoint(
        "POST",
        "/verify",
        check,
        "Whether as many calls came as wanted; if not, what came instead, nearest first.",
        {
            200: shape(
                met={"const": True},
                count=COUNT,
                matching=items({"type": "integer"}),
                message=TEXT,
                instead=_INSTEAD,
            )
        },
        takes="CallFilter",
        problems={422: "Too few or too many; `count`, `matching` and `instead` tell what came."},
    ),
)
