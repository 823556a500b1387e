"""A journal read over HTTP is the journal: JSON out and in again changes nothing."""

from __future__ import annotations

import json
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.journal.entry import Change, Entry, IssuedEntry, Stray
from simulator.journal.from_json import entry_from_json
from simulator.testing import Journal

MICROSECONDS = st.integers(min_value=0, max_value=253_402_300_799_999_999)
TEXT = st.text(max_size=20)
NEVER_SHOWN = {"delivery_id"}
"""Fields that only the simulator's own process has a use for."""
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(min_value=0, max_value=10**9),
    bool: st.booleans(),
    str: TEXT,
    tuple[str, ...]: st.lists(TEXT, max_size=3).map(tuple),
}
ISSUED = st.builds(
    IssuedEntry,
    kind=TEXT,
    token=TEXT,
    subject=TEXT,
    issued_us=MICROSECONDS,
    events_us=st.dictionaries(TEXT, MICROSECONDS, max_size=3).map(lambda events: tuple(events.items())),
    disclosed=BY_TYPE[tuple[str, ...]],
)


def _strategy(name: str, kind: Any) -> st.SearchStrategy[Any]:
    if name in NEVER_SHOWN:
        return st.just("")
    if name == "issued":
        return st.lists(ISSUED, max_size=2).map(tuple)
    if name == "changes":
        return st.lists(st.builds(Change, TEXT, TEXT, TEXT), max_size=2).map(tuple)
    if name == "strays":
        return st.lists(st.builds(Stray, TEXT, TEXT, TEXT), max_size=2).map(tuple)
    if name in {"at_us", "real_us", "ended_us"}:
        return MICROSECONDS
    return BY_TYPE[kind]


ENTRIES = st.builds(Entry, **{name: _strategy(name, kind) for name, kind in get_type_hints(Entry).items()})


@settings(max_examples=150)
@given(ENTRIES)
def test_an_entry_comes_back_as_it_was(entry: Entry) -> None:
    assert entry_from_json(json.loads(json.dumps(entry.as_json()))) == entry


def test_what_a_newer_simulator_tells_besides_is_left_out() -> None:
    document = _entry(1).as_json() | {"mood": "fine"}

    assert entry_from_json(document) == _entry(1)


def test_what_is_no_entry_is_refused() -> None:
    with pytest.raises(KeyError):
        entry_from_json({"number": 1})


def test_a_table_shows_the_newest_calls_and_says_how_many_came_before() -> None:
    lines = Journal(_entry(number) for number in range(1, 101)).table().splitlines()

    assert lines[1] == "… 60 earlier calls"
    assert lines[2].startswith("61 ")
    assert lines[-1].startswith("100 ")
    assert len(lines) == 42


def test_a_table_names_what_was_asked_where_no_operation_was_reached() -> None:
    assert "GET /v1/nowhere" in Journal([_entry(1)._replace(operation="", path="/v1/nowhere", method="GET")]).table()


def test_a_part_of_a_journal_is_one() -> None:
    journal = Journal(_entry(number) for number in (1, 2, 3))

    assert journal[1:] == Journal([_entry(2), _entry(3)])
    assert journal[-1].number == 3
    assert hash(journal[:1]) == hash(Journal([_entry(1)]))
    assert "3 calls" in repr(journal)


def _entry(number: int) -> Entry:
    given: dict[str, Any] = {
        name: {int: 0, bool: False, str: ""}.get(kind, ()) for name, kind in get_type_hints(Entry).items()
    }
    return Entry(**given | {"number": number, "operation": "jquants.auth_refresh", "status": 200})
