"""render(): one or more reports as text, Markdown, JUnit XML, JSON or a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from simulator.core.errors import UsageError
from simulator.core.suggestion import nearest
from simulator.report.judge import Report
from simulator.report.renderings import document, junit, markdown, page, text
from simulator.report.results import Results, results_of

_RENDERINGS: Final[Mapping[str, Callable[[Sequence[Report]], str]]] = {
    "text": text.render,
    "markdown": markdown.render,
    "junit": junit.render,
    "json": document.render,
    "html": page.render,
}
FORMATS: Final = tuple(_RENDERINGS)
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "text": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "junit": "application/xml",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
}


def render(reports: Report | Sequence[Report] | Results, fmt: str, *, colour: bool = False) -> str:
    """The reports in one of FORMATS, ending in a newline. colour: ANSI, in text only.

    Raises UsageError for a format that there is not.
    """
    results = results_of(reports)
    many = results.reports
    if fmt not in _RENDERINGS:
        near = nearest(fmt, FORMATS)
        hint = f'Did you mean "{near}"?' if near else f"There are {', '.join(FORMATS)}."
        raise UsageError(f'there is no report format "{fmt}".', remedy=hint)
    if fmt == "text":
        return "\n".join([text.render(results.all_reports, colour=colour), *results.notes])
    return _RENDERINGS[fmt](many)
