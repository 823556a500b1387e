"""The script and the function that it repeats, held to each other step by step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.core.counting import CounterState, count_and_fire
from simulator.core.rule_counters import AtEnd, MatchedRule, Occurs, Per, StateAge, Step, Window
from simulator.state.store import SandboxState, SandboxStore, StoredScenario
from tests.state.conftest import Worker, opened

STATES = st.sampled_from(["up", "down", "ü ''"])
KEYS = st.sampled_from(["a", "b\x1fsubject", "ü:\x00 c"])
MOMENTS = st.integers(-3, 12).map(lambda tenths: datetime(2024, 1, 4, tzinfo=UTC) + timedelta(seconds=tenths / 10))
SPANS = st.sampled_from([timedelta(microseconds=1), timedelta(milliseconds=300), timedelta(seconds=1), timedelta.max])
NUMBERS = st.integers(1, 4)
AT_ENDS: st.SearchStrategy[AtEnd | Literal["choose"]] = st.sampled_from(["pass", "repeat", "loop", "choose"])
PERS: st.SearchStrategy[Per] = st.sampled_from(["sandbox", "token"])


def counted(kind: str) -> st.SearchStrategy[Occurs]:
    match kind:
        case "nth":
            numbers = st.sets(st.integers(1, 8), min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))
            return numbers.map(lambda found: Occurs("nth", numbers=found))
        case "chance":
            return st.floats(0, 1).map(lambda share: Occurs("chance", probability=share))
        case "first":
            return NUMBERS.map(lambda number: Occurs("first", number))
        case "after":
            return NUMBERS.map(lambda number: Occurs("after", number))
        case _:
            return NUMBERS.map(lambda number: Occurs("every", number))


@st.composite
def candidates(draw: st.DrawFn) -> MatchedRule:
    kind = draw(st.sampled_from(["always", "first", "nth", "after", "every", "chance"]))
    occurs = Occurs() if kind == "always" else draw(counted(kind))
    lasts = st.none() | SPANS
    several = st.lists(st.builds(Step, NUMBERS, st.none() | STATES, lasts, PERS), min_size=1, max_size=3).map(tuple)
    single = st.builds(Step, st.just(1), st.none() | STATES, lasts, PERS).map(lambda step: (step,))
    steps: tuple[Step, ...] = draw(single)
    at_end: AtEnd | Literal["choose"] = "repeat"
    if kind != "chance" and draw(st.booleans()):
        steps, at_end = draw(several), draw(AT_ENDS)
    needs_key = kind != "always" or len(steps) > 1 or at_end == "pass"
    return MatchedRule(
        key=draw(KEYS) if needs_key or draw(st.booleans()) else "",
        occurs=occurs,
        states=draw(st.lists(STATES, max_size=2).map(tuple)),
        steps=steps,
        at_end=at_end,
        window=draw(st.none() | st.builds(Window, KEYS, st.integers(0, 3), SPANS)),
        ends_call=draw(st.booleans()),
        slots=(("sandbox", ""), *draw(st.sampled_from([(), (("token", "token\x1fü\x1f1"),)]))),
        looks=draw(st.sampled_from([("sandbox",), ("token",), ("sandbox", "token")])),
        age=draw(st.none() | st.builds(StateAge, MOMENTS, SPANS, st.none() | SPANS)),
    )


CALLS = st.lists(st.tuples(st.lists(candidates(), min_size=1, max_size=4), MOMENTS), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=CALLS, seed=st.integers(-(2**70), 2**70), state=st.none() | STATES)
def test_the_script_steps_as_the_function_does(
    worker: Worker, calls: list[tuple[list[MatchedRule], datetime]], seed: int, state: str | None
) -> None:
    """Same calls, same seed, same beginning: the same firings, and the same state after each."""
    if not hasattr(worker, "keep"):
        worker.keep = opened(worker())  # type: ignore[attr-defined]  # one connection for all examples
    keep: SandboxStore = worker.keep  # type: ignore[attr-defined]  # set by the fixture above
    keep.change(lambda _: SandboxState(scenario=StoredScenario("", state=state)), restart=True)
    tally, slate = keep.counters, CounterState(state)
    for several, at in calls:
        assert tally.step(several, at, seed) == count_and_fire(slate, several, at, seed)
        assert tally.state() == slate.state
        assert tally.state(at) == slate.state_at(at)
