"""The loop knows the real time, and whether its turn is over."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from freezegun import freeze_time

from simulator.server.loop import RealTimeLoop


def test_its_time_goes_on_while_everybody_elses_stands_still() -> None:
    loop = RealTimeLoop()
    try:
        with freeze_time(datetime(2024, 1, 4, tzinfo=UTC)):
            frozen, seen = time.monotonic(), loop.time()
            while loop.time() == seen:
                assert time.monotonic() == frozen
    finally:
        loop.close()


def test_a_turn_is_crowded_until_its_last_callback() -> None:
    loop, seen = RealTimeLoop(), list[bool]()

    def look() -> None:
        seen.append(loop.is_crowded())
        loop.stop()

    try:
        for callbacks in (3, 1):
            for _ in range(callbacks):
                loop.call_soon(look)
            loop.run_forever()
    finally:
        loop.close()
    assert seen == [True, True, False, False]
