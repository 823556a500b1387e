"""Words that several renderings share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from simulator.journal.entry import Entry
from simulator.report.judge import Report
from simulator.report.verdict import Outcome


def summary(report: Report) -> str:
    """``"1 fail, 2 warn, 5 pass, 10 inconclusive"``, without what there is none of."""
    return ", ".join(f"{number} {outcome}" for outcome, number in report.counts.items() if number) or "no verdicts"


def plural(number: int, thing: str) -> str:
    """``"1 call"``, ``"2 calls"``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def numbers(entries: Sequence[int]) -> str:
    """``"#3 #4"``."""
    return " ".join(f"#{number}" for number in entries)


def named(entry: Entry) -> str:
    """What was called: the operation, or method and path where there is none."""
    return entry.operation or f"{entry.method} {entry.path}"


def span(length: timedelta) -> str:
    """A span as people say it, in its two largest units: ``"25 h"``, ``"1 min 30 s"``, ``"250 ms"``."""
    milliseconds = round(length / timedelta(milliseconds=1))
    if milliseconds < 0:
        return f"−{span(-length)}"
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    if milliseconds < 10_000:
        return f"{milliseconds / 1000:.1f}".removesuffix(".0") + " s"
    seconds = round(milliseconds / 1000)
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    said: list[str] = []
    for unit, size in units:
        count, seconds = divmod(seconds, size)
        if count or said:
            said.append(f"{count} {unit}" if count else "")
        if len(said) == 2:
            break
    return " ".join(filter(None, said))


def worst(reports: Sequence[Report]) -> Outcome:
    """The worst outcome of several reports."""
    outcomes = [report.outcome for report in reports if report.outcome is not Outcome.INCONCLUSIVE]
    return max(outcomes, key=lambda outcome: outcome.weight, default=Outcome.INCONCLUSIVE)
