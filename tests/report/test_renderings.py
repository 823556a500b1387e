"""How a report looks, format by format."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from simulator.core.errors import UsageError
from simulator.journal.entry import Change, Stray
from simulator.report import FORMATS, Circumstances, Report, judge, render
from simulator.report.citations import parts
from simulator.report.render import MEDIA_TYPES
from simulator.report.renderings.timeline import ROWS, Pause, lay_out
from simulator.report.renderings.words import span
from simulator.report.verdicts import checks
from simulator.scenario.scenario import Expectation
from tests.report import clients
from tests.report.wire import APIS, DAY, HOUR, WEEK, Wire

NASTY = "<script>alert('&\")</script>|`*_\x00\ufffe"


def observed(client: clients.Client, facts: Circumstances | None = None) -> Report:
    wire = Wire()
    client(wire)
    return judge(wire.entries, APIS, facts)


@pytest.fixture
def late() -> Report:
    """A client that renews too late, in a scenario that expects fewer calls."""
    expect = (Expectation(operation="office.data", at_most=1),)
    return observed(
        clients.renews_too_late, Circumstances(scenario="day-token-dies", about="A day passes.", expect=expect)
    )


def test_text_tells_what_is_wrong_its_proof_its_rule_and_its_remedy(late: Report) -> None:
    lines = render(late, "text").splitlines()
    assert (
        lines[0]
        == f"day-token-dies: 1 fail, {_count(late, 'inconclusive')} inconclusive, {_count(late, 'pass')} pass (5 calls)"
    )
    assert lines[2].split(maxsplit=2) == [
        "FAIL",
        "late_refresh",
        "A token was used after the end of its life, which the client knew.",
    ]
    assert lines[3].split(maxsplit=1) == ["calls", "#2 office.renew 200, #3 office.data 401"]
    assert any(line.strip().startswith("mend  Before each call") for line in lines)
    assert "  FAIL  office.data: at most once  office.data: at most once; but it came 2 times." in lines


def test_text_has_colours_only_when_asked(late: Report) -> None:
    assert "\x1b[" not in render(late, "text")
    assert "\x1b[31mFAIL\x1b[0m" in render(late, "text", colour=True)


def test_markdown_puts_what_is_wrong_into_a_table(late: Report) -> None:
    text = render(late, "markdown")
    row = next(line for line in text.splitlines() if "`late_refresh`" in line)
    assert row.startswith("| ❌ | `late_refresh` | A token was used after")
    assert "\\#2 \\#3" in row
    assert "- ❌ expected office.data: at most once: office.data: at most once; but it came 2 times." in text
    assert "### ❌ day-token-dies" in text


def test_junit_counts_failures_and_says_why_a_case_was_skipped(late: Report) -> None:
    root = ET.fromstring(render([late, observed(clients.doubles)], "junit"))
    first, second = root.findall("testsuite")
    assert (root.get("tests"), root.get("failures")) == (str(19 + 18), "2")
    assert (first.get("failures"), first.get("skipped")) == ("2", str(_count(late, "inconclusive")))
    assert second.get("failures") == "0"
    assert all(skipped.get("message") for skipped in root.iter("skipped"))
    warned = next(case for case in second if case.get("name") == "no_jitter")
    assert (warned.findtext("system-out") or "").startswith("warning: Waits followed a formula")


def test_json_has_a_version_and_everything_else(late: Report) -> None:
    document = json.loads(render(late, "json"))
    assert (document["version"], document["outcome"]) == (1, "fail")
    (report,) = document["reports"]
    assert report["verdicts"][0]["entries"] == [2, 3]
    assert [entry["number"] for entry in report["entries"]] == [1, 2, 3, 4, 5]
    assert report["tokens"][0] == {
        "kind": "week", "token": "week1", "entry": 1, "dies": "2024-01-11T00:00:00Z", "told": "document",
    }  # fmt: skip


class Page(HTMLParser):
    """Collects what a page would load or run, its ids, and what its links point to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def test_the_page_loads_nothing_runs_nothing_and_leads_everywhere_it_points(late: Report) -> None:
    wire = Wire()
    for _ in range(ROWS * 2):
        wire.call("office.data", token="day", strays=(Stray("header", "referer", "day"),))
    page = Page(render([late, observed(clients.doubles), judge(wire.entries, APIS)], "html"))
    assert "script" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in {"style", "src"}]
    cited = {part.url for check in checks().values() for part in parts(check.source) if part.url}
    assert all(value.startswith("#") or value == "data:," or value in cited for value in page.values("href"))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {value[1:] for value in page.values("href") if value.startswith("#")} <= set(ids)


def test_the_page_s_policy_admits_its_own_style_alone(late: Report) -> None:
    text = render(late, "html")
    found = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert found is not None
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text
    assert "url(" not in found[1]
    assert "@import" not in found[1]


@pytest.mark.parametrize("fmt", FORMATS)
def test_whatever_a_client_sends_stays_text(fmt: str) -> None:
    wire = Wire()
    wire.call("", method=NASTY, path=NASTY, query=NASTY, status=404)
    wire.data(
        wire.renew(wire.login()),
        rules=(NASTY,),
        fault=NASTY,
        retry_after=NASTY,
        changes=(Change("dropped", NASTY),),
        agent=NASTY,
    )
    text = render(judge(wire.entries, APIS, Circumstances(scenario=NASTY, about=NASTY, crash=NASTY)), fmt)
    if fmt == "junit":
        assert ET.fromstring(text).find("testsuite") is not None
    elif fmt == "json":
        assert json.loads(text)["reports"][0]["scenario"] == NASTY
    elif fmt == "html":
        assert "script" not in Page(text).tags
    elif fmt == "markdown":
        assert "<script>" not in text
    else:
        assert NASTY in text


def test_every_format_has_a_media_type_and_a_slip_a_suggestion(late: Report) -> None:
    assert set(MEDIA_TYPES) == set(FORMATS)
    with pytest.raises(UsageError, match=r'no report format "markdwn"\. Did you mean "markdown"\?'):
        render(late, "markdwn")
    assert render([], "text") == "Nothing was judged.\n"


def test_a_lane_ends_between_the_calls_around_the_token_s_death() -> None:
    """Twelve hours before and after: the day's token dies half way down the pause between the two calls."""
    wire = Wire()
    week = wire.login()
    day = wire.renew(week)
    wire.passes(2 * DAY)
    wire.data(day, status=401)
    drawn = lay_out(judge(wire.entries, APIS))
    assert [type(row) is Pause for row in drawn.rows] == [False, False, True, False]
    lane = next(lane for lane in drawn.lanes if lane.held.token.kind == "day")
    assert (lane.top, lane.dies) == (1.5, True)
    assert lane.bottom == pytest.approx(2.5, abs=0.01)
    assert [(position, dead) for position, _, dead in lane.uses] == [(3.5, True)]
    assert not next(lane for lane in drawn.lanes if lane.held.token.kind == "week").dies


def test_lanes_are_shared_by_tokens_that_do_not_meet() -> None:
    wire = Wire()
    for _ in range(3):
        wire.login()
        wire.passes(WEEK + HOUR)
    drawn = lay_out(judge(wire.entries, APIS))
    assert (drawn.columns, len(drawn.lanes), drawn.hidden) == (1, 3, 0)


@pytest.mark.parametrize(("calls", "rows"), [(ROWS, ROWS), (ROWS + 1, ROWS + 1), (ROWS * 10, ROWS + 1)])
def test_a_long_journal_keeps_its_beginning_and_its_end(calls: int, rows: int) -> None:
    wire = Wire()
    for _ in range(calls):
        wire.call("office.data")
    drawn = lay_out(judge(wire.entries, APIS)).rows
    assert len(drawn) == rows
    assert sum(row.skipped for row in drawn if isinstance(row, Pause)) == calls - ROWS


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(0), "0 ms"),
        (timedelta(milliseconds=999), "999 ms"),
        (timedelta(seconds=1), "1 s"),
        (timedelta(milliseconds=2500), "2.5 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=90), "1 min 30 s"),
        (timedelta(hours=25), "1 d 1 h"),
        (timedelta(days=7), "7 d"),
        (timedelta(days=7, seconds=5), "7 d"),
        (-timedelta(seconds=90), "−1 min 30 s"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(length: timedelta, said: str) -> None:
    assert span(length) == said


def _count(report: Report, outcome: str) -> int:
    return sum(verdict.outcome == outcome for verdict in report.verdicts)
