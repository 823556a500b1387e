"""The verdicts on the client, computed from the journal."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from simulator.control.endpoint import ControlRequest, Endpoint, component
from simulator.core.model.call import Reply
from simulator.report.circumstances import Circumstances
from simulator.report.judge import judge
from simulator.report.render import MEDIA_TYPES, render
from simulator.sandbox.sandbox import Sandbox

_ALONE: Final = (
    (
        "Content-Security-Policy",
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ),
)
"""The page shows what clients sent. If an escape were missing, the page would still run and load nothing."""


def show(ask: ControlRequest) -> Reply:
    """The verdicts on the client under the active scenario."""
    chosen = ask.query.get("format", "json")
    facts = replace(
        _facts(ask.sandbox),
        finished=ask.query.get("finished") != "false",
        https_offered=ask.simulation.https_offered,
        journal_bound=ask.simulation.journal_bound,
        lost=ask.sandbox.journal.lost(),
    )
    report = judge(ask.sandbox.journal.entries(), ask.simulation.apis.values(), facts)
    return Reply(
        200,
        (("Content-Type", MEDIA_TYPES[chosen]), *_ALONE),
        render(report, chosen).encode("utf-8", "backslashreplace"),
    )


def _facts(sandbox: Sandbox) -> Circumstances:
    scenario = sandbox.setup.scenario
    if scenario is None:
        return Circumstances()
    return Circumstances(scenario=scenario.name, about=scenario.about, expect=scenario.expect, rules=scenario.rule_ids)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/report",
        show,
        "Verdicts on the client, for people and for machines.",
        {200: component("Report")},
        query="ReportQuery",
        media=tuple(MEDIA_TYPES.values()),
    ),
)
