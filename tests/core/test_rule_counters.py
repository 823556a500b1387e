"""Counting, firing, sequences, windows and states: the step that every backend must take alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator.core.counting import CounterState, count_and_fire
from simulator.core.rule_counters import AtEnd, Fired, MatchedRule, Occurs, Step, Window

AT = datetime(2024, 1, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


def _fires(candidate: MatchedRule, calls: int) -> list[int]:
    """The numbers, from 1, of the calls for which the candidate fires."""
    counters = CounterState()
    return [n for n in range(1, calls + 1) if count_and_fire(counters, [candidate], AT, 0)]


@pytest.mark.parametrize(
    ("occurs", "expected"),
    [
        pytest.param(Occurs(), [1, 2, 3, 4, 5, 6], id="always"),
        pytest.param(Occurs("first", 2), [1, 2], id="the first two"),
        pytest.param(Occurs("nth", numbers=(2, 5)), [2, 5], id="the second and the fifth"),
        pytest.param(Occurs("after", 4), [5, 6], id="after four begins with call five"),
        pytest.param(Occurs("every", 3), [3, 6], id="each multiple of three"),
        pytest.param(Occurs("every", 1), [1, 2, 3, 4, 5, 6], id="every one"),
        pytest.param(Occurs("chance", probability=0.0), [], id="never"),
        pytest.param(Occurs("chance", probability=1.0), [1, 2, 3, 4, 5, 6], id="surely"),
    ],
)
def test_which_of_the_matching_calls(occurs: Occurs, expected: list[int]) -> None:
    assert _fires(MatchedRule("rule", occurs), 6) == expected


def test_chance_falls_on_the_same_calls_every_time_and_on_others_with_another_seed() -> None:
    candidate = MatchedRule("rule", Occurs("chance", probability=0.3))
    runs = [
        [n for n in range(200) if count_and_fire(counters, [candidate], AT, seed)]
        for counters, seed in [(CounterState(), 7), (CounterState(), 7), (CounterState(), 8)]
    ]

    assert runs[0] == runs[1] != runs[2]
    assert 40 < len(runs[0]) < 80


def test_a_rule_counts_calls_that_an_earlier_one_ended() -> None:
    counters = CounterState()
    first, second = MatchedRule("a", Occurs("first", 2)), MatchedRule("b", Occurs("nth", numbers=(3,)))
    fired = [[one.index for one in count_and_fire(counters, [first, second], AT, 0)] for _ in range(4)]

    assert fired == [[0], [0], [1], []]


def test_a_rule_that_continues_lets_later_ones_act() -> None:
    fired = count_and_fire(CounterState(), [MatchedRule(ends_call=False), MatchedRule(), MatchedRule()], AT, 0)

    assert [one.index for one in fired] == [0, 1]


@pytest.mark.parametrize(
    ("at_end", "steps"),
    [
        pytest.param("pass", [0, 0, 1, None, None, None], id="and then no more"),
        pytest.param("repeat", [0, 0, 1, 1, 1, 1], id="the last one again and again"),
        pytest.param("loop", [0, 0, 1, 0, 0, 1], id="from the beginning"),
    ],
)
def test_a_sequence(at_end: AtEnd, steps: list[int | None]) -> None:
    counters = CounterState()
    candidate = MatchedRule("rule", steps=(Step(2), Step(1)), at_end=at_end)
    found = [count_and_fire(counters, [candidate], AT, 0) for _ in range(6)]

    assert [one[0].step if one else None for one in found] == steps


def test_a_sequence_of_one_step_ends_as_well() -> None:
    assert _fires(MatchedRule("rule", steps=(Step(2),), at_end="pass"), 5) == [1, 2]


@pytest.mark.parametrize(
    ("occurs", "steps"),
    [
        pytest.param(Occurs("nth", numbers=(2, 4)), {2: 0, 4: 1}, id="nth"),
        pytest.param(Occurs("after", 3), {4: 0, 5: 1}, id="after"),
        pytest.param(Occurs("every", 2), {2: 0, 4: 1}, id="every"),
        pytest.param(Occurs("first", 3), {1: 0, 2: 1}, id="first"),
    ],
)
def test_a_sequence_goes_by_firings_not_by_calls(occurs: Occurs, steps: dict[int, int]) -> None:
    counters = CounterState()
    candidate = MatchedRule("rule", occurs, steps=(Step(), Step()), at_end="pass")
    found = {n: count_and_fire(counters, [candidate], AT, 0) for n in range(1, 8)}

    assert {n: fired[0].step for n, fired in found.items() if fired} == steps


def test_all_rules_see_the_state_in_which_the_call_arrived() -> None:
    """The first enters b; the second, for b, waits for the next call."""
    counters = CounterState("a")
    candidates = [
        MatchedRule(states=("a",), steps=(Step(next_state="b"),), ends_call=False),
        MatchedRule(states=("b",), steps=(Step(next_state="c"),)),
    ]
    fired = [[one.index for one in count_and_fire(counters, candidates, AT, 0)] for _ in range(3)]

    assert fired == [[0], [1], []]
    assert counters.state == "c"


def test_a_rule_of_another_state_does_not_count() -> None:
    counters = CounterState("a")
    candidate = MatchedRule("rule", states=("b",))
    count_and_fire(counters, [candidate], AT, 0)
    counters.opening = "b"

    assert count_and_fire(counters, [candidate], AT, 0) == (Fired(0, count=1),)


def test_when_several_enter_a_state_the_last_one_stays_and_a_stopped_one_enters_none() -> None:
    counters = CounterState()
    enter = [MatchedRule(steps=(Step(next_state=name),), ends_call=name == "b") for name in "abc"]
    count_and_fire(counters, enter, AT, 0)

    assert counters.state == "b"


def _limited(counters: CounterState, at: datetime, limit: int = 2) -> timedelta | None:
    fired = count_and_fire(counters, [MatchedRule(window=Window("w", limit, MINUTE))], at, 0)
    return fired[0].closes_in if fired else None


def test_a_window_refuses_what_is_above_its_limit_and_says_how_long() -> None:
    counters = CounterState()
    answers = [_limited(counters, AT + timedelta(seconds=10) * n) for n in range(4)]

    assert answers == [None, None, timedelta(seconds=40), timedelta(seconds=30)]


@pytest.mark.parametrize(
    ("later", "opens"),
    [
        pytest.param(MINUTE - TICK, TICK, id="a microsecond inside"),
        pytest.param(MINUTE, None, id="at its end"),
        pytest.param(MINUTE + TICK, None, id="a microsecond past it"),
        pytest.param(-TICK, None, id="before it was opened, by a clock set back"),
    ],
)
def test_the_edges_of_a_window(later: timedelta, opens: timedelta | None) -> None:
    """Opened by the first call, full with the first."""
    counters = CounterState()
    _limited(counters, AT, limit=1)

    assert _limited(counters, AT + later, limit=1) == opens


def test_refused_calls_do_not_keep_a_window_open() -> None:
    counters = CounterState()
    for second in range(60):
        _limited(counters, AT + timedelta(seconds=second), limit=1)

    assert _limited(counters, AT + MINUTE, limit=1) is None


def test_a_limit_of_none_refuses_every_call() -> None:
    assert _limited(CounterState(), AT, limit=0) == MINUTE


def test_the_end_of_the_calendar_is_no_edge() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    counters = CounterState()

    assert [_limited(counters, last, limit=1), _limited(counters, last, limit=1)] == [None, MINUTE]
