"""A scenario of the toy APIs at work: what the engine decides, call after call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from simulator.core.api import Presented
from simulator.core.call import Call
from simulator.scenario.decision import Decision
from simulator.scenario.engine import Engine
from simulator.scenario.loader import load
from simulator.state.memory import MemoryTally
from tests.scenario.toy import APIS, AT, call

NOBODY = Presented()


class Run:
    """One scenario with its tally. ``rules`` is the text below ``rules:``; ``head`` stands before it."""

    def __init__(self, rules: str, *, head: str = "", began: datetime = AT) -> None:
        self.scenario = load(f"version: 1\nname: x\n{head}\nrules:\n{rules}\n", APIS, strict=True)
        self.tally = MemoryTally()
        self.tally.begin(self.scenario.state)
        self.engine = Engine(self.scenario, self.tally, began=began)
        self.asked = 0

    def decide(
        self,
        made: Call | None = None,
        operation: str = "door.pass",
        presented: Presented | Callable[[], Presented] = NOBODY,
    ) -> Decision:
        def ask() -> Presented:
            self.asked += 1
            return presented if isinstance(presented, Presented) else presented()

        return self.engine.decide(made or call(), operation, ask)

    def fired(self, count: int, made: Call | None = None, presented: Presented = NOBODY) -> list[tuple[str, ...]]:
        """The ids of the rules that fire in the next calls."""
        return [self.decide(made, presented=presented).rules for _ in range(count)]
