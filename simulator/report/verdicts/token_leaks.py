"""Do tokens stay where they belong? No clock matters."""

from __future__ import annotations

from simulator.journal.entry import Entry
from simulator.report.observation import Observation
from simulator.report.places import Sighting, sightings
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned
from simulator.report.verdicts.wrong_method_or_place import is_misplaced


def judge(case: Observation) -> Finding:
    """A token or a key in another header, a cookie, a path or another query; to another API; in the clear.

    A token in the clear is a warning where TLS was offered (the user may have chosen HTTP), and allowed otherwise.
    """
    leaks = [one for one in sightings(case) if not (is_misplaced(one) or _is_of_wrong_method(case, one))]
    if leaks:
        places = sorted({one.words for one in leaks})
        what = sorted({one.kind.replace("_", " ") or "key" for one in leaks})
        return failed(f"The {' and '.join(what)} stood in {' and '.join(places)}.", [one.entry for one in leaks])
    elsewhere = [entry for entry in case.entries if _is_of_another_api(case, entry)]
    if elsewhere:
        return failed("A token of one API was sent to another.", elsewhere)
    carrying = [entry for entry in case.entries if entry.token]
    clear = [entry for entry in carrying if not entry.secure]
    if clear and (case.facts.https_offered or len(clear) < len(carrying)):
        return warned("Tokens went over plain HTTP though HTTPS was offered.", clear)
    if carrying:
        return passed("Tokens were only where they belong.", carrying)
    return inconclusive("The client sent no token.")


def _is_of_wrong_method(case: Observation, one: Sighting) -> bool:
    """Whether the call was for a known path, with the token in a query, and only its method was wrong."""
    return not one.entry.operation and one.stray.place == "query" and case.api(one.entry) is not None


def _is_of_another_api(case: Observation, entry: Entry) -> bool:
    held = case.held.get(entry.token) or case.held.get(entry.caller)
    return held is not None and case.api(entry) is not None and case.api(held.entry) is not case.api(entry)


CHECK = Check(
    question="Do tokens stay where they belong?",
    rule="A token is a password: not in headers that are logged or passed on, and not in the clear.",
    source="RFC 9110 §17.9 (Referer and sensitive URIs); RFC 6750 §5.3; RFC 9700 §4.2.4",
    remedy="Send tokens over HTTPS only, to their own operations, and keep them out of all other headers.",
    judge=judge,
)
