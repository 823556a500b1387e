"""What a report says of a rule's source is a link that exists."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from simulator.report import render
from simulator.report.citations import REPOSITORY, Part, parts, plain
from simulator.report.judge import judge
from simulator.report.verdicts import checks
from tests.report import clients
from tests.report.wire import APIS, Wire

ROOT = Path(__file__).parent.parent.parent
SECTION = f"{REPOSITORY}docs/sources/jquants.md#5.1"
CITED = "docs/sources/jquants.md §0.1"
ADDRESS = f"{REPOSITORY}docs/sources/jquants.md#0.1"


def test_a_source_is_cut_into_citations_and_words() -> None:
    source = "RFC 9112 §9.5; docs/sources/jquants.md §5.1 (30 s); a page, https://example.com/x"

    assert list(parts(source)) == [
        Part("RFC 9112 §9.5", "https://www.rfc-editor.org/rfc/rfc9112#section-9.5"),
        Part("; "),
        Part("docs/sources/jquants.md §5.1", SECTION),
        Part(" (30 s); a page, "),
        Part("https://example.com/x", "https://example.com/x"),
    ]


def test_a_further_section_is_called_by_its_number_alone() -> None:
    assert list(parts("RFC 9110 §15.5.1 and §15.5.2")) == [
        Part("RFC 9110 §15.5.1", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.1"),
        Part(" and "),
        Part("§15.5.2", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"),
    ]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param("docs/sources/jquants.md §5.1 (30 s)", f"{SECTION} (30 s)", id="a section, words behind it"),
        pytest.param("docs/sources/uid2.md §D7.", f"{REPOSITORY}docs/sources/uid2.md#D7.", id="a full stop behind it"),
        pytest.param(
            "docs/sources/jquants.md §5.1, §4 and §7; x",
            f"{SECTION}, {REPOSITORY}docs/sources/jquants.md#4 and {REPOSITORY}docs/sources/jquants.md#7; x",
            id="more sections of the same page",
        ),
        pytest.param("RFC 9110 §15.5.2", "RFC 9110 §15.5.2", id="an RFC keeps its number"),
        pytest.param("https://example.com/x", "https://example.com/x", id="an address stays"),
        pytest.param("no citation", "no citation", id="words alone"),
    ],
)
def test_plain_text_has_addresses_where_a_path_would_not_exist(source: str, told: str) -> None:
    assert plain(source) == told


@pytest.mark.parametrize("name", sorted(checks()))
def test_each_check_cites_what_a_user_can_open(name: str) -> None:
    """An RFC, a public page, or a section of this repository whose anchor is there."""
    cited = list(parts(checks()[name].source))
    ours = [part.url.removeprefix(REPOSITORY) for part in cited if part.url.startswith(REPOSITORY)]

    assert any(part.url for part in cited)
    assert not [part.text for part in cited if not part.url and ("§" in part.text or ".md" in part.text)]
    for path, _, anchor in (place.partition("#") for place in ours):
        assert f'<a id="{anchor}"></a>' in (ROOT / path).read_text()


@pytest.mark.parametrize(
    ("format_", "link"),
    [
        pytest.param("junit", ADDRESS, id="junit"),
        pytest.param("json", ADDRESS, id="json"),
        pytest.param("markdown", f"[{CITED}]({ADDRESS})", id="markdown"),
        pytest.param("html", f'<a href="{ADDRESS}">{CITED}</a>', id="html"),
    ],
)
def test_every_format_links_to_the_section(format_: str, link: str) -> None:
    wire = Wire()
    clients.renews_too_late(wire)

    rendered = render(judge(wire.entries, APIS), format_)

    assert link in rendered
    assert CITED not in rendered.replace(link, "")


def test_text_links_to_the_section_where_the_address_fits_and_at_a_terminal() -> None:
    """Most addresses are wider than 80 columns: there the citation itself is the hyperlink (OSC 8)."""
    wire = Wire()
    clients.renews_too_late(wire)
    report = judge(wire.entries, APIS)

    assert ADDRESS in map(str.strip, render(report, "text", width=120).splitlines())
    assert f"\x1b]8;;{ADDRESS}\x1b\\{CITED}\x1b]8;;\x1b\\" in render(report, "text", colour=True)


def test_the_repository_is_the_one_that_the_package_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["urls"]["Changelog"] == f"{REPOSITORY}CHANGELOG.md"
