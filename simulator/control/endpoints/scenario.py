"""The sandbox's scenario: show, load and remove it; and the shipped scenarios."""

from __future__ import annotations

from typing import Any

from simulator.control.endpoint import NOTHING, TEXT, ControlRequest, Endpoint, Schema, answer, items, shape
from simulator.control.refused import ControlRefused
from simulator.core.errors import UsageError
from simulator.core.http.foreign_json import read_json
from simulator.core.model.call import Reply
from simulator.scenario import shipped
from simulator.scenario.language.formats import problem_json
from simulator.scenario.language.problem import RejectedScenario
from simulator.scenario.scenario import Scenario


def show(ask: ControlRequest) -> Reply:
    """The active scenario and its state; ``name`` is null without one."""
    return answer(scenario_json(ask.sandbox.setup.scenario, ask.sandbox.state))


def put(ask: ControlRequest) -> Reply:
    """Run under this scenario from now on, and return its warnings; an invalid one changes nothing.

    Reading it takes no lock, so calls continue.
    """
    from simulator.report.scenario_files import load

    name, text = _text(ask.incoming.body)
    simulation = ask.simulation
    try:
        scenario = load(
            text,
            simulation.scripted,
            served=simulation.apis,
            supported_faults=simulation.wire_faults,
            strict=ask.query.get("strict") == "true",
            name=name,
        )
    except RejectedScenario as invalid:
        raise ControlRefused(
            422,
            "Scenario invalid",
            invalid.message.partition(":\n")[0] + "; errors lists them all.",
            errors=[problem_json(problem) for problem in invalid.problems],
        ) from None
    ask.sandbox.load(scenario)
    return answer(scenario_json(scenario, scenario.state))


def delete(ask: ControlRequest) -> Reply:
    """Remove the active scenario; clock, journal, opt-outs and revocations stay."""
    ask.sandbox.load(None)
    return NOTHING


def listed(ask: ControlRequest) -> Reply:
    """The shipped scenarios, with their descriptions."""
    found = shipped.listed(ask.simulation.scripted)
    return answer({"scenarios": [{"name": one.name, "about": one.about} for one in found]})


def scenario_json(scenario: Scenario | None, state: str | None) -> dict[str, Any]:
    """As the control plane shows it; the text is as it was given."""
    shown = scenario or Scenario(name="")
    return {
        "name": shown.name or None,
        "about": shown.about,
        "tags": list(shown.tags),
        "seed": None if scenario is None else shown.seed,
        "state": None if scenario is None else state,
        "rules": list(shown.rule_ids),
        "source": shown.source,
        "warnings": [problem_json(doubt) for doubt in shown.doubts],
    }


def _text(body: bytes) -> tuple[str, bytes]:
    """The scenario's name for messages, and its text: the body, or the shipped scenario that the body names."""
    if not body.strip():
        raise ControlRefused(
            400, "Bad request", "The body is empty.", remedy='Send YAML or JSON, or {"name": "<shipped scenario>"}.'
        )
    name = _named(body)
    if name is None:
        return "scenario", body
    try:
        return name, shipped.find(name).read_bytes()
    except UsageError as unknown:
        raise ControlRefused(
            404, "No such scenario", unknown.message, remedy=unknown.remedy, scenarios=shipped.names()
        ) from None


def _named(body: bytes) -> str | None:
    """The name in ``{"name": "…"}``, when the body is that and nothing else."""
    if len(body) > 1_000 or not body.lstrip().startswith(b"{"):
        return None
    document = read_json(body, None)
    match document:
        case {"name": str(name)} if len(document) == 1:
            return name
        case _:
            return None


_SCENARIO: Schema = shape(
    name={"type": ["string", "null"]},
    about=TEXT,
    tags=items(TEXT),
    seed={"type": ["integer", "null"]},
    state={"type": ["string", "null"]},
    rules=items(TEXT),
    source=TEXT,
    warnings=items(
        {
            "type": "object",
            "properties": {"code": TEXT, "message": TEXT, "line": {"type": "integer"}, "path": TEXT},
            "required": ["code", "message"],
        }
    ),
)

ENDPOINTS = (
    Endpoint("GET", "/scenario", show, "The active scenario; its name is null without one.", {200: _SCENARIO}),
    Endpoint(
        "PUT",
        "/scenario",
        put,
        'Load a scenario: YAML or JSON text, or {"name": "<shipped>"}; a bad one is refused whole and changes nothing.',
        {200: _SCENARIO},
        query="ScenarioQuery",
        text='A scenario in YAML or JSON, or {"name": "jquants-outage"}; at most 1 MiB.',
        problems={
            404: "No shipped scenario has that name; `scenarios` lists them.",
            422: "The scenario is wrong; `errors` lists every reason with its position, and the old one stays.",
        },
    ),
    Endpoint("DELETE", "/scenario", delete, "Remove the active scenario: answers are normal again.", {204: None}),
    Endpoint(
        "GET",
        "/scenarios",
        listed,
        "The scenarios that ship.",
        {200: shape(scenarios=items(shape(name=TEXT, about=TEXT)))},
    ),
)
