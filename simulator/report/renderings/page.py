"""A report as one self-contained page: no script, nothing loaded, all data escaped, content security policy inside.

It reads at 400 pixels and at 1,400, in dark and in light.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from importlib.resources import files
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.citations import parts
from simulator.report.judge import Expected, Report
from simulator.report.renderings.picture import draw
from simulator.report.renderings.timeline import Pause, Timeline, lay_out
from simulator.report.renderings.words import plural, span
from simulator.report.results import Results
from simulator.report.verdict import Outcome, Verdict

_SIGNS: Final = {Outcome.FAIL: "✕", Outcome.WARN: "!", Outcome.PASS: "✓", Outcome.INCONCLUSIVE: "–"}
_HEADLINES: Final = {
    Outcome.FAIL: "The client has something to mend.",
    Outcome.WARN: "The client works; look at the warnings.",
    Outcome.PASS: "The client did everything right.",
    Outcome.INCONCLUSIVE: "The client was not put to the test.",
}


def render(results: Results) -> str:
    """The page, complete from doctype to end tag."""
    reports = results.all_reports
    style = files(__package__).joinpath("page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    overall = results.outcome
    body = "".join(_report(report, index) for index, report in enumerate(reports, 1)) or "<p>Nothing was judged.</p>"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        f"style-src 'sha256-{digest}'\">"
        '<link rel="icon" href="data:,">'
        f"<title>Client report: {overall}</title><style>{style}</style></head><body>"
        f'<header class="top {overall}"><p class="eyebrow">Client report</p><h1>{_HEADLINES[overall]}</h1>'
        f"{_contents(reports)}</header><main>{body}</main></body></html>\n"
    )


def _contents(reports: Sequence[Report]) -> str:
    if len(reports) < 2:
        return ""
    links = "".join(
        f'<li><a class="{report.outcome}" href="#r{index}"><b>{_SIGNS[report.outcome]}</b> '
        f"{escape(report.title)}</a></li>"
        for index, report in enumerate(reports, 1)
    )
    return f'<nav aria-label="Scenarios"><ul>{links}</ul></nav>'


def _report(report: Report, index: int) -> str:
    about = f'<p class="about">{escape(report.facts.about)}</p>' if report.facts.about else ""
    chips = "".join(
        f'<span class="chip {outcome}"><b>{number}</b> {outcome}</span>'
        for outcome, number in report.counts.items()
        if number
    )
    calls = plural(len(report.entries), "call")
    timeline = lay_out(report)
    shown = frozenset(row.number for row in timeline.rows if isinstance(row, Entry))
    told = [verdict for verdict in report.verdicts if verdict.outcome is not Outcome.INCONCLUSIVE]
    untold = [verdict for verdict in report.verdicts if verdict.outcome is Outcome.INCONCLUSIVE]
    verdicts = "".join(_verdict(verdict, index, shown) for verdict in told)
    if untold:
        rest = "".join(_verdict(verdict, index, shown) for verdict in untold)
        summary = f'<summary><b class="sign">–</b>{plural(len(untold), "verdict")} not put to the test</summary>'
        verdicts += f'<details class="open inconclusive">{summary}{rest}</details>'
    return (
        f'<section class="report" id="r{index}"><header><h2>{escape(report.title)}</h2>{about}'
        f'<p class="chips">{chips}<span class="chip">{calls}</span></p></header>'
        f'<div class="columns"><div class="verdicts">{_expectations(report)}{verdicts}</div>'
        f"{_timeline(report, timeline, index)}</div></section>"
    )


def _verdict(verdict: Verdict, index: int, shown: frozenset[int]) -> str:
    opened = " open" if verdict.outcome.weight else ""
    mend = f'<p class="mend">{escape(verdict.mend)}</p>' if verdict.mend else ""
    proof = _links(verdict.entries, index, shown) if verdict.entries else ""
    return (
        f'<details class="verdict {verdict.outcome}"{opened}><summary><b class="sign">{_SIGNS[verdict.outcome]}</b>'
        f'<span class="name">{escape(verdict.name.replace("_", " "))}</span>'
        f'<span class="word">{verdict.outcome}</span></summary><p class="why">{escape(verdict.why)}</p>{mend}{proof}'
        f'<p class="rule">{escape(verdict.rule)} <cite>{_linked(verdict.source)}</cite></p></details>'
    )


def _linked(source: str) -> str:
    return "".join(
        f'<a href="{escape(part.url)}">{escape(part.text)}</a>' if part.url else escape(part.text)
        for part in parts(source)
    )


def _expectations(report: Report) -> str:
    lines = "".join(_expected(expected) for expected in report.expected)
    return f'<div class="expected"><h3>The scenario expects</h3><ul>{lines}</ul></div>' if lines else ""


def _expected(expected: Expected) -> str:
    why = f"<pre>{escape(expected.remark)}</pre>" if expected.remark else ""
    return (
        f'<li class="{expected.outcome}"><b class="sign">{_SIGNS[expected.outcome]}</b> '
        f"<span>{escape(expected.text)}</span>{why}</li>"
    )


def _links(numbers: Sequence[int], index: int, shown: frozenset[int]) -> str:
    """The numbers of calls, leading to those that have a row."""
    links = " ".join(
        f'<a href="#r{index}-{number}">#{number}</a>' if number in shown else f"#{number}" for number in numbers
    )
    return f'<p class="proof">calls {links}</p>'


def _timeline(report: Report, timeline: Timeline, index: int) -> str:
    if not timeline.rows:
        return '<p class="empty">No calls.</p>'
    blamed = {number for verdict in report.verdicts if verdict.outcome.weight for number in verdict.entries}
    rows: list[str] = []
    before: Entry | None = None
    for row in timeline.rows:
        if isinstance(row, Pause):
            rows.append(_pause(row))
        else:
            rows.append(_row(row, before, index, blamed=row.number in blamed))
            before = row
    began = f'<p class="from">Sandbox time, UTC, from {report.entries[0].at:%Y-%m-%d}; +waits are real time.</p>'
    hidden = f"<p>{plural(timeline.hidden, 'further token')} without a lane.</p>" if timeline.hidden else ""
    return (
        f'<div class="timeline"><h3>Calls and the lives of tokens</h3>{began}{_legend(timeline)}'
        f'<div class="scroll"><div class="track lanes{timeline.columns}">{draw(timeline)}'
        f"<ol>{''.join(rows)}</ol></div></div>{hidden}</div>"
    )


def _legend(timeline: Timeline) -> str:
    kinds = list(dict.fromkeys(lane.held.token.kind for lane in timeline.lanes))
    shown = "".join(
        f'<span class="k{number % 4}"><i></i>{escape(kind.replace("_", " "))}</span>'
        for number, kind in enumerate(kinds)
    )
    if any(dead for lane in timeline.lanes for _, _, dead in lane.uses):
        shown += '<span><i class="dead"></i>used after its death</span>'
    return f'<p class="legend">{shown}</p>' if shown else ""


def _row(entry: Entry, before: Entry | None, index: int, *, blamed: bool) -> str:
    """One call: number, sandbox time, operation, status and what was special about it."""
    waited = timedelta(microseconds=entry.real_us - before.real_us) if before else timedelta(0)
    notes = [f"+{span(waited)}"] if before and waited >= timedelta(milliseconds=50) else []
    notes += [f"rule {rule}" for rule in entry.rules]
    notes += [entry.delivery] if entry.delivery != "prompt" else []
    notes += [f"Retry-After {entry.retry_after}"] if entry.retry_after else []
    notes += [*entry.odd, *(["client left"] if entry.ended == "left" else [])]
    api, dot, name = entry.operation.rpartition(".")
    called = f"<span class=\"api\">{escape(api)}{dot}</span>{escape(name)}" if name else escape(
        f"{entry.method} {entry.path}"
    )  # fmt: skip
    said = escape(", ".join(notes))
    marks = " blamed" if blamed else ""
    return (
        f'<li id="r{index}-{entry.number}" class="call{marks}"><span class="number">#{entry.number}</span>'
        f'<time datetime="{entry.at.isoformat()}">{_clock(entry.at)}</time>'
        f'<span class="what">{called}</span><span class="status s{entry.status // 100}">{entry.status}</span>'
        f'<span class="note" title="{said}">{said}</span></li>'
    )


def _pause(pause: Pause) -> str:
    skipped = f"{plural(pause.skipped, 'call')} not shown · " if pause.skipped else ""
    back = "the clock goes back " if pause.span < timedelta(0) else ""
    return f'<li class="pause"><span>{skipped}{back}{span(abs(pause.span))} · {pause.until:%Y-%m-%d}</span></li>'


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"
