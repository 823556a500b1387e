"""The findings that a project accepts, each with its reason, in a file beside its code.

version: 1
findings:
  - finding: no_jitter
    scenarios: [jquants-outage, rate-limit-silent]
    reason: one client only, so no others to keep apart from
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simulator.core.errors import UsageError

if TYPE_CHECKING:
    from simulator.report.results import Place, Results

_VERSION: Final = 1
_UNSAID: Final = "not explained yet"
"""The default reason of a finding."""
_KEYS: Final = {"finding", "scenarios", "reason"}
_HEADING: Final = (
    "# Findings that simulator judge accepts. Say in each reason why; remove an entry once it is mended.\n"
)


def read(path: Path) -> Mapping[Place, str]:
    """The reason by finding and scenario. Raises :class:`UsageError` with the file and its error."""
    import yaml

    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error).partition("\n")[0]
        raise UsageError(f'the baseline "{path}" cannot be read: {said}.') from None
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise _wrong(path, f"expected a mapping with version: {_VERSION}")
    entries = document.get("findings")
    if not isinstance(entries, list):
        raise _wrong(path, "expected findings to be a list")
    known: dict[Place, str] = {}
    for number, entry in enumerate(entries, 1):
        finding, scenarios, reason = _entry(path, number, entry)
        known.update({(finding, scenario): reason for scenario in scenarios})
    return known


def apply(results: Results, known: Mapping[Place, str]) -> Results:
    """The results with known findings separated, and with the entries that could recur but did not."""
    from simulator.report.findings import findings

    found = {(one.name, report.title) for report in results.all_reports for one in findings(report)}
    titles = {report.title for report in results.all_reports}
    return replace(
        results,
        known={place: reason for place, reason in known.items() if place in found},
        gone=tuple(place for place in known if place not in found and place[1] in titles),
    )


def write(path: Path, results: Results, known: Mapping[Place, str]) -> None:
    """Write every failing finding, with the known reasons. Raises :class:`UsageError`."""
    import yaml

    from simulator.cli.judge.outputs import write_text
    from simulator.report.findings import findings
    from simulator.report.verdict import Outcome

    least = Outcome(results.fail_on).weight
    places = dict.fromkeys(
        (one.name, report.title)
        for report in results.all_reports
        for one in findings(report)
        if one.outcome.weight >= least
    )
    grouped: dict[tuple[str, str], list[str]] = {}
    for name, title in places:
        grouped.setdefault((name, known.get((name, title), _UNSAID)), []).append(title)
    entries = [
        {"finding": name, "scenarios": titles, "reason": reason} for (name, reason), titles in sorted(grouped.items())
    ]
    document = {"version": _VERSION, "findings": entries}
    if path.suffix == ".json":
        write_text(path, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    else:
        write_text(path, _HEADING + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100))


def _entry(path: Path, number: int, entry: Any) -> tuple[str, list[str], str]:
    place = f"finding {number}"
    if not isinstance(entry, dict) or set(entry) != _KEYS:
        raise _wrong(path, f"{place}: expected {', '.join(sorted(_KEYS))}")
    finding, scenarios, reason = entry["finding"], entry["scenarios"], entry["reason"]
    if not isinstance(finding, str) or not isinstance(reason, str) or not reason.strip():
        raise _wrong(path, f"{place}: expected a name and a reason, both texts that are not empty")
    if not isinstance(scenarios, list) or not all(isinstance(one, str) for one in scenarios) or not scenarios:
        raise _wrong(path, f"{place}: expected scenarios to be a list of names")
    return finding, scenarios, reason


def _wrong(path: Path, said: str) -> UsageError:
    return UsageError(f'the baseline "{path}": {said}.', remedy="--write-baseline writes one.")
