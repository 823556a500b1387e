"""The pictures of the README are what the report's code draws today."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.docs.picture import FOLDER, THEMES, pictures

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(("path", "drawn"), [pytest.param(*each, id=each[0].name) for each in pictures()])
def test_a_picture_is_current(path: Path, drawn: str) -> None:
    assert path.read_text() == drawn, "run: make docs"
    ET.fromstring(drawn)


def test_a_picture_names_what_the_client_did_wrong() -> None:
    assert all(text.count("✕ late_refresh") == 2 for _, text in pictures())


def test_a_picture_needs_nothing_from_outside() -> None:
    for _, text in pictures():
        assert re.findall(r"https?://\S+", text.replace('xmlns="http://www.w3.org/2000/svg"', "")) == []
        assert "var(--ink)" not in text


def test_the_readme_shows_a_picture_for_each_theme() -> None:
    readme = (ROOT / "README.md").read_text()
    for theme in THEMES:
        assert f"{(FOLDER / f'timeline-{theme}.svg').relative_to(ROOT)}" in readme
