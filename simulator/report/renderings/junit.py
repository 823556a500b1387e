"""A report for CI servers: one suite a report, one case a verdict or expectation.

A failure is a failure; a warning passes with its text in ``system-out``; inconclusive is skipped with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET  # writing only; nothing is parsed

from simulator.report.citations import plain
from simulator.report.judge import Report
from simulator.report.renderings.words import numbers
from simulator.report.verdict import Outcome

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not."""


def render(reports: Sequence[Report]) -> str:
    """The dialect that Jenkins, GitLab and GitHub's actions read."""
    root = ET.Element("testsuites", name="simulator")
    for report in reports:
        _suite(root, report)
    _count(root, list(root))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, report: Report) -> None:
    suite = ET.SubElement(root, "testsuite", name=_clean(report.title))
    for verdict in report.verdicts:
        details = f"{verdict.why}\ncalls: {numbers(verdict.entries)}\nrule: {verdict.rule} [{plain(verdict.source)}]"
        if verdict.mend:
            details += f"\nmend: {verdict.mend}"
        _case(suite, verdict.name, verdict.outcome, verdict.why, details)
    for expected in report.expected:
        _case(suite, f"expect {expected.text}", expected.outcome, expected.why, expected.why)
    _count(suite, [suite])


def _case(suite: ET.Element, name: str, outcome: Outcome, why: str, details: str) -> None:
    classname = f"simulator.{suite.get('name')}"
    case = ET.SubElement(suite, "testcase", classname=classname, name=_clean(name), time="0")
    match outcome:
        case Outcome.FAIL:
            ET.SubElement(case, "failure", message=_clean(why), type="fail").text = _clean(details)
        case Outcome.WARN:
            ET.SubElement(case, "system-out").text = _clean(f"warning: {details}")
        case Outcome.INCONCLUSIVE:
            ET.SubElement(case, "skipped", message=_clean(why))


def _count(element: ET.Element, suites: list[ET.Element]) -> None:
    element.set("tests", str(sum(len(suite.findall("testcase")) for suite in suites)))
    element.set("failures", str(sum(len(suite.findall("testcase/failure")) for suite in suites)))
    element.set("errors", "0")
    element.set("skipped", str(sum(len(suite.findall("testcase/skipped")) for suite in suites)))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
