"""UID2 v1 as the first test of an integration has it: generate, then refresh again and again with the newest token."""

import sys

from tests.report.laboratory.client.policies import Policies, always_due
from tests.report.laboratory.client.program import main, read_course

if __name__ == "__main__":
    course = read_course()
    sys.exit(main("uid2-v1", Policies(due=always_due), course=course))
