"""What ``simulator judge`` says of each client, as docs/gallery: ``python -m clients.gallery`` takes some five minutes.

Clients really sleep here, for the verdicts on waits; so they are judged side by side.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from clients.catalogue import CLIENTS, Client
from clients.environment import ROOT, command, missing, variables
from simulator.apis import discover
from simulator.report import Outcome
from simulator.scenario import shipped

GALLERY: Final = ROOT / "docs" / "gallery"
_SIGNS: Final = {"fail": "❌", "warn": "⚠️", "pass": "✅", "inconclusive": "➖"}
_WORST_FIRST: Final = ("fail", "warn", "pass", "inconclusive")

Found = Mapping[str, Sequence[tuple[str, str]]]
"""Verdict → what each scenario found: (outcome, scenario)."""


def scenarios(client: Client) -> list[str]:
    """The shipped ones that concern the client: those of its API, and those of every API."""
    others = tuple(f"{api.name}-" for api in discover() if api.name != client.api)
    return [name for name in shipped.names() if not name.startswith(others)]


def judge(client: Client) -> Found:
    """Judge one client under all of them, and write its pages."""
    with tempfile.TemporaryDirectory() as folder:
        data, text = Path(folder) / "report.json", Path(folder) / "report.md"
        page = GALLERY / f"{client.name}.html"
        written = [part for path in (data, text, page) for part in ("--write", str(path))]
        names = ",".join(scenarios(client))
        options = ["--scenarios", names, "--profile", "observed", *written]
        ran = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", "simulator", "judge", *options, "--", *command(client)],
            env={**os.environ, **variables(client)},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if ran.returncode not in {0, 1}:
            raise SystemExit(f"{client.name} was not judged: exit {ran.returncode}")
        heading = f"# {client.distribution} {client.version}\n\nBy `make gallery`; see [clients](../clients.md).\n\n"
        (GALLERY / f"{client.name}.md").write_text(heading + text.read_text())
        return _found(json.loads(data.read_text())["reports"])


def index(found: Mapping[Client, Found]) -> str:
    """The first page: a row a verdict, a column a client, the worst that any scenario found."""
    clients = list(found)
    heads = [f"[{client.distribution} {client.version}]({client.name}.md)" for client in clients]
    lines = [*_TITLE, f"| verdict | {' | '.join(heads)} |", "| --- |" + " --- |" * len(clients)]
    for verdict in sorted({name for of_one in found.values() for name in of_one}):
        cells = " | ".join(_cell(found[client].get(verdict, ())) for client in clients)
        lines.append(f"| `{verdict}` | {cells} |")
    return "\n".join([*lines, "", *_LEGEND, ""])


_TITLE: Final = (
    "# What the report says of released clients",
    "",
    "`make gallery` runs `simulator judge` on each client of [clients.md](../clients.md), profile `observed`, under",
    "every shipped scenario that concerns it. A cell is the worst that was found, and under which scenarios;",
    "behind a client's name is all of it.",
    "",
)
_LEGEND: Final = (
    "✅ passed · ⚠️ warning · ❌ failed · ➖ never came into the situation.",
    "",
    "A report is about a whole program: the client, and the small driver around it in `clients/drivers`, which asks",
    "for data six times, or renews an identity six times. After an exception that the client is known for it takes its",
    "next turn a quarter of an hour later, by the sandbox's clock and its own.",
)


def _found(reports: Sequence[Mapping[str, Any]]) -> Found:
    found: dict[str, list[tuple[str, str]]] = {}
    for report in reports:
        for verdict in report["verdicts"]:
            found.setdefault(verdict["name"], []).append((verdict["outcome"], report["scenario"]))
    return found


def _cell(outcomes: Sequence[tuple[str, str]]) -> str:
    if not outcomes:
        return _SIGNS[Outcome.INCONCLUSIVE.value]
    worst = min((outcome for outcome, _ in outcomes), key=_WORST_FIRST.index)
    where = [scenario for outcome, scenario in outcomes if outcome == worst]
    return _SIGNS[worst] + (f" {', '.join(where)}" if worst in {"fail", "warn"} else "")


def main() -> None:
    """Judge every client that is installed."""
    GALLERY.mkdir(exist_ok=True)
    present = [client for client in CLIENTS if not missing(client)]
    for client in CLIENTS:
        if client not in present:
            sys.stderr.write(f"{missing(client)}; left out\n")
    with ThreadPoolExecutor(len(present)) as pool:
        found = dict(zip(present, pool.map(judge, present), strict=True))
    (GALLERY / "README.md").write_text(index(found))


if __name__ == "__main__":
    main()
