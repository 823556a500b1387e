"""Tokens found outside the place that an operation reads them from. Two verdicts use this module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.journal.entry import Entry, Stray
from simulator.report.observation import Observation


@dataclass(frozen=True, slots=True)
class Sighting:
    """A token or key of the client in a place that its operation does not read.

    kind: of the token, "" for the caller's key. own: the operation takes this kind of token, so it may be meant there.
    missing: and the operation was given none where it belongs.
    """

    entry: Entry
    stray: Stray
    kind: str
    own: bool
    missing: bool

    @property
    def words(self) -> str:
        """``"the query parameter refreshToken"``, ``"the header referer"``, ``"the path"``."""
        place, name = self.stray.place, self.stray.name
        titles = {"query": "the query parameter", "body": "the body's field", "header": "the header"}
        if place in titles and name:
            return f"{titles[place]} {name}"
        return f"the {place}"


def sightings(case: Observation) -> Iterator[Sighting]:
    """Every issued token and every caller's key that was sent in another place."""
    for entry in case.entries:
        operation = case.operation(entry)
        for stray in (*entry.strays, *_as_key(case, entry)):
            issued = case.issued.get(stray.value)
            if issued is None and stray.value not in {entry.token, entry.caller}:
                continue
            kind = issued.kind if issued is not None else entry.token_kind if stray.value == entry.token else ""
            own = operation is not None and operation.accepts is not None and kind == operation.accepts
            yield Sighting(entry, stray, kind, own, own and not entry.token_state)


def _pairs(query: str) -> Iterator[tuple[str, str, str]]:
    return (part.partition("=") for part in query.split("&"))


def _as_key(case: Observation, entry: Entry) -> Iterator[Stray]:
    """A token under a name that is almost right, or in Authorization where a key or nothing belongs."""
    named = next((name for name, _, value in _pairs(entry.query) if value == f"<{entry.token}>"), "")
    if named and not entry.token_state and entry.token in case.issued:
        yield Stray("query", named, entry.token)
    elif entry.caller in case.issued:
        yield Stray("header", "authorization", entry.caller)
    elif entry.token in case.issued and not entry.token_state and entry.scheme and not entry.token_marks:
        yield Stray("header", "authorization", entry.token)
