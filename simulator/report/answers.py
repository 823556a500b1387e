"""What an answer means for the client: a success, a refusal, a failure that may pass, or one that is not whole."""

from __future__ import annotations

from typing import Final

from simulator.journal.entry import Change, Entry

_OTHER_UNITS: Final = frozenset({"seconds", "milliseconds"})
"""Conversions of a moment that change its unit only: all else about the answer is as it should be."""
_TRANSIENT: Final = frozenset({408, 425, 429})
"""4xx that are about the moment, not about the call (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4)."""


def is_broken(entry: Entry) -> bool:
    """Whether the answer did not reach the client whole."""
    return entry.ended == "left" or bool(entry.fault)


def succeeded(entry: Entry) -> bool:
    """A status that says yes."""
    return 200 <= entry.status < 300


def refused(entry: Entry) -> bool:
    """A no that stays one: RFC 9110 §15.5 but for what is about the moment (408, 425, 429)."""
    return 400 <= entry.status < 500 and entry.status not in _TRANSIENT and not is_broken(entry)


def transient(entry: Entry) -> bool:
    """A failure that may pass: 5xx, 408, 425, 429, or an answer that broke on its way."""
    return entry.status >= 500 or entry.status in _TRANSIENT or is_broken(entry)


def is_of_unit(change: Change) -> bool:
    """Whether only the unit of a moment was changed."""
    return change.what == "rewritten" and change.how in _OTHER_UNITS


def is_refusal(entry: Entry) -> bool:
    """A refusal that is the API's own word, and not a page of something in front of it."""
    return refused(entry) and not is_spoilt(entry)


def is_spoilt(entry: Entry) -> bool:
    """Whether the body is not what the operation says when it answers so."""
    return not all(map(is_of_unit, entry.changes))
