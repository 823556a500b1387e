"""Links to the sources of facts and rules: RFCs, public pages, and the sections of ``docs/sources``.

A check's ``source`` is one line of text, such as ``"RFC 9112 §9.5; docs/sources/jquants.md §5.1 (30 s)"``. An installed
package has no ``docs`` folder, so a report shows the address on GitHub instead of the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

REPOSITORY: Final = "https://github.com/token-refresh-simulator/token-refresh-simulator/blob/main/"
"""Where this project's files are readable."""
_RFC: Final = "https://www.rfc-editor.org/rfc/rfc{}#section-{}"
_NUMBER: Final = r"\w+(?:\.\w+)*"
_CITED: Final = re.compile(
    rf"(?P<work>docs/sources/[\w-]+\.md|RFC \d+) (?P<sections>§{_NUMBER}(?:(?:,| and| to) §{_NUMBER})*)"
    r"|(?P<url>https://[^\s;,)]+)"
)
"""A work with one section or several, or an address."""
_SECTION: Final = re.compile(rf"§({_NUMBER})")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a source. url: what it links to, "" for the words between two citations."""

    text: str
    url: str = ""


def parts(source: str) -> Iterator[Part]:
    """The source cut into citations and the words between them, in order."""
    end = 0
    for match in _CITED.finditer(source):
        if match.start() > end:
            yield Part(source[end : match.start()])
        yield from _sections(match["work"], match["sections"]) if match["work"] else [Part(match[0], match[0])]
        end = match.end()
    if end < len(source):
        yield Part(source[end:])


def plain(source: str) -> str:
    """The source for a reader without links: sections of ``docs/sources`` as addresses, RFCs by number."""
    return "".join(part.url if part.url.startswith(REPOSITORY) else part.text for part in parts(source))


def _sections(work: str, sections: str) -> Iterator[Part]:
    """``§1, §4.1`` of a work: the first with the work's name, the words between them as they are."""
    end = 0
    for match in _SECTION.finditer(sections):
        if match.start() > end:
            yield Part(sections[end : match.start()])
        yield Part(match[0] if end else f"{work} {match[0]}", _address(work, match[1]))
        end = match.end()


def _address(work: str, section: str) -> str:
    return _RFC.format(work[4:], section) if work.startswith("RFC ") else f"{REPOSITORY}{work}#{section}"
