"""Links to where a rule is written: RFCs, public pages, and the sections of ``docs/sources``.

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
_CITED: Final = re.compile(
    r"docs/sources/(?P<page>[\w-]+\.md) §(?P<part>\w+(?:\.\w+)*)"
    r"|RFC (?P<rfc>\d+) §(?P<section>\d+(?:\.\d+)*)"
    r"|(?P<url>https://[^\s;,)]+)"
)


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
        yield _cited(match)
        end = match.end()
    if end < len(source):
        yield Part(source[end:])


def plain(source: str) -> str:
    """The source for a reader without links: sections of ``docs/sources`` as addresses, RFCs by number."""
    return "".join(part.url if part.url.startswith(REPOSITORY) else part.text for part in parts(source))


def _cited(match: re.Match[str]) -> Part:
    if match["page"]:
        return Part(match[0], f"{REPOSITORY}docs/sources/{match['page']}#{match['part']}")
    if match["rfc"]:
        return Part(match[0], _RFC.format(match["rfc"], match["section"]))
    return Part(match["url"], match["url"])
