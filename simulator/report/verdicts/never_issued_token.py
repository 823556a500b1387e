"""Does the client present tokens that it was given? No clock matters.

The API itself tells whether a token was made by it: what it cannot open, and no answer handed out, was never issued.
Once may be a test of the refusal.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from simulator.report.observation import Observation
from simulator.report.verdict import Check, Finding, failed, inconclusive, passed, warned

_FORMS: Final = {
    "empty": "it was empty",
    "placeholder": "it was a word such as undefined, None or a placeholder",
    "text": "it was a text, such as an error's",
    "encoded": "it was percent-encoded twice",
    "blanks": "its plus signs had become blanks: it was decoded once too often",
    "": "it looks like a token that was cut or changed, or that another server issued",
}
_OFTEN: Final = 2


def judge(case: Observation) -> Finding:
    """Unknown tokens of calls that reached what takes one, after some token was issued; empty ones and words always."""
    strange = [entry for entry in case.entries if entry.number in case.unissued]
    if strange:
        form, _ = Counter(case.unissued[entry.number] for entry in strange).most_common(1)[0]
        times = "once" if len(strange) == 1 else f"{len(strange)} times"
        why = f"A token that was never issued was presented {times}: {_FORMS.get(form, _FORMS[''])}."
        return (failed if len(strange) >= _OFTEN else warned)(why, strange)
    known = [entry for entry in case.of("refresh", "guarded") if entry.token in case.issued]
    if known:
        return passed("Every token that was presented had been issued.", known)
    return inconclusive("The client presented no token that an answer of this run had handed out.")


CHECK = Check(
    question="Are the tokens that the client presents ones that it was given?",
    rule="A token is opaque: it is presented exactly as it was received, and only if it was.",
    source="RFC 6749 §1.4 (opaque to the client); docs/sources/jquants.md §0.1; docs/sources/uid2.md §0.1",
    remedy="Read the token's field, fail if it is missing or empty, keep the text as it is, and encode it once.",
    judge=judge,
)
