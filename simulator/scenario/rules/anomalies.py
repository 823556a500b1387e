"""What a scenario made wrong with the body of an answer, for the journal."""

from __future__ import annotations

from typing import Final

from simulator.core.http.foreign_json import read_json
from simulator.core.model.call import Reply
from simulator.scenario.rules.decision import Canned, Decision

_BROKEN: Final = object()


def anomalies(decision: Decision, reply: Reply) -> tuple[str, ...]:
    """What a scenario made wrong with the body of an answer, in words; nothing for what the API itself would say."""
    words = [f"without {name}" for name in decision.drop]
    words += [f"{name} as {conversion}" for name, conversion in decision.rewrite.items()]
    if decision.body_fault is not None:
        words.append("not JSON" if decision.body_fault.kind == "not_json" else decision.body_fault.value)
    if isinstance(decision.answer, Canned):
        media = (reply.header("content-type") or "").partition(";")[0].strip().lower()
        if media and not media.endswith("json"):
            words.append(media)
        elif read_json(reply.body, _BROKEN) is _BROKEN:
            words.append("not JSON" if reply.body else "no body")
    return tuple(words)
