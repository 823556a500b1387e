"""A dry run of a whole scenario for people: operations with equal outcomes together, equal calls in one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from simulator.core.duration import format_duration
from simulator.scenario.rules.explain import Explained
from simulator.scenario.scenario import Scenario

MOST_LINES = 40
"""Maximum number of lines of an overview; the last line says when more is left out."""
_MOST_NAMED = 3
"""Operations of a group that are named."""


def overview(scenario: Scenario, runs: Mapping[str, Sequence[Explained]]) -> str:
    """The results of the first calls of each operation, with the reasons why rules do not fire where space allows.

    runs: the calls of each operation. At most :data:`MOST_LINES` lines.
    """
    if not runs:
        return "No rule: every answer is the faithful one."
    groups: dict[tuple[tuple[str, tuple[str, ...], str], ...], list[str]] = defaultdict(list)
    for operation, calls in runs.items():
        groups[tuple((call.gets, call.fired, call.note) for call in calls)].append(operation)
    blocks = [_block(operations, runs[operations[0]], list(runs)) for operations in groups.values()]
    shared = _shared(scenario, list(runs))
    whole = [line for block, reasons in blocks for line in (*block, *reasons)] + shared
    if len(whole) <= MOST_LINES:
        return "\n".join(whole)
    short = [line for block, _ in blocks for line in block]
    room = MOST_LINES - len(shared) - 1
    more = "" if len(short) <= room else "; more is left out"
    hint = f"--operation NAME shows the calls of one operation, with the reasons why rules do not fire{more}."
    return "\n".join([*short[:room], *shared, hint])


def _block(operations: list[str], calls: Sequence[Explained], every: list[str]) -> tuple[list[str], list[str]]:
    """The lines of a group, and those of the rules that fire for none of its calls."""
    lines = [_named(operations, every)]
    for _, several in groupby(calls, key=lambda call: (call.gets, call.fired)):
        run = list(several)
        first, last = run[0], run[-1]
        numbers = f"call {first.number}" if first is last else f"calls {first.number} to {last.number}"
        by = f" [{', '.join(first.fired)}]" if first.fired else ""
        lines.append(f"  {numbers}  +{format_duration(first.since)}  {first.gets}{by}")
    lines += [f"    note: {note}" for note in dict.fromkeys(call.note for call in calls) if note]
    ever = {rule for call in calls for rule in call.fired}
    reasons = [f"    {rule}: {why}" for rule, why in calls[0].others if rule not in ever] if calls else []
    return lines, [reason for reason in reasons if not reason.endswith("it is about other operations")]


def _named(operations: list[str], every: list[str]) -> str:
    """``all 22 operations of jquants``, or the names of a few."""
    if len(operations) <= _MOST_NAMED:
        return ", ".join(operations)
    if operations == every:
        apis = sorted({operation.partition(".")[0] for operation in operations})
        return f"all {len(operations)} operations of {' and '.join(apis)} that a rule is about"
    return f"{', '.join(operations[:_MOST_NAMED])} and {len(operations) - _MOST_NAMED} more"


def _shared(scenario: Scenario, operations: Sequence[str]) -> list[str]:
    """Counters and states that several operations share; separate runs do not show these."""
    about: dict[str, list[str]] = defaultdict(list)
    for operation in operations:
        for rule in scenario.indexes[operation].rules:
            if rule.counts or rule.effects[0].limit is not None:
                about[rule.id].append(operation)
    return [
        f'"{rule}" counts the calls of {len(names)} operations together.'
        for rule, names in about.items()
        if len(names) > 1
    ]
