"""A report as one self-contained page: no script, nothing loaded, all data escaped, content security policy inside.

It is complete at 400 pixels and at 1,400, in dark, in light and on paper.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from simulator.journal.entry import Entry
from simulator.report.citations import parts
from simulator.report.judge import Report
from simulator.report.mistakes import mistakes
from simulator.report.renderings.picture import draw
from simulator.report.renderings.timeline import Pause, Timeline, lay_out
from simulator.report.renderings.words import columns, delivered, folded, headline, is_single, plural, span
from simulator.report.results import Results
from simulator.report.verdict import Outcome

_SIGNS: Final[Mapping[Outcome | None, str]] = {
    Outcome.FAIL: "✕",
    Outcome.WARN: "!",
    Outcome.PASS: "✓",
    Outcome.INCONCLUSIVE: "–",
    None: "",
}
_NUMBER: Final = re.compile(r"(#\d+)")
_WORTH_SAYING: Final = timedelta(milliseconds=50)
"""Real time between two calls from which on it is shown."""


@dataclass(frozen=True)
class CallRow:
    """A row of a timeline. blamed: how bad the worst finding about this call is, None for none."""

    entry: Entry
    notes: str
    blamed: Outcome | None


@dataclass(frozen=True)
class Section:
    """A scenario as the page shows it. index: from 1, the number in its ids. shown: the calls that have a row."""

    report: Report
    index: int
    timeline: Timeline
    rows: tuple[CallRow | Pause, ...]
    shown: frozenset[int]

    @property
    def picture(self) -> str:
        """The lanes of its tokens as SVG, in which texts are escaped already."""
        return draw(self.timeline)

    @property
    def kinds(self) -> list[str]:
        """The kinds of tokens in the picture, in the order of their colours."""
        return list(dict.fromkeys(lane.held.token.kind for lane in self.timeline.lanes))

    @property
    def has_late_use(self) -> bool:
        """Whether a token was used after its end."""
        return any(dead for lane in self.timeline.lanes for _, _, dead in lane.uses)


def render(results: Results) -> str:
    """The page, complete from doctype to end tag."""
    style = _style()
    found = mistakes(results)
    sections = [section(report, index) for index, report in enumerate(results.all_reports, 1)]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template("page.html")
        .render(
            results=results,
            headline=headline(results, found),
            overall=results.outcome,
            mistakes=found,
            heads=columns(results, found),
            folded=[] if is_single(results) else folded(results),
            sections=sections,
            index={id(each.report): each for each in sections},
            style=style,
            digest=digest,
        )
    )


def section(report: Report, index: int) -> Section:
    """A scenario's calls and lanes, ready for the template ``timeline.html``."""
    timeline = lay_out(report)
    rows = tuple(_rows(report, timeline))
    return Section(
        report, index, timeline, rows, frozenset(row.entry.number for row in rows if isinstance(row, CallRow))
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    made.globals.update(signs=_SIGNS, sign=_SIGNS.__getitem__, plural=plural, parts=parts, duration=span)
    made.filters.update(pieces=_pieces, objectid=id)
    made.tests.update(pause=_is_pause)
    return made


@cache
def _style() -> str:
    return files(__package__).joinpath("templates", "page.css").read_text("utf-8")


def _is_pause(row: object) -> bool:
    return isinstance(row, Pause)


def _pieces(line: str) -> list[tuple[str, int]]:
    """A line cut at numbers of calls: each piece with the number that it is, 0 for other text."""
    return [(piece, int(piece[1:]) if _NUMBER.fullmatch(piece) else 0) for piece in _NUMBER.split(line) if piece]


def _rows(report: Report, timeline: Timeline) -> Iterator[CallRow | Pause]:
    blamed = _blamed(report)
    before: Entry | None = None
    for row in timeline.rows:
        if isinstance(row, Pause):
            yield row
        else:
            yield CallRow(row, ", ".join(_notes(row, before)), blamed.get(row.number))
            before = row


def _blamed(report: Report) -> dict[int, Outcome]:
    found: dict[int, Outcome] = {}
    for verdict in sorted(report.verdicts, key=lambda one: one.outcome.weight):
        if verdict.outcome.weight:
            found |= dict.fromkeys(verdict.entries, verdict.outcome)
    return found


def _notes(entry: Entry, before: Entry | None) -> Sequence[str]:
    """What was special about a call and its answer."""
    waited = timedelta(0) if before is None else timedelta(microseconds=entry.real_us - before.real_us)
    notes = [f"+{span(waited)}"] if waited >= _WORTH_SAYING else []
    notes += [f"rule {rule}" for rule in entry.rules]
    notes += [delivered(entry), f"Retry-After {entry.retry_after}" if entry.retry_after else "", *entry.odd]
    notes += ["client left"] if entry.ended == "left" else []
    return list(filter(None, notes))
