"""The operator's message for a body that is not an envelope."""

from __future__ import annotations

from typing import Final

from simulator.apis.uid2.jackson import json_object
from simulator.apis.uid2.v2 import texts
from simulator.apis.uid2.v2.envelope import BadEnvelope, Defect
from simulator.apis.uid2.world import Uid2World

_PERHAPS_JSON: Final[frozenset[Defect]] = frozenset({"not_base64", "too_short", "version"})


def text_about(bad: BadEnvelope, world: Uid2World) -> str:
    """The text of this revision (docs/sources/uid2.md §6.2; docs/sources/uid2-current.md §D7)."""
    if not world.revision.explains_bodies:
        return texts.BAD_ENVELOPE[bad.defect]
    if bad.defect in _PERHAPS_JSON and _is_json_object(bad.raw):
        return texts.UNENCRYPTED_JSON.format(docs=world.scope.docs_host)
    return texts.BAD_ENVELOPE_TODAY[bad.defect].format(*bad.raw[:1], docs=world.scope.docs_host)


def _is_json_object(raw: bytes) -> bool:
    try:
        json_object(raw)
    except ValueError:
        return False
    return True
