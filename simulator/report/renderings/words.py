"""Words that several renderings share."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.judge import Report
from simulator.report.mistakes import Mistake
from simulator.report.results import Results
from simulator.report.verdict import Outcome

_LETTERS: Final = string.ascii_lowercase


def headline(results: Results, found: Sequence[Mistake]) -> str:
    """The result in one line: ``"FAILED: 9 of 25 scenarios, 4 kinds of mistakes"``."""
    kinds = Counter(mistake.outcome for mistake in found)
    mistakes = plural(kinds[Outcome.FAIL], "kind of mistakes", "kinds of mistakes")
    warnings = plural(kinds[Outcome.WARN], "kind of warnings", "kinds of warnings")
    if kinds[Outcome.FAIL]:
        warnings = f"{kinds[Outcome.WARN]} of warnings"
    said = [text for outcome, text in ((Outcome.FAIL, mistakes), (Outcome.WARN, warnings)) if kinds[outcome]]
    if results.known:
        said.append(f"{len(results.known)} known")
    if results.gone:
        said.append(f"{plural(len(results.gone), 'entry', 'entries')} to remove from the baseline")
    if results.is_failure:
        return ", ".join([f"FAILED: {_where(results)}", *said])
    tested = [report for report in results.reports if report.outcome is not Outcome.INCONCLUSIVE]
    open_ended = len(results.reports) - len(tested)
    if not tested:
        if not results.reports:
            return "Nothing was judged."
        return ", ".join([f"NOT TESTED: {results.reports[0].title if is_single(results) else 'no scenario'}", *said])
    counted = f"{len(tested)} of {plural(len(results.reports), 'scenario')}"
    rest = [f"{open_ended} not tested"] if open_ended else []
    return ", ".join([f"PASSED: {results.reports[0].title if is_single(results) else counted}", *said, *rest])


def is_single(results: Results) -> bool:
    """Whether this is the report of one sandbox, not of a run of scenarios."""
    return results.first is None and len(results.reports) == 1


def _where(results: Results) -> str:
    if is_single(results):
        return results.reports[0].title
    places = [results.first.title] if results.first is not None and results.fails(results.first) else []
    if results.failed or not places:
        places.append(f"{len(results.failed)} of {plural(len(results.reports), 'scenario')}")
    return " and ".join(places)


def columns(results: Results, found: Sequence[Mistake]) -> list[tuple[str, Report]]:
    """The scenarios with a mistake, each with the letter that stands for it in a table: as many as letters go round."""
    shown = {id(report) for mistake in found for report in mistake.reports}
    return list(zip(_LETTERS, (each for each in results.all_reports if id(each) in shown), strict=False))


def legend(results: Results, found: Sequence[Mistake]) -> list[str]:
    """``"a lost-answer"`` for each column, and how many scenarios have none."""
    heads = columns(results, found)
    more = len({id(report) for mistake in found for report in mistake.reports}) - len(heads)
    return [*(f"{letter} {report.title}" for letter, report in heads), *([f"and {more} more"] if more else [])]


def folded(results: Results) -> list[tuple[str, list[str]]]:
    """Lists without explanations, as (heading, names): clean scenarios, those not tested, those left out, and so on."""
    clean = [each.title for each in results.reports if each.outcome is Outcome.PASS]
    untested = [f"{each.title} ({each.untested or 'no verdict'})" for each in results.reports if _is_untested(each)]
    others = [f"{each.title} ({each.facts.exit_status})" for each in results.reports if _ends_otherwise(each, results)]
    known: dict[tuple[str, str], list[str]] = {}
    for (name, title), reason in results.known.items():
        known.setdefault((name, reason), []).append(title)
    groups = [
        ("remove from the baseline, no longer found", [f"{name} in {title}" for name, title in results.gone]),
        ("known", [f"{name} in {_several(titles)} ({reason})" for (name, reason), titles in known.items()]),
        ("ok", clean),
        ("– not tested", untested),
        ("ok, with another exit status than without faults", others),
        (f"not run, only for APIs other than {', '.join(results.called)}", list(results.left_out)),
        ("expectations not judged, the client makes no such call", list(results.dropped)),
    ]
    return [(heading, names) for heading, names in groups if names]


def _several(titles: Sequence[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{len(titles)} scenarios"


def _is_untested(report: Report) -> bool:
    return report.outcome is Outcome.INCONCLUSIVE


def _ends_otherwise(report: Report, results: Results) -> bool:
    """Those with a finding say it there."""
    first = results.first
    return first is not None and not report.outcome.weight and report.facts.exit_status != first.facts.exit_status


def summary(report: Report) -> str:
    """``"1 fail, 2 warn, 5 pass, 10 inconclusive"``; outcomes that do not occur are left out."""
    return ", ".join(f"{number} {outcome}" for outcome, number in report.counts.items() if number) or "no verdicts"


def plural(number: int, thing: str, things: str = "") -> str:
    """``"1 call"``, ``"2 calls"``."""
    return f"{number} {thing}" if number == 1 else f"{number} {things or thing + 's'}"


def numbers(entries: Sequence[int]) -> str:
    """``"#3 #4"``."""
    return " ".join(f"#{number}" for number in entries)


def delivered(entry: Entry) -> str:
    """How an answer was put on the wire, ``"after 31 ms, reset"``; "" for at once and whole."""
    words = [f"after {span(timedelta(microseconds=entry.delay_us))}"] if entry.delay_us else []
    words += [f"in {entry.dribble_chunks} pieces over {span(timedelta(microseconds=entry.dribble_us))}"] * bool(
        entry.dribble_us
    )
    return ", ".join([*words, entry.fault] if entry.fault else words)


def span(length: timedelta) -> str:
    """A span in its two largest units: ``"25 h"``, ``"1 min 30 s"``, ``"250 ms"``."""
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
