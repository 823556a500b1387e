"""The calls and their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final

from simulator.control.endpoint import NOTHING, ControlRequest, Endpoint, answer_rows, component, items, shape
from simulator.control.refused import ControlRefused
from simulator.core.model.call import Reply
from simulator.core.suggestion import did_you_mean, quoted
from simulator.journal.entry import Entry
from simulator.simulation import Simulation

_RULES_SHOWN: Final = 100
"""A scenario may have ten thousand."""


def show(ask: ControlRequest) -> Reply:
    """The kept entries that match all filters, newest last."""
    wanted = ask.query
    filters: list[Callable[[Entry], bool]] = []
    if "operation" in wanted:
        names = operations_like(ask.simulation, wanted["operation"])
        filters.append(lambda entry: entry.operation in names)
    entries = ask.sandbox.journal.entries()
    if "rule" in wanted:
        known_rule(ask, wanted["rule"], entries)
        filters.append(lambda entry: wanted["rule"] in entry.rules)
    if "since" in wanted:
        filters.append(_since(wanted["since"]))
    found = [entry for entry in entries if all(fits(entry) for fits in filters)]
    if "limit" in wanted:
        found = found[len(found) - min(wanted["limit"], len(found)) :]
    return answer_rows("entries", (entry.as_json() for entry in found))


def delete(ask: ControlRequest) -> Reply:
    """Delete the entries; issued tokens stay known, and the numbering continues."""
    ask.sandbox.journal.forget_entries()
    return NOTHING


def known_rule(ask: ControlRequest, rule: str, entries: Iterable[Entry]) -> None:
    """Raise :class:`ControlRefused` for a rule that neither the active scenario nor the journal has."""
    scenario = ask.sandbox.setup.scenario
    known = set() if scenario is None else set(scenario.rule_ids)
    known.update(name for entry in entries for name in entry.rules)
    if rule not in known:
        names = sorted(known)
        raise ControlRefused(
            400,
            "Unknown rule",
            f"{quoted(rule)} is not a rule here{did_you_mean(rule, names)}.",
            remedy=f"Known: {', '.join(names[:_RULES_SHOWN])}." if names else "No scenario is active.",
            known=names[:_RULES_SHOWN],
        )


def operations_like(simulation: Simulation, pattern: str) -> frozenset[str]:
    """The operations that match a name or a pattern such as ``jquants.*``. Raises :class:`ControlRefused`."""
    known = [operation.name for api in simulation.apis.values() for operation in api.operations]
    found = frozenset(_matching(known, pattern))
    if not found:
        raise ControlRefused(
            400,
            "Unknown operation",
            f"{quoted(pattern)} is not an operation{did_you_mean(pattern, known)}.",
            known=known,
        )
    return found


def _matching(known: Iterable[str], pattern: str) -> Iterable[str]:
    if "*" not in pattern:
        return (name for name in known if name == pattern)
    literal = pattern.replace("[", "[[]").replace("?", "[?]")
    return (name for name in known if fnmatchcase(name, literal))


def _since(moment_or_number: datetime | int) -> Callable[[Entry], bool]:
    if isinstance(moment_or_number, datetime):
        return lambda entry: entry.at >= moment_or_number
    return lambda entry: entry.number > moment_or_number


ENDPOINTS = (
    Endpoint(
        "GET",
        "/journal",
        show,
        "The calls that were made, newest last; tokens, keys, passwords and mail addresses are fingerprints.",
        {200: shape(entries=items(component("JournalEntry")))},
        query="JournalQuery",
    ),
    Endpoint("DELETE", "/journal", delete, "Forget the entries.", {204: None}),
)
