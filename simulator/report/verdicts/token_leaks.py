"""Do tokens stay where they belong? No clock matters."""

from __future__ import annotations

from simulator.report.observation import Observation
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned


def judge(case: Observation) -> Finding:
    """A token in Referer or User-Agent; one sent in the clear though TLS was offered (the user may have chosen so)."""
    leaks = [entry for entry in case.entries if entry.leaks]
    if leaks:
        headers = sorted({name for entry in leaks for name in entry.leaks})
        return failed(f"A token stood in {' and '.join(headers)}.", leaks)
    carrying = [entry for entry in case.entries if entry.token]
    clear = [entry for entry in carrying if not entry.secure]
    if clear and case.facts.https_offered:
        return warned("Tokens went over plain HTTP though HTTPS was offered.", clear)
    if carrying:
        return passed("Tokens were only where they belong.", carrying)
    return inconclusive("The client sent no token.")


CHECK = Check(
    question="Do tokens stay where they belong?",
    rule="A token is a password: not in headers that are logged or passed on, and not in the clear.",
    source="RFC 9110 §17.9 (Referer and sensitive URIs); RFC 6750 §5.3; RFC 9700 §4.2.4",
    remedy="Send tokens over HTTPS only, switch Referer off for such pages, and build User-Agent from constants.",
    judge=judge,
)
