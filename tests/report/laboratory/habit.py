"""What a planted habit is: one deviation from the good client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.report.laboratory.client.apis import Api
from tests.report.laboratory.client.policies import Policies


@dataclass(frozen=True)
class Habit:
    """One bad client.

    verdict: the one that should find it. api: its wire. probe: under which it shows (see ``probes``).
    changes: the policies that differ from the good client's. workers, sessions: as ``program.main`` has them.
    calls: replaces the wire where other calls are made than the good client makes.
    beside: verdicts that are deserved as well, because the wire shows both.
    """

    name: str
    verdict: str
    api: str
    probe: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    workers: int = 1
    sessions: int = 1
    calls: Callable[[Policies], Api] | None = None
    beside: tuple[str, ...] = ()
