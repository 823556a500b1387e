"""What each client does under each story, as the tables of docs/clients.md: ``python -m clients.measure``.

Time is virtual: a client that sleeps moves the sandbox's clock and its own, and nobody waits. So a row depends on the
client and the scenario alone, and a test can hold the page against a run.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from clients.catalogue import CLIENTS, Client
from clients.drive import Driven, drive
from clients.environment import ROOT, missing
from clients.stories import Story, stories
from simulator.journal.entry import Entry
from simulator.testing import Simulator

PAGE: Final = ROOT / "docs" / "clients.md"
_HEADING: Final = "| scenario | the program's steps: calls, and what came of them | sleeps |\n| --- | --- | --- |\n"
_SAME: Final = {"RemoteDisconnected": "ConnectionResetError", "RemoteProtocolError": "ReadError"}
"""Which of two a reset becomes is a matter of when the client looks."""
_OUTCOMES: Final = {"optout": "opted out", "success": ""}


def row(client: Client, story: Story, simulator: Simulator) -> str:
    """One line of a client's table; the simulator speaks TLS."""
    with simulator.sandbox(f"{client.name}.{story.scenario}.{story.profile}"[:64].rstrip(".-")) as sandbox:
        sandbox.load(_laid_out(story))
        sandbox.clock.freeze(sandbox.clock.now().replace(microsecond=0))  # an HTTP date has no fractions
        driven = drive(client, sandbox, *story.steps, ca_file=simulator.ca_file)
        told = _told(driven, list(sandbox.journal))
    waits = " + ".join(f"{wait:g} s" for wait in driven.waits) or "–"
    return f"| `{story.title}` | {told} | {waits} |"


def table(client: Client, simulator: Simulator, *, slow: bool) -> str:
    """All rows of a client; those of slow stories only when they are wanted."""
    rows = [row(client, story, simulator) for story in stories(client) if slow or not story.slow]
    return _HEADING + "".join(f"{one}\n" for one in rows)


def read_table(page: str, client: Client) -> str:
    """A client's table as it stands on the page. Raises :class:`ValueError` when it has none."""
    found = re.search(_place(client), page, re.S)
    if found is None:
        raise ValueError(f"docs/clients.md has no place for {client.name}.")
    return found["table"]


def write_table(page: str, client: Client, fresh: str) -> str:
    """The page with this table of the client."""
    read_table(page, client)
    return re.sub(_place(client), lambda found: found["before"] + fresh + found["after"], page, flags=re.S)


def _place(client: Client) -> str:
    name = re.escape(client.name)
    return rf"(?P<before><!-- measured: {name} -->\n)(?P<table>.*?)(?P<after><!-- end of {name} -->)"


def _laid_out(story: Story) -> Mapping[str, Any] | str:
    """The shipped scenario, or the same in another profile."""
    from simulator.scenario import shipped

    _, text = shipped.source(story.scenario)
    written = text.decode()
    return written if "\nprofile:" in written else f"{written}\nprofile: {story.profile}\n"


def _told(driven: Driven, journal: list[Entry]) -> str:
    """``auth_user 200, auth_refresh 200, listed_info 200; listed_info 401 → HTTPError (4 times)``."""
    calls = iter(journal)
    steps = [_step(step, calls) for step in driven.steps if not step["step"].startswith(("pause", "elapse"))]
    if driven.crash:
        steps.append(f"**crash**: {driven.crash.partition(': {')[0]}")
    grouped = ((text, len(list(same))) for text, same in groupby(steps))
    return "; ".join(text if many == 1 else f"{text} ({many} times)" for text, many in grouped)


def _step(step: Mapping[str, Any], calls: Iterator[Entry]) -> str:
    name, _, span = step["step"].partition(":")
    if name == "later":
        return f"*{span} later*"
    mine = list(calls) if "calls" not in step else [next(calls) for _ in range(step["calls"])]
    text = ", ".join(_answers(operation, list(same)) for operation, same in groupby(mine, key=_operation))
    outcome = (
        f"`{_SAME.get(step['raised'], step['raised'])}`"
        if "raised" in step
        else _OUTCOMES.get(step.get("status", ""), "")
    )
    if not mine and "raised" in step:
        return f"no call → {outcome}"
    return f"{text} → {outcome}" if outcome else text


def _operation(entry: Entry) -> str:
    return entry.operation.partition(".")[2]


def _answers(operation: str, entries: list[Entry]) -> str:
    answers = " ".join(f"{entry.status}{_broken(entry)}" for entry in entries)
    return f"{operation} {answers}"


def _broken(entry: Entry) -> str:
    if entry.delivery != "prompt":
        return f" ({entry.delivery})"
    return f" ({', '.join(entry.odd)})" if entry.odd else ""


def main() -> None:
    """Measure every client that is installed, and write its table."""
    with Simulator(tls=True) as simulator:
        for client in CLIENTS:
            reason = missing(client)
            if reason:
                sys.stderr.write(f"{reason}; its table stays as it is\n")
                continue
            fresh = table(client, simulator, slow=True)
            PAGE.write_text(write_table(PAGE.read_text(), client, fresh))
            sys.stderr.write(f"{client.name}: measured\n")


if __name__ == "__main__":
    main()
