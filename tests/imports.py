"""What a new interpreter has imported: start-up is imports, and some are not to be paid for by everybody."""

from __future__ import annotations

import subprocess
import sys

_TELL = "; import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def imported_by(code: str) -> tuple[set[str], str]:
    """The packages that were imported once ``code`` (statements, in one line) has run, and what it printed."""
    ran = subprocess.run([sys.executable, "-c", code + _TELL], capture_output=True, text=True, check=True, timeout=60)
    *printed, names = ran.stdout.splitlines()
    return set(names.split()), "\n".join(printed)
