"""The changes that a scenario actually made to the body of an answer, for the journal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.core.http.foreign_json import read_json
from simulator.core.model.call import Reply
from simulator.journal.entry import Change
from simulator.scenario.rules.decision import Canned, Decision, SetValue

_BROKEN: Final = object()


def anomalies(decision: Decision, before: Reply, after: Reply) -> tuple[Change, ...]:
    """The changes that a scenario made to an answer's body; empty for the API's own answer.

    before, after: the answer without and with the effects of ``decision``. A field that was not in the answer was
    neither dropped nor rewritten nor renamed, and one that was there already was not added.
    """
    found: list[Change] = []
    if decision.drop or decision.rewrite or decision.rename or decision.add:
        found += _of_fields(decision, read_json(before.body, None), read_json(after.body, None))
    if decision.body_fault is not None:
        not_json = decision.body_fault.kind == "not_json"
        found.append(Change("not_json") if not_json else Change("media_type", how=decision.body_fault.value))
    if isinstance(decision.answer, Canned):
        found += _of_canned(after)
    return tuple(found)


def _of_fields(decision: Decision, before: object, after: object) -> Iterator[Change]:
    if decision.body_fault is not None and decision.body_fault.kind == "not_json":
        return
    for name in decision.drop:
        if [*_values(before, name)]:
            yield Change("dropped", name)
    for name, how in decision.rewrite.items():
        old = [*_values(before, name)]
        if old and repr(old) != repr([*_values(after, decision.rename.get(name, name))]):  # tells 1 from 1.0 and true
            yield Change("rewritten", name, "set" if isinstance(how, SetValue) else how)
    for name, new in decision.rename.items():
        if [*_values(before, name)]:
            yield Change("renamed", name, new)
    for path in decision.add:
        name = path.rpartition(".")[2]
        if len([*_values(before, name)]) < len([*_values(after, name)]):
            yield Change("added", path)


def _of_canned(reply: Reply) -> Iterator[Change]:
    media = (reply.header("content-type") or "").partition(";")[0].strip().lower()
    if media and not media.endswith("json"):
        yield Change("media_type", how=media)
    elif read_json(reply.body, _BROKEN) is _BROKEN:
        yield Change("not_json" if reply.body else "no_body")


def _values(document: object, name: str) -> Iterator[object]:
    """Every value of a field of this name, at any depth."""
    if isinstance(document, list):
        for item in document:
            yield from _values(item, name)
    elif isinstance(document, dict):
        for key, value in document.items():
            if key == name:
                yield value
            else:
                yield from _values(value, name)
