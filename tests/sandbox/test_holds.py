"""Holds: who waits, who is let go on, and how waiting ends."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from simulator.core.errors import UsageError
from simulator.core.model.call import Hold
from simulator.sandbox.holds import MOST_PLACED, HeldCall, Holds, PlacedHold

AT = datetime(2024, 1, 4, tzinfo=UTC)
GATE = Hold("gate")


def _enter(holds: Holds, count: int, hold: Hold = GATE, sandbox: str = "default") -> list[str]:
    """Calls that wait in threads; what each is released with, as "number: fault", in the order of release."""
    released: list[str] = []
    for number in range(count):
        call = holds.enter(sandbox, hold, "x.y", AT)
        call.on_release(partial(_note, released, number, call))
    return released


def _note(released: list[str], number: int, call: HeldCall) -> None:
    released.append(f"{number}: {call()}")


def test_all_go_on_oldest_first() -> None:
    holds = Holds()
    released = _enter(holds, 3)

    assert holds.release("default", "gate") == (3, 0)
    assert released == ["0: None", "1: None", "2: None"]
    assert holds.waiting("default") == []


def test_some_go_on_newest_first_with_a_fault() -> None:
    holds = Holds()
    released = _enter(holds, 3)

    assert holds.release("default", "gate", count=2, order="newest", fault="reset") == (2, 1)
    assert released == ["2: reset", "1: reset"]
    assert holds.release("default", "gate", count=0) == (0, 1)


def test_names_and_sandboxes_are_apart() -> None:
    holds = Holds()
    mine, other, elsewhere = _enter(holds, 1), _enter(holds, 1, Hold("other")), _enter(holds, 1, sandbox="b")
    holds.release("default", "gate")

    assert (mine, other, elsewhere) == (["0: None"], [], [])
    assert holds.names("default") == ["other"]
    assert holds.names("b") == ["gate"]


def test_the_end_of_a_sandboxs_run_lets_all_its_calls_go_on() -> None:
    holds = Holds()
    released, elsewhere = _enter(holds, 2), _enter(holds, 1, sandbox="b")
    holds.end("default")

    assert (len(released), elsewhere) == (2, [])


def test_waiting_for_calls_ends_when_they_have_come() -> None:
    holds = Holds()
    arriving = threading.Thread(target=_enter, args=(holds, 2))
    arriving.start()

    assert holds.wait_for("default", "gate", 2, timedelta(seconds=10)) == 2
    arriving.join()


def test_waiting_for_calls_ends_when_they_do_not_come() -> None:
    holds = Holds()
    _enter(holds, 1)

    assert holds.wait_for("default", "gate", 2, timedelta(0)) == 1


def test_a_call_on_a_thread_goes_on_when_the_limit_is_over() -> None:
    holds = Holds()
    call = holds.enter("default", Hold("gate", limit=timedelta(0)), "x.y", AT)

    assert call() is None
    assert holds.waiting("default") == []


def test_a_call_on_a_loop_goes_on_when_the_limit_is_over() -> None:
    holds = Holds()
    call = holds.enter("default", Hold("gate", limit=timedelta(milliseconds=1)), "x.y", AT)

    async def wait() -> object:
        return await call.begin(asyncio.get_running_loop())

    assert asyncio.run(wait()) is None
    assert holds.waiting("default") == []


def test_a_client_that_has_left_is_not_released_again() -> None:
    holds = Holds()
    call = holds.enter("default", GATE, "x.y", AT)

    async def leave() -> None:
        waiting = call.begin(asyncio.get_running_loop())
        waiting.cancel()
        call.leave()
        call.release("reset")
        await asyncio.sleep(0)

    asyncio.run(leave())

    assert holds.waiting("default") == []


@pytest.mark.parametrize(("pattern", "held"), [("x.y", True), ("x.*", True), ("*", True), ("x.z", False)])
def test_a_hold_is_placed_on_an_operation_or_a_pattern(pattern: str, held: bool) -> None:
    holds = Holds()
    holds.place("default", "gate", PlacedHold(pattern, GATE))

    assert holds.placed("default", "x.y") == (GATE if held else None)
    assert holds.placed("b", "x.y") is None


def test_lifting_a_hold_releases_its_calls_and_holds_no_more() -> None:
    holds = Holds()
    holds.place("default", "gate", PlacedHold("x.y", GATE))
    released = _enter(holds, 1)
    holds.lift("default", "gate")

    assert released == ["0: None"]
    assert holds.placed("default", "x.y") is None
    assert holds.names("default") == []


def test_the_number_of_placed_holds_is_bounded() -> None:
    holds = Holds()
    for number in range(MOST_PLACED):
        holds.place("default", f"h{number}", PlacedHold("x.y", GATE))

    holds.place("default", "h0", PlacedHold("x.z", GATE))
    with pytest.raises(UsageError, match="already"):
        holds.place("default", "one-more", PlacedHold("x.y", GATE))
