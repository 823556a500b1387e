"""JSON from outside, which may be invalid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

DEPTH_LIMIT: Final = 100
"""How many arrays and objects may be open at once.

Python's parser recurses. How deep it can go depends on the Python version and on how deep its caller is,
and an answer must depend on neither. No body of these APIs nests ten levels.
"""

_STRUCTURE: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
"""Strings are matched whole, so that a bracket inside one does not count."""


class NestedTooDeepError(ValueError):
    """The text nests deeper than :data:`DEPTH_LIMIT`."""


def parse_json(text: str | bytes, **hooks: Any) -> Any:
    """The value that the text holds. Takes the hooks of :func:`json.loads`.

    Raises :class:`ValueError` for text that is not JSON, and :class:`NestedTooDeepError`.
    """
    text = decoded(text)
    if text.count("[") + text.count("{") > DEPTH_LIMIT and any(depth > DEPTH_LIMIT for _, depth in brackets(text)):
        raise NestedTooDeepError(f"nested more than {DEPTH_LIMIT} deep")
    return json.loads(text, **hooks)


def read_json(text: str | bytes, otherwise: object) -> Any:
    """The value that the text holds; ``otherwise`` for text that is not JSON: broken, not Unicode, nested too deep."""
    try:
        return parse_json(text)
    except ValueError:
        return otherwise


def decoded(text: str | bytes) -> str:
    """The text of bytes, in the encoding of Unicode that :func:`json.loads` finds. Raises :class:`ValueError`."""
    return text if isinstance(text, str) else text.decode(json.detect_encoding(text), "surrogatepass")


def brackets(text: str) -> Iterator[tuple[int, int]]:
    """Where each bracket outside of strings is, and the level that it opens or closes, 1 for the outermost.

    Kinds are not told apart, and a bracket that closes nothing has a level below 1.
    """
    depth = 0
    for found in _STRUCTURE.finditer(text):
        match found[0]:
            case "[" | "{":
                depth += 1
                yield found.start(), depth
            case "]" | "}":
                yield found.start(), depth
                depth -= 1
