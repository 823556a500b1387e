"""A scenario of the toy APIs at work: what the engine decides, call after call."""

from __future__ import annotations

from datetime import datetime

from simulator.core.model.api import Credentials
from simulator.core.model.call import Call
from simulator.core.model.call_steps import drive
from simulator.scenario.loader import load
from simulator.scenario.rules.decision import Decision
from simulator.scenario.rules.engine import Engine
from simulator.state.memory import MemoryRuleCounters
from tests.scenario.toy_apis import APIS, AT, call

NOBODY = Credentials()


class Run:
    """One scenario with its counters. ``rules`` is the text below ``rules:``; ``head`` stands before it."""

    def __init__(self, rules: str, *, head: str = "", began: datetime = AT) -> None:
        self.scenario = load(f"version: 1\nname: x\n{head}\nrules:\n{rules}\n", APIS, strict=True)
        self.counters = MemoryRuleCounters()
        self.counters.begin(self.scenario.state)
        self.engine = Engine(self.scenario, self.counters, began=began)

    def decide(
        self,
        made: Call | None = None,
        operation: str = "door.pass",
        presented: Credentials = NOBODY,
    ) -> Decision:
        return drive(self.engine.decide(made or call(), operation, presented))

    def fired(self, count: int, made: Call | None = None, presented: Credentials = NOBODY) -> list[tuple[str, ...]]:
        """The ids of the rules that fire in the next calls."""
        return [self.decide(made, presented=presented).rules for _ in range(count)]
