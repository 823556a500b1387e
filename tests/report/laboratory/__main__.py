"""``python -m tests.report.laboratory``: who is accused of what, and which habits are missed."""

from __future__ import annotations

import argparse
import fnmatch
import sys
import time
from collections import Counter
from collections.abc import Iterable

from tests.report.laboratory.catalogue import BAD, GOOD, Program, trials_of
from tests.report.laboratory.probing import PROBES, Probe
from tests.report.laboratory.run import Outcome, laboratory


def main() -> int:
    """Run what was asked for and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.report.laboratory")
    parser.add_argument("--good", action="store_true", help="good programs alone")
    parser.add_argument("--bad", action="store_true", help="bad programs alone")
    parser.add_argument("--program", default="*", help="names, as a pattern")
    parser.add_argument("--probe", default="*", help="names, as a pattern")
    parser.add_argument("--all-probes", action="store_true", help="bad programs under every probe, too")
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--verbose", action="store_true", help="every run, with the end of its output")
    given = parser.parse_args()
    programs = (*(() if given.bad else GOOD), *(() if given.good else BAD))
    wanted = [
        (program, probe)
        for program in programs
        if fnmatch.fnmatch(program.name, given.program)
        for probe in (_fitting(program) if given.all_probes else trials_of(program))
        if fnmatch.fnmatch(probe.name, given.probe)
    ]
    begun = time.monotonic()
    outcomes = []
    with laboratory() as opened:
        for outcome in opened.run_all(wanted, at_once=given.jobs):
            outcomes.append(outcome)
            if given.verbose:
                _say(_line(outcome) + "\n" + "".join(f"      | {x}\n" for x in outcome.seen.output.splitlines()[-3:]))
    _say_good([outcome for outcome in outcomes if outcome.program.is_good])
    _say_bad([outcome for outcome in outcomes if not outcome.program.is_good])
    _say(f"{len(outcomes)} runs in {time.monotonic() - begun:.0f} s")
    return 0


def _fitting(program: Program) -> Iterable[Probe]:
    return (probe for probe in PROBES.values() if program.fits(probe))


def _line(outcome: Outcome) -> str:
    accused = ", ".join(f"{name} {how}" for name, how in outcome.accused.items()) or "nothing"
    ended = "stopped" if outcome.seen.stopped_us else f"exit {outcome.seen.exit_status}"
    calls = len(outcome.report.entries)
    return f"{outcome.program.name:32} {outcome.probe.name:32} {calls:3} calls, {ended}: {accused}"


def _say_good(outcomes: list[Outcome]) -> None:
    if not outcomes:
        return
    failed: Counter[tuple[str, str]] = Counter()
    _say("\nGOOD CLIENTS THAT ARE ACCUSED")
    for outcome in outcomes:
        undeserved = outcome.undeserved
        for name, how in undeserved.items():
            failed[name, how] += 1
        if undeserved:
            _say("  " + _line(outcome))
        if outcome.seen.crash:
            _say(f"  CRASH {outcome.program.name} {outcome.probe.name}: {outcome.seen.crash}")
    _say(f"\n{len(outcomes)} runs of good clients")
    for (name, how), many in failed.most_common():
        _say(f"  {many:4} {how} {name}")


def _say_bad(outcomes: list[Outcome]) -> None:
    if not outcomes:
        return
    groups: dict[str, list[Outcome]] = {"found": [], "only by another": [], "missed": []}
    for outcome in outcomes:
        if outcome.program.verdict in outcome.accused:
            groups["found"].append(outcome)
        else:
            groups["only by another" if outcome.accused else "missed"].append(outcome)
    _say("\nPLANTED HABITS")
    for title, found in groups.items():
        _say(f"\n{title}: {len(found)}")
        for outcome in found if title != "found" else ():
            _say(f"  {outcome.program.verdict:28} {_line(outcome)}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
