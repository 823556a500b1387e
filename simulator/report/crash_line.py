"""Finds the line of a program's output that reports a crash, for the usual languages of clients."""

from __future__ import annotations

import re
from typing import Final

_SECRET: Final = re.compile(r"[^\s'\"]*@[^\s'\"]*|[A-Za-z0-9+/=_.~%?&:-]{32,}")
"""Matches a mail address, a token, or a URL that contains one."""
_LONGEST: Final = 200
_PYTHON: Final = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*(?P<line>\S.*)", re.MULTILINE)
_OTHERS: Final = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^(?P<line>(?:Uncaught )?\w*(?:Error|Exception)\b(?: \[\w+\])?(?:: .*)?)\n(?:.*\n){0,3}? {4}at ",  # Node
        r"^\[?UnhandledPromiseRejection.*? reason (?P<line>.*)",
        r"^(?P<line>panic: .*)",  # Go
        r"^thread '.*' (?:\(\d+\) )?(?P<line>panicked at .*(?:\n.*)?)",  # Rust
        r'^Exception in thread "[^"]*" (?P<line>.*)',  # Java, Kotlin, Scala
        r"^Unhandled exception[.:] (?P<line>.*)",  # .NET; Dart puts the text on the next line
        r"^Unhandled exception:\n(?P<line>.*)",
        r"^.+\.rb:\d+:in [`'][^']*': (?P<line>.*\(.*(?:Error|Exception|[A-Z]\w+)\))",  # Ruby
        r"^(?:PHP )?Fatal error: +(?P<line>.*)",
        r"^(?P<line>Error in .*)\n(?:.*\n)*?Execution halted",  # R
        r"^(?P<line>terminate called .*(?:\n +what\(\).*)?)",  # C++
        r"^\*\* \((?P<line>\w+(?:Error)\) .*)",  # Elixir
        r"(?:^|: +\d+ +)(?P<line>Segmentation fault|Bus error|Illegal instruction|Aborted) *(?:\(core dumped\)|$)",
    )
)
"""Patterns with which runtimes report the error that ended a program."""


def crash_line(output: str) -> str:
    """``"KeyError: 'idToken'"``: the report of the last crash in the output, without secrets; "" without a crash."""
    found = list(_PYTHON.finditer(output)) or [match for pattern in _OTHERS for match in pattern.finditer(output)]
    if not found:
        return ""
    line = " ".join(max(found, key=lambda match: match.start())["line"].split())
    kind, colon, message = line.partition(": ")
    return f"{kind}{colon}{_SECRET.sub('…', message)}"[:_LONGEST]
