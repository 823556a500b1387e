"""Earlier answers of operations, for the action ``previous``, which simulates a stale cache in front of the service."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from simulator.core.model.call import Reply
from simulator.core.rule_counters import Per
from simulator.scenario.rules.call_view import CallView

_MOST: Final = 1_000
"""Maximum number of answers that one worker keeps for a sandbox; the least recently used are dropped first."""


class PreviousAnswers:
    """The last answer of each operation by its owner. Kept in this process: each worker repeats its own answers.

    kept: for each operation that a rule may repeat, whose answers are told apart.
    """

    def __init__(self, kept: Mapping[str, tuple[Per, ...]]) -> None:
        self._kept = kept
        self._answers: OrderedDict[tuple[str, Per, str], Reply] = OrderedDict()

    def of(self, operation: str, per: Per, view: CallView) -> Reply | None:
        """The previous answer of the operation, or None."""
        key = (operation, per, view.counted_by(per))
        reply = self._answers.get(key)
        if reply is not None:
            self._answers.move_to_end(key)
        return reply

    def keep(self, operation: str, view: CallView, reply: Reply) -> None:
        """Keep the answer of the operation."""
        for per in self._kept.get(operation, ()):
            key = (operation, per, view.counted_by(per))
            self._answers[key] = reply
            self._answers.move_to_end(key)
            while len(self._answers) > _MOST:
                self._answers.popitem(last=False)
