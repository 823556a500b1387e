"""How a report looks, format by format."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from simulator.core.errors import UsageError
from simulator.journal.entry import Change, Stray
from simulator.report import FORMATS, Circumstances, Report, judge, render
from simulator.report.citations import REPOSITORY, parts
from simulator.report.mistakes import mistakes
from simulator.report.render import MEDIA_TYPES
from simulator.report.renderings import workflow_commands
from simulator.report.renderings.timeline import ROWS, Pause, lay_out
from simulator.report.renderings.words import headline, span
from simulator.report.results import Results
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


def run_of(*reports: Report, **more: Any) -> Results:
    """Results of several scenarios after a run without faults."""
    return Results(reports, first=observed(clients.renews_in_time), called=("office",), **more)


def test_text_tells_what_is_wrong_its_proof_its_rule_and_its_remedy_and_the_result_last(late: Report) -> None:
    lines = [line.strip() for line in render(late, "text").splitlines()]
    shown = lines.index("FAIL  late_refresh in day-token-dies")
    assert lines[shown + 1 : shown + 6] == [
        "A token was used after the end of its life, which the client knew. The",
        "last such call came 1 h after it.",
        "#2 office.renew with week week1 (valid): 200",
        "#3 office.data with day day2 (expired): 401, 1 d after #2",
        "#4 office.data with day day2 (expired): 401, 1 ms after #3",
    ]
    assert any(line.startswith("Fix:  Before each call") for line in lines)
    assert "office.data: at most once; but it came 3 times." in lines
    assert lines[-1] == "FAILED: day-token-dies, 2 kinds of mistakes"
    assert render(late, "text", headline_first=True).splitlines()[0] == lines[-1]


def test_text_has_colours_and_hyperlinks_only_when_asked(late: Report) -> None:
    assert "\x1b" not in render(late, "text")
    text = render(late, "text", colour=True)
    assert "\x1b[31mFAIL\x1b[0m" in text
    assert "\x1b]8;;https://github.com/" in text


@pytest.mark.parametrize("width", [70, 80, 120])
def test_text_fits_its_columns_and_a_screen(late: Report, width: int) -> None:
    """Every kind of mistake at once, under more scenarios than the alphabet has letters."""
    mistaken = [clients.leaks, clients.doubles, clients.dies_without_the_field, clients.runs_in_a_herd]
    many = [
        observed(client, Circumstances(scenario=f"under-{client.__name__}-{n}"))
        for client in mistaken
        for n in range(15)
    ]
    text = render(run_of(late, *many, left_out=("a-scenario-of-another-api",) * 10), "text", width=width)
    assert max(map(len, text.splitlines())) <= width
    if width >= 80:
        assert len(text.splitlines()) <= 80


def test_the_table_has_a_row_for_each_mistake_and_a_letter_for_each_scenario(late: Report) -> None:
    leaks = observed(clients.leaks, Circumstances(scenario="leaking"))
    clean = observed(clients.renews_in_time, Circumstances(scenario="clean"))
    lines = render(run_of(clean, late, leaks, left_out=("other-api",)), "text").splitlines()
    table = {line.split()[1]: line.split()[2:] for line in lines[1 : lines.index("") - 1]}
    assert lines[0].split() == ["a", "b"]
    assert (table["late_refresh"], table["token_leaks"]) == (["x", "·"], ["·", "x"])
    assert "a day-token-dies  b leaking" in lines[lines.index("") - 1]
    assert "ok (1): clean" in lines
    assert "not run, only for APIs other than office (1): other-api" in lines
    assert lines[-1] == "FAILED: 2 of 3 scenarios, 3 kinds of mistakes"


def test_each_mistake_is_explained_once_where_it_shows_best(late: Report) -> None:
    reports = [observed(clients.leaks, Circumstances(scenario=f"s{number}")) for number in range(4)]
    text = render(run_of(*reports), "text")
    assert text.count("FAIL  token_leaks in s0 and 3 more") == 1
    (mistake,) = (one for one in mistakes(run_of(*reports)) if one.name == "token_leaks")
    assert [one.facts.scenario for one in mistake.reports] == ["s0", "s1", "s2", "s3"]


def test_what_follows_from_a_cause_is_no_mistake_of_its_own(late: Report) -> None:
    (cause, *_), other = (observed(client).verdicts for client in (clients.leaks, clients.doubles))
    follows = replace(next(one for one in other if one.outcome.weight), cause=cause.name)
    both = replace(late, verdicts=(cause, follows), expected=())
    assert [(one.name, one.also) for one in mistakes(Results((both,)))] == [(cause.name, (follows.name,))]


@pytest.mark.parametrize(
    ("client", "expect", "said"),
    [
        (clients.renews_in_time, (), "PASSED: 1 of 1 scenario"),
        (clients.doubles, (), "PASSED: 1 of 1 scenario, 1 kind of warnings"),
        (clients.leaks, (), "FAILED: 1 of 1 scenario, 1 kind of mistakes"),
        (clients.renews_in_time, (Expectation(verdict="no_backoff"),), "NOT TESTED: no scenario"),
    ],
)
def test_the_result_is_one_line(client: clients.Client, expect: tuple[Expectation, ...], said: str) -> None:
    report = observed(client, Circumstances(scenario="one", expect=expect))
    results = run_of(report)
    assert headline(results, mistakes(results)) == said
    for fmt in ("markdown", "text", "json"):
        assert said in render(results, fmt, headline_first=True)[:200]


def test_a_warning_fails_where_warnings_do() -> None:
    report = observed(clients.doubles, Circumstances(scenario="one"))
    results = run_of(report, fail_on="warn")
    assert headline(results, mistakes(results)) == "FAILED: 1 of 1 scenario, 1 kind of warnings"


def test_markdown_puts_what_is_wrong_into_a_table(late: Report) -> None:
    text = render(late, "markdown")
    assert text.startswith("## ❌ FAILED: day-token-dies, 2 kinds of mistakes\n")
    assert "| ❌ | `late_refresh` | ❌ |" in text
    assert "- \\#2 office.renew with week week1 (valid): 200\n- \\#3 office.data with day day2 (expired): 401" in text
    assert "office.data: at most once; but it came 3 times." in text
    assert "[docs/sources/jquants.md §0.1](https://github.com/" in text


def test_markdown_stays_short_enough_for_a_comment(late: Report) -> None:
    mistaken = [clients.leaks, clients.doubles, clients.dies_without_the_field, clients.runs_in_a_herd]
    many = [observed(client, Circumstances(scenario=f"{client.__name__}-{n}")) for client in mistaken for n in range(6)]
    assert len(render(run_of(late, *many), "markdown").encode()) <= 10_000


def test_junit_has_a_case_for_each_verdict_that_was_tested_with_the_journal_and_times(late: Report) -> None:
    timed = replace(late, facts=replace(late.facts, took=timedelta(seconds=3)))
    root = ET.fromstring(render([timed, observed(clients.doubles)], "junit"))
    first, second = root.findall("testsuite")
    names = [case.get("name") or "" for case in first.findall("testcase")]
    assert len(names) == len(set(names)) == len(late.verdicts) - _count(late, "inconclusive") + len(late.expected)
    assert (root.get("failures"), first.get("failures"), second.get("failures")) == ("2", "2", "0")
    assert not list(root.iter("skipped"))
    assert "#3 01:00:00 +1 d 1 h office.data 401" in (first.findtext("system-out") or "")
    assert (root.get("time"), first.get("time")) == ("3.000", "3.000")
    assert sum(float(case.get("time") or 0) for case in first.findall("testcase")) == pytest.approx(3, abs=0.01)
    warned = next(case for case in second if case.get("name") == "no_jitter")
    assert (warned.findtext("system-out") or "").startswith("warning: Waits followed a formula")


def test_junit_names_a_verdict_that_the_scenario_expects_once_and_skips_a_scenario_that_tested_nothing() -> None:
    expects = Circumstances(scenario="leaking", expect=(Expectation(verdict="token_leaks"),))
    untested = Circumstances(scenario="quiet", rules=("never",))
    root = ET.fromstring(
        render([observed(clients.leaks, expects), observed(clients.renews_in_time, untested)], "junit")
    )
    first, second = root.findall("testsuite")
    assert sum("token_leaks" in (case.get("name") or "") for case in first.findall("testcase")) == 1
    assert [skipped.get("message") for skipped in second.iter("skipped")] == ["rule never never fired"]


def test_sarif_has_a_rule_for_each_mistake_and_a_result_for_each_scenario(late: Report) -> None:
    leaks = [observed(clients.leaks, Circumstances(scenario=name)) for name in ("one", "two")]
    (run,) = json.loads(render(run_of(late, *leaks), "sarif"))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert sorted(rules) == ["expected_calls", "late_refresh", "token_leaks"]
    found = [(result["ruleId"], result["level"]) for result in run["results"]]
    assert found.count(("token_leaks", "error")) == 2
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    assert all(rule["helpUri"].startswith("https://") for rule in run["tool"]["driver"]["rules"])


def test_annotations_name_the_worst_ten_in_one_line_each(late: Report) -> None:
    lines = workflow_commands.render(run_of(late)).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("::error title=expected_calls::day-token-dies: ")
    assert all("%0AFix: " in line for line in lines)


def test_json_has_a_version_and_everything_else(late: Report) -> None:
    document = json.loads(render(late, "json"))
    assert (document["version"], document["outcome"]) == (1, "fail")
    (report,) = document["reports"]
    assert report["verdicts"][0]["entries"] == [2, 3, 4]
    assert [entry["number"] for entry in report["entries"]] == [1, 2, 3, 4, 5, 6]
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
    cited.add(f"{REPOSITORY}docs/scenarios.md")
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
    elif fmt == "sarif":
        assert json.loads(text)["version"] == "2.1.0"
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
