"""What ``simulator judge`` says of each client, as docs/gallery: ``python -m clients.gallery [CLIENT…]``, some minutes.

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
from typing import Final

from clients.catalogue import CLIENTS, Client
from clients.environment import ROOT, command, missing, variables
from simulator.apis import discover
from simulator.report import Outcome
from simulator.scenario import shipped

GALLERY: Final = ROOT / "docs" / "gallery"
_SIGNS: Final = {"fail": "❌", "warn": "⚠️", "pass": "✅", "inconclusive": "➖"}
_NAMED: Final = 6
"""More scenarios than these are counted in a cell; the client's page has them."""
_WORST_FIRST: Final = ("fail", "warn", "pass", "inconclusive")

Found = Mapping[str, Sequence[tuple[str, str]]]
"""Verdict → what each scenario found: (outcome, scenario)."""


def scenarios(client: Client) -> list[str]:
    """The shipped ones that concern the client: those of its API, and those of every API."""
    others = tuple(f"{api.name}-" for api in discover() if api.name != client.api)
    return [name for name in shipped.names() if not name.startswith(others)]


def judge(client: Client) -> None:
    """Judge one client under all of them, and write its pages: Markdown and outcomes to keep, HTML to look at."""
    with tempfile.TemporaryDirectory() as folder:
        text, page, data = Path(folder) / "report.md", GALLERY / f"{client.name}.html", Path(folder) / "report.json"
        written = [part for path in (text, page, data) for part in ("--write", str(path))]
        names = ",".join(scenarios(client))
        options = ["--tls", "--scenarios", names, "--profile", "observed", *written]
        ran = subprocess.run(
            [sys.executable, "-m", "simulator", "judge", *options, "--", *command(client)],
            env={**os.environ, **variables(client)},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if ran.returncode not in {0, 1}:
            raise SystemExit(f"{client.name} was not judged: exit {ran.returncode}")
        heading = f"# {client.distribution} {client.version}\n\nBy `make gallery`; see [clients](../clients.md).\n\n"
        _kept(client).write_text(heading + text.read_text())
        outcomes = {
            report["scenario"]: {verdict["name"]: verdict["outcome"] for verdict in report["verdicts"]}
            for report in json.loads(data.read_text())["reports"]
            if report["scenario"] in scenarios(client)
        }
        _outcomes(client).write_text(json.dumps(outcomes, indent=1, sort_keys=True) + "\n")


def index() -> str:
    """The first page: a row a verdict, a column a client that has a page, the worst that any scenario found."""
    pages = {client: outcomes for client in CLIENTS if (outcomes := found(client))}
    heads = [f"[{client.distribution} {client.version}]({client.name}.md)" for client in pages]
    lines = [*_TITLE, f"| verdict | {' | '.join(heads)} |", "| --- |" + " --- |" * len(pages)]
    for verdict in sorted({name for outcomes in pages.values() for name in outcomes}):
        cells = " | ".join(_cell(outcomes.get(verdict, ())) for outcomes in pages.values())
        lines.append(f"| `{verdict}` | {cells} |")
    return "\n".join([*lines, "", *_LEGEND, ""])


_TITLE: Final = (
    "# What the report says of released clients",
    "",
    "`make gallery` runs `simulator judge --tls` on each client of [clients.md](../clients.md), profile `observed`,",
    "under every shipped scenario that concerns it. A cell is the worst that was found, and under which scenarios;",
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


def found(client: Client) -> Found:
    """What the client's runs found; nothing when it was never judged."""
    if not _outcomes(client).is_file():
        return {}
    outcomes: dict[str, list[tuple[str, str]]] = {}
    for scenario, verdicts in json.loads(_outcomes(client).read_text()).items():
        for verdict, outcome in verdicts.items():
            outcomes.setdefault(verdict, []).append((outcome, scenario))
    return outcomes


def _kept(client: Client) -> Path:
    return GALLERY / f"{client.name}.md"


def _outcomes(client: Client) -> Path:
    """Scenario -> verdict -> outcome."""
    return GALLERY / f"{client.name}.json"


def _cell(outcomes: Sequence[tuple[str, str]]) -> str:
    if not outcomes:
        return _SIGNS[Outcome.INCONCLUSIVE.value]
    worst = min((outcome for outcome, _ in outcomes), key=_WORST_FIRST.index)
    where = [scenario for outcome, scenario in outcomes if outcome == worst]
    if worst not in {"fail", "warn"}:
        return _SIGNS[worst]
    named = ", ".join(where) if len(where) <= _NAMED else f"{len(where)} of {len(outcomes)} scenarios"
    return f"{_SIGNS[worst]} {named}"


def main() -> None:
    """Judge the clients named, or all that are installed."""
    GALLERY.mkdir(exist_ok=True)
    present = [client for client in CLIENTS if not missing(client)]
    for client in CLIENTS:
        if client not in present:
            sys.stderr.write(f"{missing(client)}; left out\n")
    named = [client for client in present if client.name in sys.argv[1:]] or present
    with ThreadPoolExecutor(len(named)) as pool:
        list(pool.map(judge, named))
    (GALLERY / "README.md").write_text(index())


if __name__ == "__main__":
    main()
