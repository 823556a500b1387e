"""Is a token sent where and how it belongs? No clock matters."""

from __future__ import annotations

from simulator.journal.entry import Entry
from simulator.report.observation import Observation, refused
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
"""HEAD and OPTIONS are a browser's or a monitor's, not a client's mistake."""


def judge(case: Observation) -> Finding:
    """A known path with another method; a token as a field of the body, or in the header instead of the query."""
    wrong_method = [entry for entry in case.entries if _has_wrong_method(case, entry)]
    wrong_place = [entry for entry in case.of("refresh") if _has_wrong_place(case, entry)]
    if wrong_method or wrong_place:
        found = ["with another method"] * bool(wrong_method) + ["with its token in another place"] * bool(wrong_place)
        return failed(f"An operation was called {' and '.join(found)}.", wrong_method + wrong_place)
    right = case.of("login", "refresh", "guarded")
    if right:
        return passed("Methods and places were right.", right)
    return inconclusive("The client called no operation that deals in tokens.")


def _has_wrong_method(case: Observation, entry: Entry) -> bool:
    return not entry.operation and entry.method in _METHODS and case.api(entry) is not None


def _has_wrong_place(case: Observation, entry: Entry) -> bool:
    api, operation = case.api(entry), case.operation(entry)
    if api is None or operation is None or not refused(entry):
        return False
    in_query = any(part.partition("=")[0].lower() in api.token_params for part in entry.query.split("&"))
    if in_query:
        return False
    if any(key.lower() in api.token_params for key in entry.body_keys):
        return True
    if entry.operation in api.token_bodies:
        return False
    held = case.held.get(entry.token)
    return held is not None and held.token.kind == operation.accepts


CHECK = Check(
    question="Are tokens sent with the right method, in the right place?",
    rule="The documents name method and place: the refresh token is a query parameter.",
    source="docs/sources/jquants.md §0.1 (POST, query); docs/sources/uid2.md §0.1 (GET, query)",
    remedy="Send what the document shows: its method, and the token as the query parameter that it names.",
    judge=judge,
)
