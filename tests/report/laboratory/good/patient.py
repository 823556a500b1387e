"""J-Quants behind a gateway it knows: a page in HTML, whatever its status, is a failure that may pass."""

import sys

from tests.report.laboratory.client.policies import Policies, Sense, sense
from tests.report.laboratory.client.program import main
from tests.report.laboratory.client.wire import Answer, Kind


def patient(kind: Kind, answer: Answer | None, *, whole: bool) -> Sense:
    """An answer that is not this API's own is asked for again; the tokens are kept."""
    found = sense(kind, answer, whole=whole)
    return "again" if found == "odd" else found


if __name__ == "__main__":
    sys.exit(main("jquants", Policies(sense=patient)))
