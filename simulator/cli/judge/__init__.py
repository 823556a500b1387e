"""``simulator judge -- COMMAND…``: run a client once per scenario, and report its errors."""

from __future__ import annotations

from simulator.cli.judge.command import judge

__all__ = ["judge"]
