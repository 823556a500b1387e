"""A report for CI servers: a suite for each scenario, a case for each verdict that its calls allow.

A failure is a failure; a warning passes with its text in ``system-out``. Verdicts that a scenario did not test have
no case; a scenario that tested nothing has one that is skipped, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET  # writing only; nothing is parsed

from simulator.report.citations import plain
from simulator.report.findings import EXPECTED_CALLS
from simulator.report.judge import Report
from simulator.report.mistakes import named
from simulator.report.renderings.words import delivered, span
from simulator.report.results import Results
from simulator.report.verdict import Outcome, Verdict

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not."""
_SHORT = 160
"""Characters of a ``message``: viewers show it in one line."""
_EXPECT = "expect "
"""Begins the name of the case of an expected count."""
_CALLS = 500
"""Calls of a journal that are shown, from its end."""


def render(results: Results) -> str:
    """The dialect that Jenkins, GitLab and GitHub's actions read."""
    root = ET.Element("testsuites", name="simulator")
    for report in results.all_reports:
        _suite(root, report, results)
    _count(root, list(root))
    root.set("time", _seconds(sum(report.facts.took.total_seconds() for report in results.all_reports)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, report: Report, results: Results) -> None:
    suite = ET.SubElement(root, "testsuite", name=_clean(report.title))
    cases = list(_cases(report))
    each = report.facts.took.total_seconds() / max(len(cases), 1)
    for name, outcome, why, details in cases:
        reason = results.known.get((EXPECTED_CALLS if name.startswith(_EXPECT) else name, report.title))
        if reason is not None:
            _case(suite, name, Outcome.WARN, why, f"known, {reason}\n{details}", seconds=each)
            continue
        _case(suite, name, outcome, why, details, seconds=each)
    if report.outcome is Outcome.INCONCLUSIVE:
        why = report.untested or "no verdict could be reached"
        _case(suite, "situation", Outcome.INCONCLUSIVE, why, why, seconds=0 if cases else each)
    ET.SubElement(suite, "system-out").text = _clean("\n".join(_journal(report)))
    _count(suite, [suite])
    suite.set("time", _seconds(report.facts.took.total_seconds()))
    if report.entries:
        suite.set("timestamp", f"{report.entries[0].real:%Y-%m-%dT%H:%M:%S}")


def _cases(report: Report) -> Iterator[tuple[str, Outcome, str, str]]:
    """Name, outcome, reason and details; an expectation that names a verdict is that verdict's case."""
    names = {verdict.name for verdict in report.verdicts}
    for verdict in report.verdicts:
        if verdict.outcome is not Outcome.INCONCLUSIVE:
            yield verdict.name, verdict.outcome, verdict.why, _details(verdict, report)
    for expected in report.expected:
        if expected.text not in names and expected.outcome is not Outcome.INCONCLUSIVE:
            yield f"{_EXPECT}{expected.text}", expected.outcome, expected.why.partition("\n")[0], expected.why


def _details(verdict: Verdict, report: Report) -> str:
    calls = verdict.evidence or tuple(
        f"#{entry.number} {named(entry)} {entry.status}" for entry in report.entries if entry.number in verdict.entries
    )
    lines = [verdict.why, *calls, f"Rule: {verdict.rule} [{plain(verdict.source)}]"]
    return "\n".join([*lines, f"Fix: {verdict.mend}"] if verdict.mend else lines)


def _case(suite: ET.Element, name: str, outcome: Outcome, why: str, details: str, *, seconds: float) -> None:
    classname = f"simulator.{suite.get('name')}"
    case = ET.SubElement(suite, "testcase", classname=classname, name=_clean(name), time=_seconds(seconds))
    message = _clean(why if len(why) <= _SHORT else f"{why[: _SHORT - 1]}…")
    match outcome:
        case Outcome.FAIL:
            ET.SubElement(case, "failure", message=message, type="fail").text = _clean(details)
        case Outcome.WARN:
            ET.SubElement(case, "system-out").text = _clean(f"warning: {details}")
        case Outcome.INCONCLUSIVE:
            ET.SubElement(case, "skipped", message=message)


def _journal(report: Report) -> Iterator[str]:
    entries = report.entries[-_CALLS:]
    if len(entries) < len(report.entries):
        yield f"… {len(report.entries) - len(entries)} earlier calls"
    before = None
    for entry in entries:
        wait = "" if before is None else f" +{span(entry.real - before.real)}"
        why = [entry.error, *(f"rule {rule}" for rule in entry.rules), *entry.odd]
        why.append(delivered(entry))
        notes = ", ".join(filter(None, why))
        yield f"#{entry.number} {entry.at:%H:%M:%S}{wait} {named(entry)} {entry.status} {notes}".rstrip()
        before = entry


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _count(element: ET.Element, suites: list[ET.Element]) -> None:
    element.set("tests", str(sum(len(suite.findall("testcase")) for suite in suites)))
    element.set("failures", str(sum(len(suite.findall("testcase/failure")) for suite in suites)))
    element.set("errors", "0")
    element.set("skipped", str(sum(len(suite.findall("testcase/skipped")) for suite in suites)))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
