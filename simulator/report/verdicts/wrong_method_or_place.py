"""Is a token sent where and how it belongs? No clock matters.

Places where a token is merely exposed besides the right one are ``token_leaks``'s.
"""

from __future__ import annotations

from typing import Final

from simulator.journal.entry import Entry
from simulator.report.answers import refused
from simulator.report.observation import Observation
from simulator.report.places import Sighting, sightings
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
"""HEAD and OPTIONS come from browsers or monitors; they are not a mistake of the client."""


def judge(case: Observation) -> Finding:
    """A known path with another method; a token in another place, beside its place, of another kind, or unnamed."""
    methods = [entry for entry in case.entries if _has_wrong_method(case, entry)]
    misplaced = [one for one in sightings(case) if is_misplaced(one)]
    fields = [entry for entry in case.of("refresh") if _has_field(case, entry)]
    kinds = [entry for entry in case.of("refresh", "guarded") if _has_wrong_kind(case, entry)]
    found = [f"was called with {methods[0].method}"] if methods else []
    if misplaced:
        found.append(f"was given its token in {misplaced[0].words}")
    elif fields:
        found.append("was given its token in the body")
    if kinds:
        held = case.held[kinds[0].token]
        found.append(f"was given a token of another kind ({held.token.kind})")
    if found:
        proof = [*methods, *(one.entry for one in misplaced), *fields, *kinds]
        return failed(f"An operation {' and '.join(found)}.", proof)
    bare = [entry for entry in case.of("guarded") if entry.scheme == "bare" and entry.token in case.held]
    if bare:
        return warned("Authorization held a token without the word Bearer.", bare)
    right = [entry for entry in case.of("login", "refresh", "guarded") if not case.is_strange(entry)]
    if right:
        return passed("Methods and places were right.", right)
    return inconclusive("The client called no operation that deals in tokens.")


def is_misplaced(one: Sighting) -> bool:
    """Whether the token was intended for the operation: its place is empty, or the token is in the query or body."""
    return one.own and (one.missing or one.stray.place in {"query", "body"})


def _has_wrong_method(case: Observation, entry: Entry) -> bool:
    """A path whose operation knows the method may be one that this profile no longer serves."""
    known = case.methods(entry)
    return not entry.operation and entry.method in _METHODS and bool(known) and entry.method not in known


def _has_field(case: Observation, entry: Entry) -> bool:
    """A refused refresh without a token whose body has the parameter's name, whatever its value was."""
    api = case.api(entry)
    if api is None or not refused(entry) or entry.token_state or entry.token in case.held:
        return False
    return any(key.lower() in api.token_params for key in entry.body_keys)


def _has_wrong_kind(case: Observation, entry: Entry) -> bool:
    """In the right place, but a token of another kind: a refresh token as Bearer of data."""
    held, operation = case.held.get(entry.token), case.operation(entry)
    if held is None or operation is None or case.api(held.entry) is not case.api(entry):
        return False
    return entry.token_state == "unknown" and held.token.kind != operation.accepts


CHECK = Check(
    question="Are tokens sent with the right method, in the right place?",
    rule="The documents name method and place: the refresh token is a query parameter of a fixed name, v2's the body.",
    source="docs/sources/jquants.md §0.1 (POST, query); docs/sources/uid2.md §0.1 and §6 (GET, query; v2: body)",
    remedy="Send what the document shows: its method, and the token under the exact name and in the place it names.",
    judge=judge,
)
