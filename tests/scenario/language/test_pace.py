"""Long work pauses for other threads, leaves the collector alone, and is freed piece by piece."""

from __future__ import annotations

import gc
import weakref
from itertools import count

import pytest

from simulator.scenario.language import pace
from simulator.scenario.language.pace import free_slowly, yielding
from simulator.scenario.loader import load
from tests.scenario.toy_apis import APIS

RULE = "- {when: {operation: door.pass, query: {code: a}}, occurs: {nth: 2}, continue: true, then: {delay: 1s}}\n"


LARGE = 65_536
"""Bytes. Files of this size used to be read with the collector off."""


def _file(rules: int, *, name: str = "large") -> str:
    return f"version: 1\nname: {name}\nrules:\n" + RULE * rules


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every pause that is made, on a watch on which each look takes a second."""
    made: list[object] = []
    watch = count()
    monkeypatch.setattr(pace, "ticks", lambda: float(next(watch)))
    monkeypatch.setattr(pace, "pause", made.append)
    return made


def test_items_come_as_they_are_with_pauses_between(pauses: list[object]) -> None:
    assert list(yielding("abc")) == ["a", "b", "c"]
    assert len(pauses) == 3


def test_short_work_is_not_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(pace, "ticks", lambda: 5.0)
    monkeypatch.setattr(pace, "pause", made.append)
    list(yielding(range(100)))

    assert made == []


def test_every_part_of_reading_steps_aside(pauses: list[object]) -> None:
    """A rule is 20 nodes: each is read, then looked at; and each rule is judged by the model and by every check."""
    load(_file(10), APIS)

    assert len(pauses) > 10 * (20 + 20 + 8)


def test_reading_a_large_file_leaves_the_hosts_collector_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library does not change the garbage collector of the process that it is used in."""
    seen: list[bool] = []
    frozen, thresholds = gc.get_freeze_count(), gc.get_threshold()
    monkeypatch.setattr(pace, "pause", lambda _: seen.append(gc.isenabled()))
    load(_file(LARGE // len(RULE) + 1), APIS)

    assert set(seen) == {True}
    assert (gc.isenabled(), gc.get_freeze_count(), gc.get_threshold()) == (True, frozen, thresholds)


def test_unreachable_cycles_of_the_host_are_freed_after_a_large_file_was_read() -> None:
    class Cycle:
        def __init__(self) -> None:
            self.itself = self

    cycles = [Cycle() for _ in range(100)]
    references = [weakref.ref(cycle) for cycle in cycles]
    load(_file(LARGE // len(RULE) + 1), APIS)
    cycles.clear()
    gc.collect()

    assert sum(reference() is not None for reference in references) <= 1, "the loop variable may hold the last"


def test_letting_go_leaves_nothing() -> None:
    pieces = [object() for _ in range(5)]
    free_slowly(pieces)

    assert pieces == []
