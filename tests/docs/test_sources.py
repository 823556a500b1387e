"""Every citation of ``docs/sources/`` leads to a section that exists, and no citation leads elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from simulator.apis.jquants.errors import ERRORS as JQUANTS_ERRORS
from simulator.apis.jquants.market.columns import STATEMENTS
from simulator.apis.uid2.errors import ERRORS as UID2_ERRORS

ROOT = Path(__file__).parent.parent.parent
SOURCES = ROOT / "docs" / "sources"
FOLDERS = ("simulator", "tests", "scenarios", "clients", "bench", "deploy", "docs", ".github")
SUFFIXES = {".py", ".yaml", ".yml", ".md", ".lua", ".toml", ".js", ".html", ".json"}
THIS_FILE = Path(__file__)

NUMBER = r"(?:\d+(?:\.\d+)*|[A-Z]\d+)"
HEADING = re.compile(rf"^#{{2,4}} ({NUMBER})\.? ", re.M)
"""A numbered heading: ``## 2. Title``, ``### 2.2 Title`` or ``### D7. Title``."""
SECTION = rf"§{NUMBER}"
CITATION = re.compile(rf"docs/sources/([\w-]+\.md)(#{NUMBER}|(?:(?:,|;| and| to)? {SECTION})*)")
"""A page and the sections named with it (``docs/sources/jquants.md §1 and §4.1``), or the link to one section."""
LINK = re.compile(rf"\[(?:([\w-]+\.md) )?({SECTION})\]\(([\w-]+\.md)#([\w.]+)\)")
"""A link between the pages of the folder: ``[jquants.md §2.2](jquants.md#2.2)``."""

OLD_FORMS = [
    pytest.param(r"\bseeds/\w+", id="a seed document"),
    pytest.param(r"(?<![\w./-])spec/", id="a specification outside the repository"),
    pytest.param(r"(?<!sources/)\b(?:jquants|uid2|uid2-current|profiles)\.md\b", id="a page without its folder"),
]


def texts() -> Iterator[tuple[str, str]]:
    """(path, text) of every file that may cite: code, scenarios, pages, scripts, settings; not this file."""
    files = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        files += (ROOT / folder).rglob("*")
    for path in sorted(files):
        if path.is_file() and path.suffix in SUFFIXES and path != THIS_FILE:
            yield str(path.relative_to(ROOT)), path.read_text()


def citations() -> Iterator[tuple[str, str, list[str]]]:
    """(path and line, page, section numbers) of each citation."""
    for path, text in texts():
        for match in CITATION.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}", match[1], re.findall(rf"[§#]({NUMBER})", match[2])


@cache
def sections(page: str) -> frozenset[str]:
    return frozenset(HEADING.findall((SOURCES / page).read_text()))


@pytest.fixture(params=sorted(path.name for path in SOURCES.glob("*.md") if path.name != "README.md"))
def page(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_cited_section_exists() -> None:
    cited = list(citations())

    missing = [f"{place}: {page} §{number}" for place, page, numbers in cited for number in numbers
               if number not in sections(page)]  # fmt: skip

    assert missing == []
    assert any(numbers for _, _, numbers in cited)


def test_code_cites_a_section_not_a_whole_page() -> None:
    """A bare page is fine as a link in a document; a literal's source is one place."""
    whole = [f"{place}: {page}" for place, page, numbers in citations() if not numbers and ".md:" not in place]

    assert whole == []


@pytest.mark.parametrize("form", OLD_FORMS)
def test_nothing_outside_the_repository_is_cited(form: str) -> None:
    """In ``docs/sources/`` itself the pages link to each other by name."""
    found = [
        f"{path}: {match[0]}"
        for path, text in texts()
        if not path.startswith("docs/sources/")
        for match in re.finditer(form, text)
    ]

    assert found == []


def test_each_section_has_the_anchor_of_its_number(page: str) -> None:
    lines = [line for line in (SOURCES / page).read_text().splitlines() if HEADING.match(line)]

    assert lines
    assert [line for line in lines if not line.endswith(f'<a id="{HEADING.findall(line)[0]}"></a>')] == []


def test_section_numbers_are_unique(page: str) -> None:
    numbers = HEADING.findall((SOURCES / page).read_text())

    assert sorted(numbers) == sorted(set(numbers))


def test_links_between_the_pages_lead_to_the_section_they_name(page: str) -> None:
    for named_page, named, target, anchor in LINK.findall((SOURCES / page).read_text()):
        assert named_page in {"", target}
        assert named == f"§{anchor}"
        assert anchor in sections(target), f"{target}#{anchor}"


def test_a_page_names_only_sections_of_its_own(page: str) -> None:
    """Outside a link, and where no RFC is named before it."""
    text = LINK.sub("", (SOURCES / page).read_text())
    alone = re.sub(r"RFC \d+ §[\d.]+|docs/sources/\S+ §\S+", "", text)

    assert {number[1:] for number in re.findall(SECTION, alone)} <= sections(page)


def test_the_named_errors_are_listed_in_their_order() -> None:
    listed = re.findall(r"^\| `((?:jquants|uid2)\.\w+)` \|", (SOURCES / "profiles.md").read_text(), re.M)

    assert listed == [*JQUANTS_ERRORS, *UID2_ERRORS]


def test_the_fields_of_statements_are_the_recorded_ones() -> None:
    recorded = re.search(r"\*\*statements\*\*.*?```\n(.*?)```", (SOURCES / "jquants.md").read_text(), re.S)

    assert recorded is not None
    assert recorded[1].split() == list(STATEMENTS)
