"""All planted habits by name."""

from __future__ import annotations

from typing import Final

from tests.report.laboratory.bad import keeping, presenting, reading, renewing, waiting

_ALL: Final = (*waiting.HABITS, *renewing.HABITS, *keeping.HABITS, *presenting.HABITS, *reading.HABITS)
HABITS: Final = {habit.name: habit for habit in _ALL}
assert len(HABITS) == len(_ALL), "two habits have one name"
