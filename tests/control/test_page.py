"""docs/control.md: every exchange on it is run, and its tables name all that there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

from simulator.cli import main
from simulator.control.endpoints import ENDPOINTS
from tests.service import Serve

PAGE = (Path(__file__).parents[2] / "docs" / "control.md").read_text()
EXCHANGES = re.findall(r"```http\n(\w+) (\S+)\n(.*?)\n?\n(\d{3})\n(.*?)```", PAGE, re.DOTALL)


def pattern(shown: str) -> str:
    """What a page shows, as an expression: ``…`` is anything."""
    return "".join(".*?" if part == "…" else re.escape(part) for part in re.split("(…)", shown.strip()))


def test_every_exchange_goes_as_the_page_says(serve: Serve) -> None:
    """On one simulator, one after another."""
    service = serve()
    assert len(EXCHANGES) == PAGE.count("```http") >= 10
    for method, target, body, status, shown in EXCHANGES:
        answer = service.send(method, target, body=body.strip().encode())
        told = json.dumps(answer.json, ensure_ascii=False) if answer.body else ""
        assert answer.status == int(status), (target, told)
        assert re.fullmatch(pattern(shown), told, re.DOTALL), (target, told)


def test_the_table_has_every_endpoint_and_no_other() -> None:
    rows = re.findall(r"^\| `(GET|PUT|POST|DELETE) ([^`]+)` \|", PAGE, re.MULTILINE)
    there = [(each.method, each.path[1:].replace("<part>", "<name>")) for each in ENDPOINTS]
    assert sorted(rows) == sorted(there)


def test_the_commands_it_names_are_there() -> None:
    named = set(re.findall(r"`simulator (\w+)`", PAGE))
    assert named >= {"clock", "scenario", "journal", "verify", "reset", "sandboxes"}
    assert named <= set(main.list_commands(None))
