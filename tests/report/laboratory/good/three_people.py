"""UID2 v2: a server with three visitors, an identity for each; an opt-out of one ends only that one."""

import sys
from collections.abc import Iterator

from tests.report.laboratory.client.apis import Uid2V2
from tests.report.laboratory.client.policies import Policies
from tests.report.laboratory.client.program import main

_PEOPLE = ("user@example.com", "ann@example.com", "bob@example.com")


def of(people: Iterator[str], policies: Policies) -> Uid2V2:
    """The wire for the next person."""
    return Uid2V2(policies, next(people))


if __name__ == "__main__":
    visitors = iter(_PEOPLE)
    sys.exit(main(lambda policies: of(visitors, policies), Policies(), sessions=len(_PEOPLE)))
