"""What the validator finds in a text, in a form that tables can hold."""

from __future__ import annotations

import re
from collections.abc import Collection

from simulator.scenario.loader import check
from tests.scenario.toy_apis import APIS

HEAD = "version: 1\nname: x\n"


def found(text: str, *, verdicts: Collection[str] | None = None) -> list[str]:
    """``E105 at 0``: each finding, and what stands at its place, up to the next of ``, } ]``."""
    lines = (HEAD + text).split("\n")
    found = check(HEAD + text, APIS, verdicts=verdicts)
    return [f"{p.code} at {re.split('[,}]|(?<!^)]', lines[p.line - 1][p.column - 1 :])[0].strip()}" for p in found]
