"""Classifies an answer: success, refusal, transient failure or broken answer."""

from __future__ import annotations

from typing import Final

from simulator.journal.entry import Change, Entry

_OTHER_UNITS: Final = frozenset({"seconds", "milliseconds"})
"""Conversions that change only the unit of a timestamp. The rest of the answer is correct."""
_TRANSIENT: Final = frozenset({408, 425, 429})
"""4xx statuses that depend on the time of the call, not its content (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4)."""


def is_broken(entry: Entry) -> bool:
    """Whether the client did not receive the complete answer."""
    return entry.ended == "left" or bool(entry.fault)


def succeeded(entry: Entry) -> bool:
    """Whether the status is 2xx."""
    return 200 <= entry.status < 300


def refused(entry: Entry) -> bool:
    """Whether the answer is a permanent refusal: a 4xx (RFC 9110 §15.5) other than 408, 425 and 429."""
    return 400 <= entry.status < 500 and entry.status not in _TRANSIENT and not is_broken(entry)


def transient(entry: Entry) -> bool:
    """Whether the failure is transient: 5xx, 408, 425, 429, or an answer that broke during delivery."""
    return entry.status >= 500 or entry.status in _TRANSIENT or is_broken(entry)


def is_of_unit(change: Change) -> bool:
    """Whether the change affects only the unit of a timestamp."""
    return change.what == "rewritten" and change.how in _OTHER_UNITS


def is_refusal(entry: Entry) -> bool:
    """Whether the API itself refused the call, and not a gateway in front of it."""
    return refused(entry) and not is_spoilt(entry)


def is_spoilt(entry: Entry) -> bool:
    """Whether a rule changed the body in more than the unit of a timestamp."""
    return not all(map(is_of_unit, entry.changes))
