"""The schemas that several endpoints share, as components of the document.

The journal's are derived from the types of its entries, so that a new field is described as soon as it exists.
"""

from __future__ import annotations

from typing import Any, Final, get_args, get_type_hints

from simulator.control.endpoint import COUNT, MOMENT, TEXT, Schema, component, items
from simulator.journal.entry import Change, Entry, IssuedEntry, Stray

_SCALARS: Final[dict[object, Schema]] = {str: TEXT, int: {"type": "integer"}, bool: {"type": "boolean"}}
_HIDDEN: Final = frozenset({"number", "at_us", "real_us", "took_us", "ended_us", "delivery_id"})
"""Fields of an entry that its JSON has in another form, or not at all."""
_OUTCOME: Final[Schema] = {"enum": ["pass", "inconclusive", "warn", "fail"]}
_FREE: Final[Schema] = {"type": "object"}


def components() -> dict[str, Schema]:
    """Every shared schema by its name."""
    return {
        "JournalEntry": _entry(),
        "IssuedToken": _object(
            {
                "kind": TEXT,
                "token": TEXT,
                "subject": TEXT,
                "issued_at": MOMENT,
                "events": _moments(),
                "told": items(TEXT),
            },
            optional=("told",),
        ),
        "Report": _REPORT,
        "Verdict": _VERDICT,
        "Expectation": _object({"text": TEXT, "outcome": _OUTCOME, "why": TEXT, "entries": items(COUNT)}),
        "ScenarioReport": _SCENARIO_REPORT,
        "Mistake": _MISTAKE,
        "Problem": _PROBLEM,
    }


def _entry() -> Schema:
    members: dict[str, Schema] = {
        "number": COUNT,
        "at": {**MOMENT, "description": "By the sandbox's clock."},
        "real": {**MOMENT, "description": "By the process's clock."},
        "took_ms": {"type": "number", "description": "Milliseconds to decide the answer."},
    }
    members.update({name: _of_type(kind) for name, kind in get_type_hints(Entry).items() if name not in _HIDDEN})
    members.update({"delivery": TEXT, "odd": items(TEXT), "leaks": items(TEXT), "ended_at": MOMENT})
    always = ("number", "at", "real", "took_ms", "method", "path", "status", "delivery")
    return _object(members, optional=tuple(name for name in members if name not in always))


def _of_type(kind: Any) -> Schema:
    if kind in _SCALARS:
        return _SCALARS[kind]
    inner = get_args(kind)[0]  # tuple[X, ...]
    if inner is IssuedEntry:
        return items(component("IssuedToken"))
    if inner in {Change, Stray}:
        return items(_object(dict.fromkeys(inner._fields, TEXT), optional=inner._fields[1:]))
    return items(_of_type(inner))


def _object(members: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": members,
        "required": [name for name in members if name not in optional],
        "additionalProperties": False,
    }


def _moments() -> Schema:
    return {"type": "object", "additionalProperties": MOMENT}


def _open(members: dict[str, Schema], required: tuple[str, ...]) -> Schema:
    """An object to which members may be added within a version."""
    return {"type": "object", "properties": members, "required": list(required)}


_FINDING: Final[Schema] = _object(
    {
        "path": TEXT,
        "line": COUNT,
        "column": COUNT,
        "code": TEXT,
        "severity": {"enum": ["error", "warning"]},
        "message": TEXT,
        "suggestion": {"type": ["string", "null"]},
    },
    optional=("path", "line", "column"),
)
_PROBLEM: Final[Schema] = {
    **_open(
        {
            "type": {"const": "about:blank"},
            "title": {**TEXT, "description": "The same for every occurrence."},
            "status": {"type": "integer"},
            "detail": {**TEXT, "description": "The value, the place and the remedy."},
            "remedy": {**TEXT, "description": "The end of detail: what to do."},
            "errors": {**items(_FINDING), "description": "Every mistake in a body, a query or a scenario."},
            "known": {**items(TEXT), "description": "The names that exist."},
            "paths": {**items(TEXT), "description": "The paths that exist."},
            "scenarios": {**items(TEXT), "description": "The shipped scenarios."},
            "now": {**MOMENT, "description": "What the clock shows."},
            "ahead": {**items(_FREE), "description": "The next events."},
            "met": {"const": False},
            "count": COUNT,
            "matching": items(COUNT),
            "instead": {
                **items(_object({"entry": component("JournalEntry"), "misses": items(TEXT)})),
                "description": "Other calls, nearest first, with the reasons why they do not match.",
            },
            "waiting": COUNT,
        },
        ("type", "title", "status", "detail"),
    ),
    "description": "RFC 9457, with the extension members of some problems.",
}
_VERDICT: Final[Schema] = _open(
    {
        "name": TEXT,
        "outcome": _OUTCOME,
        "why": TEXT,
        "entries": items(COUNT),
        "question": TEXT,
        "rule": TEXT,
        "source": TEXT,
        "mend": TEXT,
        "cause": TEXT,
        "evidence": items(TEXT),
    },
    ("name", "outcome", "why", "entries"),
)
_SCENARIO_REPORT: Final[Schema] = _open(
    {
        "scenario": TEXT,
        "about": TEXT,
        "outcome": _OUTCOME,
        "exit_status": {"type": ["integer", "null"]},
        "verdicts": items(component("Verdict")),
        "expected": items(component("Expectation")),
        "tokens": items(_FREE),
        "entries": items(component("JournalEntry")),
    },
    ("scenario", "outcome", "verdicts", "expected", "entries"),
)
_MISTAKE: Final[Schema] = _open(
    {"name": TEXT, "outcome": _OUTCOME, "scenarios": items(TEXT), "also": items(TEXT)}, ("name", "outcome")
)
_REPORT: Final[Schema] = _open(
    {
        "version": {"const": 1},
        "outcome": _OUTCOME,
        "headline": TEXT,
        "mistakes": items(component("Mistake")),
        "reports": items(component("ScenarioReport")),
    },
    ("version", "outcome", "reports"),
)
