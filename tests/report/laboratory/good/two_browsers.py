"""UID2 v1: one person in two browsers, each with an identity of its own that is refreshed at every visit."""

import sys

from tests.report.laboratory.client.policies import Policies, always_due
from tests.report.laboratory.client.program import main

if __name__ == "__main__":
    sys.exit(main("uid2-v1", Policies(due=always_due), sessions=2))
