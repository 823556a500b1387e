"""Is a token percent-encoded before it goes into a query? Read from the raw query; no clock matters."""

from __future__ import annotations

from simulator.report.observation import Observation
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned


def judge(case: Observation) -> Finding:
    """A raw ``+`` is a space to the server; a raw ``/`` or ``=`` is harmless, yet proves that not all was encoded."""
    marked = [entry for entry in case.entries if entry.token_marks and entry.token_form != "encoded"]
    raw = [entry for entry in marked if "+" in entry.token_marks or "%" not in entry.token_marks]
    if raw:
        seen = sorted({mark for entry in raw for mark in entry.token_marks if mark != "%"})
        return failed(f"A token stood in the query with a raw {' '.join(seen)}.", raw)
    half = [entry for entry in marked if "=" in entry.token_marks]
    if half:
        return warned("A token stood in the query with a raw =, which another server may take for the next name.", half)
    if marked:
        return passed("Every token in a query was percent-encoded.", marked)
    return inconclusive("No token with a character that needs encoding was put into a query.")


CHECK = Check(
    question="Are tokens percent-encoded in queries?",
    rule="A parameter's value is percent-encoded; a raw + is read as a space, and the token is another one.",
    source=(
        "docs/sources/uid2.md §0.1 (query parameters); RFC 3986 §2.1; "
        "URL Standard, https://url.spec.whatwg.org/#urlencoded-parsing"
    ),
    remedy="Hand the token to the HTTP library as a parameter (params=, URLSearchParams); never paste it into a URL.",
    judge=judge,
)
