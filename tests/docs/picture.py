"""The picture of the README: a client's calls against the lifetimes of its tokens, drawn by the report's own code.

``python -m tests.docs.picture`` writes ``docs/img/timeline-light.svg`` and ``timeline-dark.svg``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Final

import time_machine

from simulator.apis import discover
from simulator.core.model.call import Reply, Request
from simulator.report import Circumstances, judge
from simulator.report.judge import Report
from simulator.report.renderings.page import CallRow, section
from simulator.report.renderings.picture import ROW, draw
from simulator.report.renderings.timeline import Pause
from simulator.report.renderings.words import span
from simulator.sandbox.config import SandboxConfig
from simulator.scenario.loader import load
from simulator.simulation import Simulation

FOLDER: Final = Path(__file__).parent.parent.parent / "docs" / "img"
THEMES: Final = ("light", "dark")
_CSS: Final = Path(__file__).parent.parent.parent / "simulator" / "report" / "renderings" / "templates" / "page.css"
_WIDTH: Final = 720
_LANES: Final = 82
_NUMBER, _TIME, _WHAT, _STATUS, _NOTE = _LANES + 26, _LANES + 40, _LANES + 110, _LANES + 330, _LANES + 368
_START: Final = datetime(2024, 1, 4, 9, 0, tzinfo=UTC)
_SCENARIO: Final = """
version: 1
name: one-outage
rules:
  - id: outage
    when: {operation: jquants.auth_refresh}
    occurs: {nth: [2]}
    then: {error: jquants.server_error}
"""
_ACCOUNT: Final = json.dumps({"mailaddress": "user@example.com", "password": "password"}).encode()


def story() -> Report:
    """A client that uses a token again although it has expired, and meets an outage."""
    apis = discover()
    with time_machine.travel(_START, tick=False) as traveller:
        simulation = Simulation(apis, config=SandboxConfig(scenario=load(_SCENARIO, apis)))

        def call(method: str, path: str, after: timedelta, *, token: str = "", body: bytes = b"") -> dict[str, str]:
            traveller.shift(after)
            headers = {"authorization": f"Bearer {token}", "user-agent": "client"} if method == "GET" else {}
            query = f"refreshtoken={token}" if token and method == "POST" else "code=86970" if method == "GET" else ""
            reply: Reply = simulation.answer(Request(method, f"/v1/{path}", query, headers, body))
            found: dict[str, str] = json.loads(reply.body)
            return found

        second = timedelta(seconds=1)
        refresh = call("POST", "token/auth_user", second, body=_ACCOUNT)["refreshToken"]
        access = call("POST", "token/auth_refresh", second, token=refresh)["idToken"]
        call("GET", "prices/daily_quotes", second, token=access)
        for pause in (timedelta(days=1), 3 * second):
            call("GET", "prices/daily_quotes", pause, token=access)
        call("POST", "token/auth_refresh", second, token=refresh)
        access = call("POST", "token/auth_refresh", 4 * second, token=refresh)["idToken"]
        call("GET", "prices/daily_quotes", second, token=access)
        entries = simulation.sandboxes.default.journal.entries()
    return judge(entries, apis, Circumstances(scenario="one-outage"))


def render(report: Report, theme: str) -> str:
    """The picture as SVG; it needs no font, script or file of its own."""
    shown = section(report, 1)
    height = (len(shown.rows) + 1) * ROW + 12
    found: dict[int, str] = {}
    for verdict in report.verdicts:
        if verdict.outcome.weight:
            found |= {number: verdict.name for number in verdict.entries if report.entries[number - 1].status >= 400}
    rows = "".join(_row(row, index, found) for index, row in enumerate(shown.rows))
    lanes = re.sub("<title>.*?</title>", "", draw(shown.timeline))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'role="img" aria-label="Calls of a client and the lifetimes of its tokens"><style>{_style(theme)}</style>'
        f'<rect class="card" x=".5" y=".5" width="{_WIDTH - 1}" height="{height - 1}" rx="8"/>'
        f'<g transform="translate(8 6)">{lanes}</g>'
        f'<g transform="translate(0 6)">{rows}{_legend(shown.kinds, len(shown.rows))}</g></svg>\n'
    )


def _row(row: CallRow | Pause, index: int, found: Mapping[int, str]) -> str:
    y = index * ROW + ROW // 2 + 5
    if isinstance(row, Pause):
        line = f'<path class="pause" d="M{_WHAT + 110} {y - 5}H{_WIDTH - 16}"/>'
        return f'<text class="soft" x="{_WHAT}" y="{y}">{span(row.span)} later</text>{line}'
    entry = row.entry
    api, _, operation = entry.operation.partition(".")
    wrong = found.get(entry.number, "")
    notes = [f"✕ {wrong}"] if wrong else [f"rule {rule}" for rule in entry.rules]
    return (
        f'<text class="faint number" x="{_NUMBER}" y="{y}">#{entry.number}</text>'
        f'<text class="soft" x="{_TIME}" y="{y}">{entry.at:%H:%M:%S}</text>'
        f'<text x="{_WHAT}" y="{y}"><tspan class="faint">{api}.</tspan>{operation}</text>'
        f'<text class="s{entry.status // 100}" x="{_STATUS}" y="{y}">{entry.status}</text>'
        f'<text class="{"wrong" if wrong else "soft"}" x="{_NOTE}" y="{y}">{escape(", ".join(notes))}</text>'
    )


def _legend(kinds: list[str], rows: int) -> str:
    y = rows * ROW + ROW // 2
    x = 20
    parts = []
    for index, kind in enumerate(kinds):
        text = kind.replace("_", " ")
        parts.append(f'<g class="k{index}"><line class="life" x1="{x}" y1="{y - 8}" x2="{x}" y2="{y + 8}"/></g>')
        parts.append(f'<text class="soft" x="{x + 12}" y="{y + 5}">{text}</text>')
        x += 130
    parts.append(f'<circle class="use late" cx="{x}" cy="{y}" r="4"/>')
    parts.append(f'<text class="soft" x="{x + 12}" y="{y + 5}">used after it had expired</text>')
    return "".join(parts)


def _style(theme: str) -> str:
    """The report's own colours and lines, with the colours of one theme written out."""
    css = _CSS.read_text()
    schemes = [dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in re.findall(r":root \{(.*?)\}", css, re.S)]
    colours = schemes[THEMES.index(theme)]
    lines = [line for line in css.splitlines() if line.startswith((".spine", *_LINES))]
    own = (
        "text{font:14px system-ui,-apple-system,'Segoe UI',sans-serif;fill:var(--ink)}"
        ".soft{fill:var(--soft)}.faint{fill:var(--faint)}.number{text-anchor:end}.wrong{fill:var(--fail);font-weight:600}"
        ".s2{fill:var(--pass)}.s4{fill:var(--warn)}.s5{fill:var(--fail)}.s2,.s4,.s5{font-weight:600}"
        ".card{fill:var(--card);stroke:var(--line)}.pause{stroke:var(--line);stroke-dasharray:4 4}"
    )
    kinds = "".join(f".k{index}{{--k:var(--k{index})}}" for index in range(4))
    return re.sub(r"var\(--(\w[\w-]*)\)", lambda name: colours.get(name[1], name[0]), own + kinds + "".join(lines))


_LINES: Final = (".life", ".on ", ".beyond", ".birth", ".death", ".issue", ".use")


def pictures() -> Iterator[tuple[Path, str]]:
    """(file, SVG) of each theme."""
    report = story()
    for theme in THEMES:
        yield FOLDER / f"timeline-{theme}.svg", render(report, theme)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path, text in pictures():
        path.write_text(text)
