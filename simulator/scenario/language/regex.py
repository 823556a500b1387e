"""Regular expressions with linear run time for every pattern and text.

Python's own engine backtracks: ``^(a+)+$`` on 40 characters runs for hours, and blocks every other call. RE2 avoids
this: it offers neither look-around nor back-references, and it bounds repetitions and memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_MEMORY: Final = 1 << 20
"""Bytes that RE2 may use for one expression (its own default is 8 MiB)."""
SYNTAX: Final = "https://github.com/google/re2/wiki/Syntax"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled expression. text: as written. found: whether bytes in UTF-8 match it somewhere."""

    text: str
    _found: Callable[[bytes], object] = field(compare=False, repr=False)

    def search(self, text: str) -> bool:
        """Whether the expression matches somewhere in the text."""
        return self._found(text.encode("utf-8", "surrogatepass")) is not None


def compile_regex(text: str) -> Pattern:
    """The compiled expression. Raises :class:`ValueError` with the reason when RE2 rejects it.

    RE2 is imported here, so that only scenarios with an expression pay the import time (5 ms).
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        found = re2.compile(text.encode("utf-8", "surrogatepass"), options)
    except re2.error as error:
        said = error.args[0].decode(errors="replace") if error.args else "not understood"
        raise ValueError(f"{said} (RE2 syntax, {SYNTAX}; no look-around, no back-references)") from None
    return Pattern(text, found.search)
