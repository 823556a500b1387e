"""The outcome of one verdict on what a toy client did."""

from __future__ import annotations

from simulator.report import Circumstances, judge
from tests.report.wire import APIS, Wire


def outcome(wire: Wire, name: str, facts: Circumstances | None = None) -> str:
    return next(str(verdict.outcome) for verdict in judge(wire.entries, APIS, facts).verdicts if verdict.name == name)
