"""docs/reference.md is what the tables of the code say today."""

from __future__ import annotations

import re

from tests.docs.journal_members import ISSUED, MEMBERS
from tests.docs.reference import PAGE, anchor, full_entry, render


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == render(), "run: make docs"


def test_each_member_of_a_journal_entry_is_described() -> None:
    entry = full_entry()

    assert set(entry) == set(MEMBERS)
    assert set(entry["issued"][0]) == set(ISSUED)


def test_the_contents_lead_to_the_headings() -> None:
    text = PAGE.read_text()

    linked = re.findall(r"^\* \[.*\]\(#(.*)\)$", text, re.M)

    assert linked == [anchor(heading) for heading in re.findall(r"^## (.*)$", text, re.M)]
