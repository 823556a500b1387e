"""J-Quants in four processes that share a token file without a lock: each that finds its token refused refreshes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.report.laboratory.client.grant import Grant
from tests.report.laboratory.good import processes


class UnlockedSession(processes.FileSession):
    """Reads the refresh token from the file when it needs it, and looks at nothing else."""

    @contextmanager
    def _locked(self) -> Iterator[Grant]:
        kept = json.loads(self._path.read_text()) if self._path.exists() else {}
        yield Grant(refresh=kept.get("refresh", ""))


if __name__ == "__main__":
    where = os.environ.get(processes.FILE)
    if where is None:
        sys.exit(processes.parent("tests.report.laboratory.bad.processes"))
    sys.exit(processes.child(UnlockedSession(Path(where))))
