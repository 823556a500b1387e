"""Does the client keep its token to itself when it is redirected to another host?

Seen where the other host leads to this simulator too: a call to the authority that a redirect named.
"""

from __future__ import annotations

from simulator.journal.entry import Entry
from simulator.report.observation import Observation
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed


def judge(case: Observation) -> Finding:
    """A call with a token or a key to the authority that an answer redirected to, and that is another than its own."""
    redirects = [entry for entry in case.entries if entry.redirect and entry.redirect != entry.host]
    if not redirects:
        return inconclusive("No answer redirected to another host.")
    carried: list[Entry] = []
    bare: list[Entry] = []
    for redirect in redirects:
        for call in case.entries:
            if call.number > redirect.number and call.host == redirect.redirect:
                (carried if _carries(case, call) else bare).extend((redirect, call))
                break
    if carried:
        return failed("A redirect to another host was followed with the token.", carried)
    if bare:
        return passed("A redirect to another host was followed without the token.", bare)
    stayed = [entry for entry in redirects if not any(case.same_program(entry, call) for call in case.after(entry))]
    if stayed and not case.facts.finished:
        return inconclusive("The client was redirected just now; what it makes of it is still to come.", stayed)
    return passed("No redirect to another host was followed here.", redirects)


def _carries(case: Observation, call: Entry) -> bool:
    return bool(call.token or call.caller) or any(stray.value in case.issued for stray in call.strays)


CHECK = Check(
    question="Is a redirect to another host followed without the token?",
    rule="A credential is for one host: a client that is redirected elsewhere leaves Authorization and tokens behind.",
    source="RFC 9110 §15.4 (remove credentials when redirected); https://fetch.spec.whatwg.org/#http-redirect-fetch",
    remedy="Follow redirects of token and data calls only to the same host, or send the new call without credentials.",
    judge=judge,
)
