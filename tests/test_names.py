"""What the names of the package and its exemptions from the linters keep to."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_EXEMPTIONS = 40
_EXEMPTION = re.compile(r"#\s*(noqa|type: ignore)(?P<rest>[^\n]*)")
_REASONED = re.compile(r"(: [A-Z0-9, ]+ - \S|\[[a-z, -]+\]\s*#\s*\S)")


def test_no_class_name_is_used_twice_in_the_package() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in (ROOT / "simulator").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def exemptions() -> list[tuple[str, str]]:
    """Each exemption of one line, as its place and its text."""
    found = []
    for folder in ("simulator", "tests", "clients", "bench"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path == Path(__file__):
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = _EXEMPTION.search(line)
                if match is not None:
                    found.append((f"{path.relative_to(ROOT)}:{number}", match["rest"]))
    return found


def test_lint_exemptions_are_few() -> None:
    assert len(exemptions()) <= MOST_EXEMPTIONS


def test_each_lint_exemption_has_its_own_reason() -> None:
    assert [place for place, rest in exemptions() if not _REASONED.search(rest)] == []
