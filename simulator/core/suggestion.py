"""What was probably meant by a name that is not known."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from typing import Final

LONGEST_NAME: Final = 100
"""Characters. A longer text is not a misspelt name, and comparing it would take long."""
_MOST_LOOKUPS: Final = 200
"""Names of one document that get a suggestion."""
_CUTOFF: Final = 0.6
"""Likeness from 0 to 1, as :func:`difflib.get_close_matches` counts it; below it a suggestion confuses."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant by ``name``, or None."""
    if len(name) > LONGEST_NAME:
        return None
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=_CUTOFF)
    return found[0] if found else None


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """`` (did you mean "…"?)``, or nothing."""
    meant = nearest(given, known)
    return f' (did you mean "{meant}"?)' if meant else ""


def quoted(text: str) -> str:
    """A text from outside, in quotes for a message; at most 100 characters of it."""
    return json.dumps(text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + "…", ensure_ascii=False)


class Suggestions:
    """:func:`nearest` for one document, which may hold many thousand unknown names: the first 200 are looked up."""

    def __init__(self) -> None:
        self._left = _MOST_LOOKUPS

    def nearest(self, name: str, known: Iterable[str]) -> str | None:
        """The known name that was probably meant, or None; always None after 200 questions."""
        if self._left == 0:
            return None
        self._left -= 1
        return nearest(name, known)
