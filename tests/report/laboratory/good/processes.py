"""J-Quants in four processes that share a token file under a lock: one refreshes, the others read what it wrote."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.report.laboratory.client.apis import JQuants
from tests.report.laboratory.client.grant import Grant, expiry_of
from tests.report.laboratory.client.policies import Policies, never_due
from tests.report.laboratory.client.program import OwnClock, read_course
from tests.report.laboratory.client.session import GaveUpError, Session
from tests.report.laboratory.client.wire import Connection

_PROCESSES: Final = 4
FILE: Final = "LABORATORY_TOKEN_FILE"


class FileSession(Session):
    """A session whose tokens are those of the file; who renews holds the file's lock and looks into it first."""

    def __init__(self, path: Path) -> None:
        policies = Policies(due=never_due)
        super().__init__(JQuants(policies), policies, OwnClock())
        self._path = path

    def _renew(self, line: Connection) -> None:
        refused = self.held.access
        with self._locked() as kept:
            self.held = kept
            if not kept.access or kept.access == refused:
                super()._renew(line)
                self._write()

    @contextmanager
    def _locked(self) -> Iterator[Grant]:
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = json.loads(self._path.read_text()) if self._path.exists() else {}
            if "gave up" in kept:
                raise GaveUpError(kept["gave up"])
            access = kept.get("id", "")
            try:
                yield Grant(access=access, refresh=kept.get("refresh", ""), dies_at=expiry_of(access))
            except GaveUpError as why:
                self._path.write_text(json.dumps({"gave up": str(why)}))
                raise

    def _write(self) -> None:
        new = self._path.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps({"refresh": self.held.refresh, "id": self.held.access}))
        new.replace(self._path)


def child(session: FileSession) -> int:
    """One process: rounds with the file's tokens."""
    course = read_course()
    with Connection(session.api.base, session.policies.timeout) as line:
        for number in range(course.rounds):
            try:
                session.work(line, number)
            except GaveUpError as why:
                sys.stderr.write(f"gave up: {why}\n")
                return 1
            time.sleep(course.pause)
    return 0


def parent(module: str) -> int:
    """The worst exit status of the children, each this module in a process."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, FILE: str(Path(folder) / "tokens.json")}
        command = (sys.executable, "-m", module, *sys.argv[1:])
        children = [subprocess.Popen(command, env=environment) for _ in range(_PROCESSES)]
        return max(process.wait() for process in children)


if __name__ == "__main__":
    where = os.environ.get(FILE)
    if where is None:
        sys.exit(parent("tests.report.laboratory.good.processes"))
    sys.exit(child(FileSession(Path(where))))
