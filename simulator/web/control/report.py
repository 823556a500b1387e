"""The verdicts on the client, from what the journal keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from simulator.core.call import Reply
from simulator.report.facts import Facts
from simulator.report.judge import judge
from simulator.report.render import FORMATS, MEDIA_TYPES, render
from simulator.sandbox import Sandbox
from simulator.web.control.endpoint import Ask, Endpoint
from simulator.web.control.members import Member, one_of

_ALONE: Final = (
    (
        "Content-Security-Policy",
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ),
)
"""What clients sent is on the page: even if an escape were forgotten, nothing on it would run or be loaded."""


def show(ask: Ask) -> Reply:
    """What the client did well and what it did not, under the scenario that is active now."""
    chosen = ask.query.get("format", "json")
    facts = replace(
        _facts(ask.sandbox),
        finished=ask.query.get("finished") != "false",
        https_offered=ask.simulation.https_offered,
        journal_bound=ask.simulation.journal_bound,
    )
    report = judge(ask.sandbox.journal.entries(), ask.simulation.apis.values(), facts)
    return Reply(200, (("Content-Type", MEDIA_TYPES[chosen]), *_ALONE), render(report, chosen).encode())


def _facts(sandbox: Sandbox) -> Facts:
    scenario = sandbox.stage.scenario
    if scenario is None:
        return Facts()
    return Facts(scenario=scenario.name, about=scenario.about, expect=scenario.expect)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/report",
        show,
        "Verdicts on the client, for people and for machines.",
        {200: {"type": "object"}},
        query=(
            Member("format", one_of(*FORMATS), "How it is written; json when not given."),
            Member("finished", one_of("true", "false"), "false: calls may still come, so silence proves nothing."),
        ),
        media=tuple(MEDIA_TYPES.values()),
    ),
)
