"""render(): one or more reports as text, Markdown, JUnit XML, JSON, SARIF or a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

from simulator.core.errors import UsageError
from simulator.core.suggestion import nearest
from simulator.report.judge import Report
from simulator.report.results import Results, results_of

_RENDERINGS: Final[Mapping[str, str]] = {
    "text": "text",
    "markdown": "markdown",
    "junit": "junit",
    "json": "document",
    "html": "page",
    "sarif": "sarif",
}
"""Format -> its module in :mod:`simulator.report.renderings`, imported when it is asked for."""
FORMATS: Final = tuple(_RENDERINGS)
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "text": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "junit": "application/xml",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "sarif": "application/sarif+json",
}


def render(
    reports: Report | Sequence[Report] | Results,
    fmt: str,
    *,
    colour: bool = False,
    width: int | None = None,
    headline_first: bool = False,
) -> str:
    """The reports in one of FORMATS, ending in a newline.

    Of text only: colour (ANSI), width (columns) and headline_first. The result is the last line of a text, which is
    what stays visible at a terminal; in a file, and in every other format, it comes first.
    Raises UsageError for an unknown format.
    """
    results = results_of(reports)
    if fmt not in _RENDERINGS:
        near = nearest(fmt, FORMATS)
        hint = f'Did you mean "{near}"?' if near else f"There are {', '.join(FORMATS)}."
        raise UsageError(f'there is no report format "{fmt}".', remedy=hint)
    if fmt == "text":
        from simulator.report.renderings import text

        return text.render(results, colour=colour, width=width or text.WIDTH, headline_first=headline_first)
    rendered: str = import_module(f"simulator.report.renderings.{_RENDERINGS[fmt]}").render(results)
    return rendered
