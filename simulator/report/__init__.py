"""What the client did wrong: verdicts as pure functions of a journal, and their renderings.

``judge(entries, apis, facts)`` gives a :class:`Report`; ``render(report, "text")`` shows it.
"""

from __future__ import annotations

from simulator.report.circumstances import Circumstances
from simulator.report.judge import Report, judge
from simulator.report.render import FORMATS, render
from simulator.report.verdict import Outcome, Verdict
from simulator.report.verdicts import checks

__all__ = ["FORMATS", "Circumstances", "Outcome", "Report", "Verdict", "checks", "judge", "render"]
