"""Long work steps aside: in turns, without the collector, and freed piece by piece."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import count

import pytest

from simulator.scenario.language import pace
from simulator.scenario.language.pace import LARGE, free_slowly, gc_paused, yielding
from simulator.scenario.language.problem import RejectedScenario
from simulator.scenario.loader import check, load
from tests.scenario.toy_apis import APIS

RULE = "- {when: {operation: door.pass, query: {code: a}}, occurs: {nth: 2}, continue: true, then: {delay: 1s}}\n"


def _file(rules: int, *, name: str = "large") -> str:
    return f"version: 1\nname: {name}\nrules:\n" + RULE * rules


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """Other tests go on with a collector that works, and with what they had."""
    assert gc.isenabled()
    yield
    gc.enable()
    gc.unfreeze()


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


def test_a_large_file_is_read_without_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(pace, "pause", lambda _: seen.append(gc.isenabled()))
    load(_file(LARGE // len(RULE) + 1), APIS)

    assert set(seen) == {False}
    assert gc.isenabled()


def test_a_small_file_is_none_of_its_business() -> None:
    frozen = gc.get_freeze_count()
    with gc_paused(LARGE - 1):
        assert gc.isenabled()

    assert gc.get_freeze_count() == frozen


def test_the_collector_works_again_after_a_refusal() -> None:
    bad = _file(LARGE // len(RULE) + 1, name="Large!")
    assert [problem.code for problem in check(bad, APIS)] == ["E113"]
    with pytest.raises(RejectedScenario):
        load(bad, APIS)

    assert gc.isenabled()


def test_two_readers_share_one_rest() -> None:
    with gc_paused(LARGE):
        with gc_paused(LARGE):
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    with gc_paused(LARGE):
        pass

    assert not gc.isenabled()


def test_letting_go_leaves_nothing() -> None:
    pieces = [object() for _ in range(5)]
    free_slowly(pieces)

    assert pieces == []
