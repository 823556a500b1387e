"""``python -m tests.report.laboratory``: which good programs are accused of what, and which habits are missed."""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.report.laboratory import measuring
from tests.report.laboratory.catalogue import BAD, GOOD, Program, trials_of
from tests.report.laboratory.probing import PROBES, Probe
from tests.report.laboratory.run import AT_ONCE, Outcome, laboratory

_BEST: Final = 4


def main() -> int:
    """Run what was asked for and print what came of it."""
    given = _arguments()
    wanted = tuple(_wanted(given))
    begun = time.monotonic()
    outcomes = []
    with laboratory() as opened:
        for outcome in opened.run_all(wanted, at_once=given.jobs):
            outcomes.append(outcome)
            if given.verbose:
                _say(_line(outcome), *(f"      | {line}" for line in outcome.result.output.splitlines()[-3:]))
    if given.json is not None:
        given.json.write_text(json.dumps(measuring.as_rows(outcomes), indent=1) + "\n")
    _say_fairness(outcomes)
    _say_power(outcomes)
    if given.conclusive:
        _say_conclusive(outcomes)
    _say(f"{len(outcomes)} runs in {time.monotonic() - begun:.0f} s")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.report.laboratory")
    parser.add_argument("--good", action="store_true", help="good programs alone")
    parser.add_argument("--bad", action="store_true", help="bad programs alone")
    parser.add_argument("--program", default="*", metavar="PATTERN", help="programs by name")
    parser.add_argument("--probe", default="*", metavar="PATTERN", help="probes by name")
    parser.add_argument("--verdict", default="*", metavar="PATTERN", help="bad programs by the verdict they deserve")
    parser.add_argument("--all-probes", action="store_true", help="bad programs under every probe")
    parser.add_argument("--tls", action="store_true", help="every run over https")
    parser.add_argument("--jobs", type=int, default=AT_ONCE, help="runs at once")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write a row a run")
    parser.add_argument("--conclusive", action="store_true", help="print where each verdict is conclusive")
    parser.add_argument("--verbose", action="store_true", help="print every run, with the end of its output")
    return parser.parse_args()


def _wanted(given: argparse.Namespace) -> Iterable[tuple[Program, Probe]]:
    for program in (*(() if given.bad else GOOD), *(() if given.good else BAD)):
        if not fnmatch.fnmatch(program.name, given.program) or not fnmatch.fnmatch(program.verdict, given.verdict):
            continue
        every = given.all_probes or program.is_good
        for probe in PROBES.values() if every else trials_of(program):
            if program.fits(probe) and fnmatch.fnmatch(probe.name, given.probe):
                yield program, replace(probe, tls=probe.tls or given.tls)


def _line(outcome: Outcome) -> str:
    accused = ", ".join(f"{name} {how}" for name, how in outcome.accused.items()) or "nothing"
    ended = "stopped" if outcome.result.stopped_us else f"exit {outcome.result.exit_status}"
    calls = len(outcome.report.entries)
    return f"{outcome.program.name:32} {outcome.probe.name:32} {calls:3} calls, {ended}: {accused}"


def _say_fairness(outcomes: Sequence[Outcome]) -> None:
    found = measuring.fairness(outcomes)
    if not found.runs:
        return
    _say("", "Good programs that are accused", *(f"  {_line(outcome)}" for outcome in found.warned), "")
    _say(
        f"{found.runs} runs of good programs; {len(found.failed)} with an undeserved failure"
        f" ({len(found.programs)} programs), {len(found.warned)} with a failure or a warning"
    )
    ordered = sorted(found.accused.items(), key=lambda one: -one[1])
    _say(*(f"  {many:4} {how} {name}" for (name, how), many in ordered))


def _say_power(outcomes: Sequence[Outcome]) -> None:
    found = measuring.power(outcomes)
    groups = {"found by another verdict alone": found.by_another, "missed": found.missed}
    groups["found, and accused of something else as well"] = found.accused_besides
    total = len(found.found) + len(found.by_another) + len(found.missed)
    if not total:
        return
    _say("", f"{total} planted habits; {len(found.found)} found by their own verdict")
    for title, some in groups.items():
        _say("", f"{title}: {len(some)}", *(f"  {one.program.verdict:28} {_line(one)}" for one in some))


def _say_conclusive(outcomes: Sequence[Outcome]) -> None:
    _say("", f"Where each verdict is conclusive for good programs (share of runs; the best {_BEST} probes of all)")
    for (verdict, api), probes in measuring.conclusive(outcomes).items():
        best = sorted(probes.items(), key=lambda one: -one[1])[:_BEST]
        shown = ", ".join(f"{probe} {share:.0%}" for probe, share in best) or "nowhere"
        _say(f"  {verdict:28} {api:8} {len(probes):2}: {shown}")


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
