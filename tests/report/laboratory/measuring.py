"""What many runs say of the verdicts: good programs accused, habits missed, and where a verdict is conclusive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.report.laboratory.run import Outcome

_CONCLUSIVE = frozenset({"pass", "warn", "fail"})


@dataclass(frozen=True)
class Fairness:
    """Runs of good programs. failed, warned: those with an undeserved accusation of this weight at least.

    accused: how often, by verdict (or expectation) and weight. programs: those that failed in any run.
    """

    runs: int
    failed: tuple[Outcome, ...]
    warned: tuple[Outcome, ...]
    accused: Mapping[tuple[str, str], int]
    programs: tuple[str, ...]


@dataclass(frozen=True)
class Power:
    """Runs of bad programs: the habit found by its own verdict, only by another, or by none.

    accused_besides: found by its own, and accused of something that it does not deserve as well.
    """

    found: tuple[Outcome, ...]
    by_another: tuple[Outcome, ...]
    missed: tuple[Outcome, ...]
    accused_besides: tuple[Outcome, ...]


def fairness(outcomes: Iterable[Outcome]) -> Fairness:
    """Of the good programs among these runs."""
    good = [outcome for outcome in outcomes if outcome.program.is_good]
    failed = tuple(outcome for outcome in good if "fail" in outcome.undeserved.values())
    return Fairness(
        len(good),
        failed,
        tuple(outcome for outcome in good if outcome.undeserved),
        Counter(accusation for outcome in good for accusation in outcome.undeserved.items()),
        tuple(sorted({outcome.program.name for outcome in failed})),
    )


def power(outcomes: Iterable[Outcome]) -> Power:
    """Of the bad programs among these runs, each under its own probe."""
    bad = [outcome for outcome in outcomes if not outcome.program.is_good]
    found = tuple(outcome for outcome in bad if outcome.program.verdict in outcome.accused)
    others = [outcome for outcome in bad if outcome not in found]
    return Power(
        found,
        tuple(outcome for outcome in others if outcome.accused),
        tuple(outcome for outcome in others if not outcome.accused),
        tuple(outcome for outcome in found if outcome.undeserved),
    )


def conclusive(outcomes: Iterable[Outcome]) -> Mapping[tuple[str, str], Mapping[str, float]]:
    """(Verdict, API) → probe → share of the good programs' runs in which the verdict was conclusive; none left out."""
    asked: Counter[tuple[str, str]] = Counter()
    told: Counter[tuple[str, str, str]] = Counter()
    verdicts: set[str] = set()
    for outcome in outcomes:
        if outcome.program.is_good:
            api, probe = outcome.program.api, outcome.probe.name
            asked[api, probe] += 1
            verdicts |= set(outcome.verdicts)
            told.update((name, api, probe) for name, found in outcome.verdicts.items() if found in _CONCLUSIVE)
    return {
        (verdict, api): {
            probe: told[verdict, api, probe] / many
            for (whose, probe), many in asked.items()
            if whose == api and told[verdict, api, probe]
        }
        for verdict in sorted(verdicts)
        for api in sorted({api for api, _ in asked})
    }


def as_rows(outcomes: Iterable[Outcome]) -> list[dict[str, object]]:
    """A row a run, for JSON."""
    return [
        {
            "program": outcome.program.name,
            "probe": outcome.probe.name,
            "deserves": outcome.program.verdict,
            "accused": dict(outcome.accused),
            "verdicts": dict(outcome.verdicts),
            "calls": len(outcome.report.entries),
            "exit_status": outcome.result.exit_status,
            "stopped": bool(outcome.result.stopped_us),
            "crash": outcome.result.crash,
        }
        for outcome in outcomes
    ]
