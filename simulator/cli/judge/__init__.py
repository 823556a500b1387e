"""``simulator judge -- COMMAND…``: run a client once per scenario, and say what it did wrong."""

from __future__ import annotations

from simulator.cli.judge.command import judge

__all__ = ["judge"]
