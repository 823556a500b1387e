"""Pages link to files and headings that exist, and the index has every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.reference import anchor

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = [
    *ROOT.glob("*.md"),
    *DOCS.glob("*.md"),
    *(ROOT / name / "README.md" for name in ("bench", "deploy", "docs/gallery", "docs/sources")),
    *(ROOT / "simulator").rglob("*.md"),
]
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)


def links(page: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", page.read_text()))


def anchors(page: Path) -> set[str]:
    text = FENCED.sub("", page.read_text())
    return {anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.M)} | set(
        re.findall(r'<a id="([^"]+)"', text)
    )


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES])
def test_each_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in links(page):
        if re.match(r"https?:|mailto:", link):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (heading and heading not in anchors(target)):
            lost.append(link)
    assert lost == []


def test_the_index_has_every_page() -> None:
    index = DOCS / "README.md"
    linked = {(DOCS / link).resolve() for link in links(index)}

    assert {page.resolve() for page in PAGES if page != index} <= linked
