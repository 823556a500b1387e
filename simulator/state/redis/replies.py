"""The forms that each script's replies can have. Another form: the connection is out of step, or not Redis's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

_FIRED_PARTS: Final = 5
"""Parts for each rule that fired; see ``step.lua``."""
_OPEN_PARTS: Final = 9
"""``ok`` and what is set for a sandbox; see ``open.lua``."""


def is_expected(script: str, reply: Any) -> bool:
    """Whether a script can return this reply."""
    return _REPLIES[script](reply)


def _is_number(value: Any) -> bool:
    return isinstance(value, int)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_told(value: Any) -> bool:
    """The number of a change, and the workers that must acknowledge it with the rest of their leases."""
    return isinstance(value, list) and len(value) == 2 and _is_number(value[0]) and _is_pairs(value[1])


def _is_pairs(value: Any) -> bool:
    return isinstance(value, list) and len(value) % 2 == 0


def _says(*words: str, ok: Callable[[list[Any]], bool]) -> Callable[[Any], bool]:
    """One of these words alone, or ``ok`` followed by valid parts."""

    def fits(reply: Any) -> bool:
        if not isinstance(reply, list) or not reply:
            return False
        return ok(reply[1:]) if reply[0] == "ok" else len(reply) == 1 and reply[0] in words

    return fits


def _is_opened(rest: list[Any]) -> bool:
    return len(rest) == _OPEN_PARTS - 1 and all(isinstance(part, str) for part in rest[:7]) and _is_pairs(rest[7])


def _is_fired(rest: list[Any]) -> bool:
    rows = [rest[at : at + _FIRED_PARTS] for at in range(0, len(rest), _FIRED_PARTS)]
    return all(len(row) == _FIRED_PARTS and all(map(_is_number, row[:3])) for row in rows)


def _is_states(rest: list[Any]) -> bool:
    return len(rest) == 2 and all(state is None or isinstance(state, str) for state in rest)


def _is_written(rest: list[Any]) -> bool:
    return bool(rest) and isinstance(rest[0], str) and (len(rest) == 1 or _is_told(rest[1:]))


def _is_renewed(reply: Any) -> bool:
    return (
        isinstance(reply, list)
        and len(reply) == 5
        and isinstance(reply[0], str)
        and _is_number(reply[1])
        and all(str(part).isdecimal() for part in reply[2:])
    )


def _is_rows(value: Any) -> bool:
    """Rows of a stream: an id, and two fields with their names."""
    return isinstance(value, list) and all(
        isinstance(row, list) and len(row) == 2 and isinstance(row[1], list) and len(row[1]) == 4 for row in value
    )


def _is_journal(reply: Any) -> bool:
    return isinstance(reply, list) and len(reply) == 3 and _is_number(reply[0]) and all(map(_is_rows, reply[1:]))


_REPLIES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "announce": lambda reply: _is_list(reply) and _is_told(reply),
    "change": _says("flushed", "gone", "moved", ok=_is_told),
    "drop": lambda reply: reply == [] or _is_told(reply),
    "forget": _is_number,
    "issued": _is_rows,
    "journal": _is_journal,
    "lost": _is_number,
    "names": _is_list,
    "open": _says("flushed", "none", "full", ok=_is_opened),
    "renew_lease": _is_renewed,
    "state": _says(ok=_is_states),
    "step": _says("flushed", "gone", ok=_is_fired),
    "trim": lambda _: True,
    "write_status": _says("flushed", "gone", ok=_is_written),
}
