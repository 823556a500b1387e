"""Tools that other people use on an OpenAPI document: a linter, and a generator of TypeScript types."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from simulator.apis import discover
from simulator.control.dispatch import dispatch
from simulator.core.model.call import Request
from simulator.simulation import Simulation

pytestmark = pytest.mark.slow

TOOLS: Final = ("@redocly/cli@2", "openapi-typescript@7", "typescript@5")
HOME: Final = Path(sys.prefix) / "openapi-tools"
"""Installed once for an environment."""
USE: Final = """
import type { components, paths } from "./simulator";
type Entry = components["schemas"]["JournalEntry"];
type Journal = paths["/_simulator/journal"]["get"]["responses"]["200"]["content"]["application/json"];
type Refresh = paths["/v1/token/auth_refresh"]["post"]["parameters"]["query"];
export const asked: Refresh = { refreshtoken: "x" };
export function last(journal: Journal): Entry | undefined { return journal.entries.at(-1); }
export function why(report: components["schemas"]["Report"]): string[] {
  return report.reports.flatMap((one) => one.verdicts.map((verdict) => verdict.why));
}
"""


@pytest.fixture(scope="module")
def tools() -> Path:
    """The folder of the tools' commands."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    HOME.mkdir(exist_ok=True)
    wanted = HOME / "installed.json"
    if not wanted.is_file() or json.loads(wanted.read_text()) != list(TOOLS):
        done = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--prefix", str(HOME), *TOOLS],
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"npm cannot install the tools: {done.stderr[-200:]}")
        wanted.write_text(json.dumps(TOOLS))
    return HOME / "node_modules" / ".bin"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    reply = dispatch(Simulation(discover()), Request("GET", "/_simulator/openapi.json", "", {}, b""))
    place = tmp_path / "openapi.json"
    place.write_bytes(reply.body)
    return place


def run(*command: str | Path) -> None:
    environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=300, check=False, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_linter_has_nothing_to_say(tools: Path, document: Path) -> None:
    run(tools / "redocly", "lint", "--extends=recommended", "--max-problems=100", document)


def test_types_for_typescript_are_strict(tools: Path, document: Path) -> None:
    run(tools / "openapi-typescript", document, "-o", document.with_name("simulator.d.ts"))
    document.with_name("use.ts").write_text(USE)
    run(tools / "tsc", "--strict", "--noEmit", "--target", "es2022", document.with_name("use.ts"))
